package io.containerpatterns.logshipper;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A store that takes JSON lines over HTTP and tells how many lines came by each path, and how many
 * different numbers stood in them behind {@code "order "}. With the classes of java.base and
 * zstd-jni only, so that it runs in a container of our own image, beside the shipper in a pod.
 *
 * <pre>
 *   POST /a   ... {"message":"order 17 taken",...}      204
 *   GET  /    /a lines=17 distinct=17                   200
 * </pre>
 */
final class NumberedStore {
  private static final byte[] NUMBER = "order ".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, Count> counts = new TreeMap<>(); // guarded by this

  private static final class Count {
    private long lines;
    private final BitSet numbers = new BitSet();
  }

  private record Request(String method, String path, byte[] body) {}

  private NumberedStore() {}

  /** Serves on the port of {@code args} for ever. */
  public static void main(String[] args) throws IOException {
    var store = new NumberedStore();
    try (var server = new ServerSocket(Integer.parseInt(args[0]))) {
      System.out.println("listening");
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> store.serve(socket));
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      for (Request request = read(in); request != null; request = read(in)) {
        String answer;
        if (request.method().equals("GET")) {
          String told = told();
          answer = "HTTP/1.1 200 OK\r\nContent-Length: " + told.length() + "\r\n\r\n" + told;
        } else {
          count(request);
          answer = "HTTP/1.1 204 No Content\r\n\r\n";
        }
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException gone) {
      // Whoever it was asks again.
    }
  }

  private static @Nullable Request read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return null;
    }
    int length = 0;
    String coding = "";
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(lower.indexOf(':') + 1).strip());
      }
      if (lower.startsWith("content-encoding:")) {
        coding = lower.substring(lower.indexOf(':') + 1).strip();
      }
    }
    byte[] body = decoded(in.readNBytes(length), coding);
    String[] words = first.split(" ");
    return new Request(words[0], words[1], body);
  }

  private static byte[] decoded(byte[] body, String coding) throws IOException {
    var packed = new ByteArrayInputStream(body);
    return switch (coding) {
      case "" -> body;
      case "gzip" -> new GZIPInputStream(packed).readAllBytes();
      case "zstd" -> new ZstdInputStream(packed).readAllBytes();
      default -> throw new IOException("Content-Encoding: " + coding + " (expected: gzip or zstd)");
    };
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private synchronized void count(Request request) {
    Count count = counts.computeIfAbsent(request.path(), path -> new Count());
    byte[] body = request.body();
    int matched = 0;
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '\n') {
        count.lines++;
        matched = 0;
      } else if (matched == NUMBER.length) {
        int number = 0;
        for (; i < body.length && body[i] >= '0' && body[i] <= '9'; i++) {
          number = 10 * number + body[i] - '0';
        }
        i--;
        count.numbers.set(number);
        matched++; // Not looked for again in this line.
      } else if (matched < NUMBER.length) {
        matched = body[i] == NUMBER[matched] ? matched + 1 : 0;
      }
    }
  }

  private synchronized String told() {
    var text = new StringBuilder();
    counts.forEach((path, count) ->
        text.append(path)
            .append(" lines=")
            .append(count.lines)
            .append(" distinct=")
            .append(count.numbers.cardinality())
            .append('\n'));
    return text.toString();
  }
}
