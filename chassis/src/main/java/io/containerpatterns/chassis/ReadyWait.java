package io.containerpatterns.chassis;

import io.containerpatterns.chassis.settings.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks a management port until it says ready: the health check of images that have no shell. Over a
 * plain socket, so that it ends within a fraction of a second also on half a CPU.
 */
final class ReadyWait {
  private static final Duration ATTEMPT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final HostPort target;
  private final Deadline deadline;

  ReadyWait(HostPort target, Deadline deadline) {
    this.target = target;
    this.deadline = deadline;
  }

  /** Waits; returns the last thing seen when the deadline passed first. */
  Optional<String> await() throws InterruptedException {
    while (true) {
      String seen = ask();
      if (seen.isEmpty()) {
        return Optional.empty();
      }
      if (deadline.passed()) {
        return Optional.of(seen);
      }
      Duration pause = deadline.left().compareTo(PAUSE) < 0 ? deadline.left() : PAUSE;
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    }
  }

  /** Empty when ready, else what was seen. */
  private String ask() {
    int millis = (int) Math.clamp(deadline.left().toMillis(), 10, ATTEMPT.toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(address(), millis);
      socket.setSoTimeout(millis);
      socket
          .getOutputStream()
          .write(
              "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      // The status line begins with these twelve characters; the rest does not matter.
      String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      if (head.length() < 12) {
        return "the connection was closed without an answer";
      }
      return head.equals("HTTP/1.1 200") ? "" : "it answered " + head.substring(9);
    } catch (IOException e) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
  }

  private InetSocketAddress address() throws IOException {
    InetSocketAddress listening = target.resolve();
    return listening.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port())
        : listening;
  }
}
