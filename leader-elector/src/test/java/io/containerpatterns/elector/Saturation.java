package io.containerpatterns.elector;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Floods the API of the elector in its own pod from sixteen connections, and meanwhile asks for a
 * probe every ten milliseconds. Prints {@code requests=N probes=N p99Micros=N}. Uses nothing but
 * the JDK.
 */
final class Saturation {
  private static final int CONNECTIONS = 16;
  private static final long PROBE_EVERY_NANOS = 10_000_000;

  private Saturation() {}

  /** With the seconds to go on for. */
  public static void main(String[] args) throws IOException {
    long until = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000L;
    var requests = new AtomicLong();
    for (int i = 0; i < CONNECTIONS; i++) {
      Thread.ofPlatform().daemon().start(() -> flood(until, requests));
    }
    long[] latencies = new long[1_000_000];
    int probes = 0;
    try (var connection = new Connection(9474)) {
      // From when a probe was due, not from when it was sent: a slow one must not hide the next.
      for (long due = System.nanoTime();
          due < until && probes < latencies.length;
          due += PROBE_EVERY_NANOS) {
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        connection.ask("/livez");
        latencies[probes++] = System.nanoTime() - due;
      }
    }
    Arrays.sort(latencies, 0, probes);
    long p99 = latencies[Math.max(0, (int) (probes * 0.99) - 1)] / 1_000;
    System.out.println("requests=" + requests + " probes=" + probes + " p99Micros=" + p99);
  }

  private static void flood(long until, AtomicLong requests) {
    try (var connection = new Connection(4040)) {
      while (System.nanoTime() < until) {
        connection.ask("/status");
        requests.incrementAndGet();
      }
    } catch (IOException e) {
      System.out.println("a connection of the flood ended: " + e);
    }
  }

  /** One connection; its input is buffered, so that the flood loads the elector and not itself. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Connection(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    }

    void ask(String path) throws IOException {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var head = new StringBuilder();
      while (!endsWithBlankLine(head)) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("closed");
        }
        head.append((char) next);
      }
      int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
      in.skipNBytes(Integer.parseInt(head.substring(at, head.indexOf("\r\n", at))));
    }

    private static boolean endsWithBlankLine(StringBuilder head) {
      int length = head.length();
      return length >= 4 && head.charAt(length - 1) == '\n' && head.charAt(length - 3) == '\n';
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
