import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * Takes what a shipper sends and throws it away, counting the events by {@code id=}, which every line
 * has once: {@code java Hole.java PORT EVENTS http|gzip|tcp}. Ends when it has seen so many.
 */
final class Hole {
  private static final byte[] NO_CONTENT =
      "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final long expected;
  private final boolean http;
  private final boolean gzip;
  private final AtomicLong seen = new AtomicLong();

  private Hole(long expected, String mode) {
    this.expected = expected;
    this.http = !mode.equals("tcp");
    this.gzip = mode.equals("gzip");
  }

  public static void main(String[] args) throws Exception {
    var hole = new Hole(Long.parseLong(args[1]), args[2]);
    var server =
        new ServerSocket(Integer.parseInt(args[0]), 50, InetAddress.getLoopbackAddress());
    System.out.println("ready");
    while (true) {
      Socket socket = server.accept();
      Thread.ofPlatform().daemon().start(() -> hole.serve(socket));
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var events = new Events();
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      var packed = new ByteArrayOutputStream();
      byte[] bytes = new byte[256 << 10];
      long body = 0; // bytes of the body that are still to come
      int length = 0; // bytes of a head that is not whole
      for (int read = in.read(bytes, 0, bytes.length);
          read >= 0;
          read = in.read(bytes, length, bytes.length - length)) {
        if (!http) {
          take(events.count(bytes, 0, read));
          continue;
        }
        int at = 0;
        int end = length + read;
        length = 0;
        while (at < end) {
          if (body > 0) {
            int part = (int) Math.min(body, end - at);
            if (gzip) {
              packed.write(bytes, at, part);
            } else {
              take(events.count(bytes, at, at + part));
            }
            at += part;
            body -= part;
          } else {
            int headEnd = headEnd(bytes, at, end);
            if (headEnd < 0) {
              System.arraycopy(bytes, at, bytes, 0, end - at);
              length = end - at;
              break;
            }
            body = contentLength(new String(bytes, at, headEnd - at, StandardCharsets.ISO_8859_1));
            at = headEnd;
          }
          if (body == 0) {
            if (gzip) {
              byte[] text = new GZIPInputStream(new ByteArrayInputStream(packed.toByteArray())).readAllBytes();
              packed.reset();
              take(events.count(text, 0, text.length));
            }
            out.write(NO_CONTENT);
          }
        }
      }
    } catch (Exception e) {
      System.err.println(e);
    }
  }

  private void take(long more) {
    if (more > 0 && seen.addAndGet(more) >= expected) {
      System.out.println("done");
      Runtime.getRuntime().halt(0);
    }
  }

  private static int headEnd(byte[] bytes, int from, int to) {
    for (int i = from; i + 3 < to; i++) {
      if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
        return i + 4;
      }
    }
    return -1;
  }

  private static long contentLength(String head) {
    for (String line : head.split("\r\n")) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        return Long.parseLong(line.substring(15).strip());
      }
    }
    return 0;
  }

  /** Counts {@code id=}, across the borders of what is read. */
  private static final class Events {
    private int matched;

    long count(byte[] bytes, int from, int to) {
      long count = 0;
      for (int i = from; i < to; i++) {
        byte b = bytes[i];
        if (matched == 2 && b == '=') {
          count++;
          matched = 0;
        } else if (matched == 1 && b == 'd') {
          matched = 2;
        } else {
          matched = b == 'i' ? 1 : 0;
        }
      }
      return count;
    }
  }
}
