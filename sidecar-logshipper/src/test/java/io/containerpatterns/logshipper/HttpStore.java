package io.containerpatterns.logshipper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store for NDJSON on loopback that keeps what it takes, answers as a script says, and can go
 * away and come back at the same port. It speaks HTTP/1.1 by itself, down to the socket, because
 * half of what it is for no server library lets one do.
 */
final class HttpStore implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Taker taker;
  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Answered> answered = new ArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final int port;
  private volatile Script script = push -> Answer.OK;
  private volatile ServerSocket server;

  /** One event as it came. */
  record Message(String file, long offset, String text, JsonNode json) {}

  /** One request: the how-manieth, when it was there as a whole, and what it carried. */
  record Push(int number, long nanos, String authorization, List<Message> messages) {}

  /** What was answered to the request of that number, which carried so many messages. */
  record Answered(int number, long nanos, int messages, Answer answer) {}

  /** What is done with the messages that were taken, in the order in which they were. */
  interface Taker {
    void take(Push push);
  }

  /** What requests are answered. */
  interface Script {
    /** The answer to a request that has been read. */
    Answer answer(Push push);

    /** Whether the request of that number is read to its end; else it is reset in its midst. */
    default boolean reads(int number) {
      return true;
    }
  }

  /** One way to answer. */
  sealed interface Answer {
    /** Taken, and said so. */
    Answer OK = new Status(200, "");

    /** A status, and with it maybe a Retry-After. Taken when it is a success. */
    record Status(int status, String retryAfter) implements Answer {}

    /** Taken, and the connection ends before the answer. */
    record Lost() implements Answer {}

    /** Not taken, and not answered either: nothing for that long, then the connection ends. */
    record Silent(Duration time) implements Answer {}

    /** Taken, and the answer comes byte by byte with such a pause before each. */
    record Slow(Duration pause) implements Answer {}

    /** Neither taken nor HTTP. */
    record Garbage() implements Answer {}
  }

  private HttpStore(Taker taker) throws IOException {
    this.taker = taker;
    this.server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    this.port = server.getLocalPort();
    listen(server);
  }

  /** Hands on what it takes. */
  static HttpStore handingTo(Taker taker) throws IOException {
    return new HttpStore(taker);
  }

  /** Hands on to {@code arrivals}. */
  static HttpStore into(Arrivals arrivals) throws IOException {
    return new HttpStore(push -> push.messages().forEach(arrivals::add));
  }

  /** Where to ship to. */
  String url() {
    return "http://127.0.0.1:" + port + "/logs";
  }

  /** From now on. */
  void says(Script newScript) {
    script = newScript;
  }

  /** From now on the same to all. */
  void says(Answer answer) {
    script = push -> answer;
  }

  /** Every request that was read, taken or not; without what it carried. */
  List<Answered> answered() {
    synchronized (answered) {
      return List.copyOf(answered);
    }
  }

  /** How many messages it was sent since then, taken or not. */
  int messagesSince(long nanos) {
    return answered().stream()
        .filter(one -> one.nanos() - nanos >= 0)
        .mapToInt(Answered::messages)
        .sum();
  }

  /** Refuses connections and ends those that there are. */
  void away() throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  /** Is there again. */
  void back() throws IOException {
    var again = new ServerSocket();
    again.setReuseAddress(true);
    again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    server = again;
    listen(again);
  }

  private void listen(ServerSocket on) {
    Thread.ofVirtual()
        .start(() -> {
          while (!on.isClosed()) {
            try {
              Socket connection = on.accept();
              connections.add(connection);
              Thread.ofVirtual().start(() -> converse(connection));
            } catch (IOException closing) {
              return;
            }
          }
        });
  }

  private void converse(Socket connection) {
    try (connection) {
      var in = new BufferedInputStream(connection.getInputStream(), 64 << 10);
      boolean goesOn = true;
      while (goesOn) {
        Head head = head(in);
        int length = head.length();
        int number = numbers.getAndIncrement();
        if (length < 0) {
          return;
        }
        if (!script.reads(number)) {
          in.readNBytes(length / 2);
          connection.setSoLinger(true, 0); // The peer hears a reset, not an end.
          return;
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
          return;
        }
        goesOn = answer(number, head.authorization(), body, connection.getOutputStream());
      }
    } catch (IOException goneAway) {
      // The shipper was killed, or this store is away.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      connections.remove(connection);
    }
  }

  /** How long the body is, -1 at the end, and who sends it. */
  private record Head(int length, String authorization) {}

  /** Reads up to the body. */
  private static Head head(InputStream in) throws IOException {
    int length = 0;
    String authorization = "";
    String line = line(in);
    if (line.isEmpty()) {
      return new Head(-1, "");
    }
    while (!line.isEmpty()) {
      String[] header = line.split(": *", 2);
      switch (header[0].toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(header[1]);
        case "authorization" -> authorization = header[1];
        default -> {}
      }
      line = line(in);
    }
    return new Head(length, authorization);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private boolean answer(int number, String authorization, byte[] body, OutputStream out)
      throws IOException, InterruptedException {
    var push = new Push(number, System.nanoTime(), authorization, messages(body));
    Answer answer;
    synchronized (answered) {
      answer = script.answer(push);
      answered.add(new Answered(number, push.nanos(), push.messages().size(), answer));
      if (isTaken(answer)) {
        taker.take(push);
      }
    }
    switch (answer) {
      case Answer.Status(int status, String retryAfter) -> {
        String after = retryAfter.isEmpty() ? "" : "Retry-After: " + retryAfter + "\r\n";
        out.write(
            ascii("HTTP/1.1 " + status + " As told\r\n" + after + "Content-Length: 0\r\n\r\n"));
        return true;
      }
      case Answer.Slow(Duration pause) -> {
        for (byte b : ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
          closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
          out.write(b);
        }
        return true;
      }
      case Answer.Silent(Duration time) -> {
        closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        return false;
      }
      case Answer.Lost lost -> {
        return false;
      }
      case Answer.Garbage garbage -> {
        out.write(ascii("\u0000\u0001 this is no HTTP\r\n\r\n"));
        return false;
      }
    }
  }

  private static boolean isTaken(Answer answer) {
    return switch (answer) {
      case Answer.Status status -> status.status() / 100 == 2;
      case Answer.Lost lost -> true;
      case Answer.Slow slow -> true;
      case Answer.Silent silent -> false;
      case Answer.Garbage garbage -> false;
    };
  }

  private static List<Message> messages(byte[] body) {
    var messages = new ArrayList<Message>();
    try (var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(body)) {
      while (values.hasNext()) {
        JsonNode json = values.next();
        messages.add(
            new Message(
                json.path("file").asText(),
                json.path("offset").asLong(),
                json.path("message").asText(),
                json));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(new String(body, StandardCharsets.UTF_8), e);
    }
    return List.copyOf(messages);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    away();
  }
}
