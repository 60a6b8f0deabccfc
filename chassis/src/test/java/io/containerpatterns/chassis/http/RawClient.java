package io.containerpatterns.chassis.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that sends whatever bytes it is told, well-formed or not, and reads answers one by one.
 */
public final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connected to {@code address}. */
  public static RawClient to(InetSocketAddress address) throws IOException {
    return to(address, 0);
  }

  /** Connected, with a receive buffer that fills early when it is not 0. */
  public static RawClient to(InetSocketAddress address, int receiveBytes) throws IOException {
    var socket = new Socket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(address, PATIENCE_MILLIS);
    return new RawClient(socket);
  }

  /** What came back. */
  public record Answer(int status, Map<String, String> headers, String body) {
    /** A header by its lower-case name; empty text where there is none. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Sends text as it is. */
  public RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes as they are. */
  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends a GET of {@code path} and reads the answer. */
  public Answer get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return answer();
  }

  /** Sends a request with a body and more header lines, and reads the answer. */
  public Answer ask(String method, String path, String body, String... headers) throws IOException {
    var lines = new StringBuilder();
    for (String header : headers) {
      lines.append(header).append("\r\n");
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines);
    send("Content-Length: " + bytes.length + "\r\n\r\n").send(bytes);
    return answer(method.equals("HEAD"));
  }

  /** Says that nothing more will be sent. */
  public RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Reads one answer with its body. */
  public Answer answer() throws IOException {
    return answer(false);
  }

  /** Reads one answer; {@code head} when it has no body whatever its length says. */
  public Answer answer(boolean head) throws IOException {
    String statusLine = line();
    int status = Integer.parseInt(statusLine.substring(9, 12));
    var headers = new TreeMap<String, String>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    if (head || status < 200 || status == 204 || status == 304) {
      return new Answer(status, headers, "");
    }
    String length = headers.get("content-length");
    if (length != null) {
      return new Answer(status, headers, text(in.readNBytes(Integer.parseInt(length))));
    }
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      return new Answer(status, headers, chunks());
    }
    return new Answer(status, headers, text(in.readAllBytes()));
  }

  /** Reads the next chunk of a chunked answer; empty text for the last. */
  public String chunk() throws IOException {
    int length = Integer.parseInt(line(), 16);
    String data = text(in.readNBytes(length));
    line();
    return data;
  }

  /** Reads the head of an answer and leaves the body unread. */
  public Answer answerHead() throws IOException {
    return answer(true);
  }

  /** Reads so many bytes. */
  public byte[] bytes(int count) throws IOException {
    return in.readNBytes(count);
  }

  /** Where it is connected to. */
  public InetSocketAddress peer() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  /** Whether something has arrived that was not read. */
  public boolean isReadable() throws IOException {
    return in.available() > 0;
  }

  /** Whether the server ends the connection within patience, with or without bytes before it. */
  public boolean isClosedByServer() throws IOException {
    try {
      in.readAllBytes();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  /** Everything until the server ends the connection. */
  public String rest() throws IOException {
    return text(in.readAllBytes());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private String chunks() throws IOException {
    var all = new StringBuilder();
    for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
      all.append(chunk);
    }
    return all.toString();
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended in the line \"" + line + "\"");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
