package io.containerpatterns.elector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The application of a pod test: asks the elector on localhost every few milliseconds whether it
 * leads and writes down what it may believe, in nanoseconds of the clock that all containers of a
 * host share:
 *
 * <pre>
 *   led     10.000200 19.000000 1785000000041     from the answer until what was asked plus validForMs, with this token
 *   stopped 12.500000                             told to stop by the lost hook, and acknowledged after this was written
 * </pre>
 *
 * Uses nothing but the JDK, so that it runs from a folder of classes.
 */
final class BeliefPoller {
  private static final Pattern TOKEN = Pattern.compile("\"token\":(\\d+)");
  private static final Pattern VALID = Pattern.compile("\"validForMs\":(\\d+)");

  private final PrintStream notes;

  private BeliefPoller(PrintStream notes) {
    this.notes = notes;
  }

  /**
   * With the file to write to; asks port 4040, serves the lost hook on port 8080. Runs until it is
   * killed.
   */
  public static void main(String[] args) throws IOException {
    var file =
        Files.newOutputStream(
            Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    var poller = new BeliefPoller(new PrintStream(file, true, StandardCharsets.UTF_8));
    var hook = new ServerSocket(8080, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(() -> poller.serveLostHook(hook));
    poller.poll();
  }

  private void poll() {
    while (true) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), 4040)) {
        socket.setSoTimeout(10_000);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        while (ask(socket, in)) {
          LockSupport.parkNanos(5_000_000);
        }
      } catch (IOException gone) {
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  private boolean ask(Socket socket, BufferedReader in) throws IOException {
    // One lock over question and note: a stop in between would come before what it stops.
    synchronized (this) {
      long asked = System.nanoTime();
      socket
          .getOutputStream()
          .write(
              "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      String body = answer(in);
      long answered = System.nanoTime();
      if (body == null) {
        return false;
      }
      if (body.contains("\"leader\":true")) {
        long until = asked + number(VALID, body) * 1_000_000;
        notes.println("led " + answered + " " + until + " " + number(TOKEN, body));
      }
      return true;
    }
  }

  private void serveLostHook(ServerSocket server) {
    while (true) {
      try (Socket socket = server.accept()) {
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        answer(in);
        synchronized (this) {
          notes.println("stopped " + System.nanoTime());
        }
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
      } catch (IOException gone) {
        // The next one may do better.
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** The body of the message that comes next; null when the other side has closed. */
  private static @Nullable String answer(BufferedReader in) throws IOException {
    int length = 0;
    for (String line = in.readLine(); ; line = in.readLine()) {
      if (line == null) {
        return null;
      }
      if (line.isEmpty()) {
        break;
      }
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    char[] body = new char[length];
    for (int read = 0; read < length; ) {
      int more = in.read(body, read, length - read);
      if (more < 0) {
        return null;
      }
      read += more;
    }
    return new String(body);
  }

  private static long number(Pattern pattern, String body) {
    Matcher matcher = pattern.matcher(body);
    if (!matcher.find()) {
      throw new IllegalStateException(pattern + " is missing in " + body);
    }
    return Long.parseLong(matcher.group(1));
  }
}
