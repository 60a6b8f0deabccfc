package io.containerpatterns.elector.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers as an API server does that is busy, broken, forgetful or silent: what a real one does not
 * do on demand. One lease, {@code orders}; a watch is any GET with a query.
 */
final class ScriptedServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  final List<String> requests = new CopyOnWriteArrayList<>();
  volatile Reply onGet = lease(7);
  volatile Reply onWrite = lease(8);
  volatile Reply onWatch = Reply.SILENCE;

  /** What is answered; with a status below 0 nothing, but the connection stays. */
  record Reply(int status, String body, String retryAfter, boolean goesOn) {
    /** The head of a watch, and never an event. */
    static final Reply SILENCE = new Reply(200, "", "", true);

    static Reply of(int status, String body) {
      return new Reply(status, body, "", false);
    }
  }

  ScriptedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  static Reply lease(long version) {
    return Reply.of(200, object(version));
  }

  static String object(long version) {
    return "{\"metadata\":{\"name\":\"orders\",\"uid\":\"u\",\"resourceVersion\":\""
        + version
        + "\"},\"spec\":{\"holderIdentity\":\"them\",\"leaseDurationSeconds\":15}}";
  }

  static Reply events(String... events) {
    return new Reply(200, String.join("\n", events) + "\n", "", true);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  long watches() {
    return requests.stream().filter(request -> request.contains("watch=1")).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    exchange.getRequestBody().readAllBytes();
    if (!request.endsWith("/version")) {
      requests.add(request);
    }
    Reply reply =
        request.contains("watch=1")
            ? onWatch
            : exchange.getRequestMethod().equals("GET") ? onGet : onWrite;
    if (!reply.retryAfter().isEmpty()) {
      exchange.getResponseHeaders().set("Retry-After", reply.retryAfter());
    }
    byte[] body = reply.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(reply.status(), reply.goesOn() ? 0 : Math.max(body.length, 0));
    try (var out = exchange.getResponseBody()) {
      out.write(body);
      out.flush();
      if (reply.goesOn()) {
        closed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UncheckedIOException gone) {
      throw gone.getCause();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
