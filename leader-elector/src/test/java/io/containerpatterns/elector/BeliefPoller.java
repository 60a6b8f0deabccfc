package io.containerpatterns.elector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
 * The application of a fault test: asks its elector every few milliseconds whether it leads and
 * writes down what it may believe, in nanoseconds of the clock that all processes of a host share:
 *
 * <pre>
 *   led     10.000200 19.000000 1785000000041     from the answer until what was asked plus validForMs, with this token
 *   stopped 12.500000                             told to stop by the lost hook, and acknowledged after this was written
 * </pre>
 *
 * Uses nothing but the JDK, so that it runs from a folder of classes.
 */
final class BeliefPoller implements AutoCloseable {
  private static final Pattern TOKEN = Pattern.compile("\"token\":(\\d+)");
  private static final Pattern VALID = Pattern.compile("\"validForMs\":(\\d+)");

  private final InetSocketAddress elector;
  private final ServerSocket hook;
  private final PrintStream notes;
  private final Deed deed;
  private volatile @Nullable Belief latest;
  private volatile boolean closed;

  /**
   * What only the leader may do; it is done as soon as it may be, and not after it was told to
   * stop.
   */
  @FunctionalInterface
  interface Deed {
    void act(long token, long until);
  }

  /**
   * What the application believes.
   *
   * @param begun the first of the answers in a row that told of this term
   * @param until when the last of them runs out
   */
  record Belief(long begun, long until, long token) {
    boolean holdsAt(long moment) {
      return moment - until < 0;
    }
  }

  /**
   * An application that runs until it is closed.
   *
   * @param hook where the lost hook comes in; closed with the application
   */
  BeliefPoller(InetSocketAddress elector, ServerSocket hook, OutputStream notes, Deed deed) {
    this.elector = elector;
    this.hook = hook;
    this.notes = new PrintStream(notes, true, StandardCharsets.UTF_8);
    this.deed = deed;
    Thread.ofPlatform().daemon().name("hook of " + elector).start(this::serveLostHook);
    Thread.ofPlatform().daemon(false).name("asks " + elector).start(this::poll);
  }

  /**
   * With the file to write to; asks port 4040, serves the lost hook on port 8080. Runs until it is
   * killed.
   */
  public static void main(String[] args) throws IOException {
    var file =
        Files.newOutputStream(
            Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    InetAddress here = InetAddress.getLoopbackAddress();
    new BeliefPoller(
        new InetSocketAddress(here, 4040),
        new ServerSocket(8080, 50, here),
        file,
        (token, until) -> {});
  }

  /** What it believes now; null when it does not believe to lead. */
  @Nullable Belief belief() {
    Belief last = latest;
    return last != null && last.holdsAt(System.nanoTime()) ? last : null;
  }

  private void poll() {
    while (!closed) {
      try (var socket = new Socket(elector.getAddress(), elector.getPort())) {
        socket.setSoTimeout(10_000);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        while (!closed && ask(socket, in)) {
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
      if (body == null || closed) {
        return false;
      }
      if (body.contains("\"leader\":true")) {
        long until = asked + number(VALID, body) * 1_000_000;
        believe(answered, until, number(TOKEN, body));
      } else {
        latest = null;
      }
      return true;
    }
  }

  private void believe(long answered, long until, long token) {
    notes.println("led " + answered + " " + until + " " + token);
    if (answered - until >= 0) {
      // It has run out on its way.
      return;
    }
    Belief before = latest;
    long begun = before != null && before.token() == token ? before.begun() : answered;
    latest = new Belief(begun, until, token);
    deed.act(token, until);
  }

  private void serveLostHook() {
    while (!closed) {
      try (Socket socket = hook.accept()) {
        socket.setSoTimeout(10_000);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        answer(in);
        synchronized (this) {
          latest = null;
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

  /** Ends it, at the latest when its elector answers or is gone; its notes are whole then. */
  @Override
  public void close() throws IOException {
    closed = true;
    hook.close();
    synchronized (this) {
      notes.close();
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
