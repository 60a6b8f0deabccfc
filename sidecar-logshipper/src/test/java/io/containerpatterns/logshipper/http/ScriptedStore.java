package io.containerpatterns.logshipper.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.PoolLimits;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An HTTP store on loopback that answers what it is told to, and shows what it was sent. */
public final class ScriptedStore implements AutoCloseable {
  /** What the output takes for now. */
  public static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T13:30:00Z"));

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long PATIENCE_SECONDS = 20;

  private final HttpServer server;
  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("test", 1, network);
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private volatile Function<Received, Says> script;

  /** A request, with its headers in lower case. */
  public record Received(String path, Map<String, String> headers, byte[] body) {
    /** The body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** An answer. */
  public record Says(int status, Map<String, String> headers, byte[] body) {
    /** Of text. */
    public static Says text(int status, String body) {
      return new Says(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    /** Of JSON. */
    public static Says json(int status, String body) {
      return text(status, body).with("Content-Type", "application/json");
    }

    /** With this header alone. */
    public Says with(String name, String value) {
      return new Says(status, Map.of(name, value), body);
    }
  }

  private ScriptedStore(Function<Received, Says> script) throws IOException {
    this.script = script;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Gives every request the answer that the script makes of it. */
  public static ScriptedStore of(Function<Received, Says> script) throws IOException {
    return new ScriptedStore(script);
  }

  /** Gives every request the same answer. */
  public static ScriptedStore saying(Says answer) throws IOException {
    return new ScriptedStore(request -> answer);
  }

  /** From now on it answers that. */
  public void says(Says answer) {
    script = request -> answer;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var headers = new TreeMap<String, String>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      var request =
          new Received(
              exchange.getRequestURI().toString(),
              headers,
              exchange.getRequestBody().readAllBytes());
      received.add(request);
      Says says = script.apply(request);
      says.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      exchange.sendResponseHeaders(
          says.status(), says.body().length == 0 ? -1 : says.body().length);
      exchange.getResponseBody().write(says.body());
    }
  }

  /** The next request that came. */
  public Received received() throws InterruptedException {
    return Objects.requireNonNull(
        received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no request came");
  }

  /** How many requests have come that nobody asked for yet. */
  public int waiting() {
    return received.size();
  }

  /** Where it is. */
  public URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** The threads on which its clients run. */
  public EventLoops loops() {
    return loops;
  }

  /** A client. */
  public HttpClient client() {
    return HttpClient.on(loops, network).keepConnections(PoolLimits.DEFAULT).build();
  }

  /** Where to send, with no more than is needed. */
  public HttpOutput.Target target(String path) {
    return new HttpOutput.Target(
        "store", at(path), Credentials.NONE, Map.of(), HttpOutput.Compression.NONE, PATIENCE);
  }

  /** An output to it that speaks this dialect. */
  public HttpOutput output(Dialect dialect) {
    return new HttpOutput(target(dialect.path()), dialect, client(), CLOCK);
  }

  /** A batch of events, each of which is encoded before the next one is made. */
  public static Batch batch(Output output, Iterable<Event> events) {
    var batch = new Batch(1_000);
    events.forEach(event -> batch.add(event, output));
    return batch;
  }

  /** What becomes of a parcel. */
  public static Verdict verdict(Output output, Parcel parcel) throws Exception {
    var verdict = new CompletableFuture<Verdict>();
    output.send(parcel, verdict::complete);
    return verdict.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** What becomes of so many events of one file. */
  public Verdict verdict(Dialect dialect, int events) throws Exception {
    try (HttpOutput output = output(dialect)) {
      var event = new EventOf(new Origin("/logs/app.log", List.of(), 1));
      var batch = new Batch(1_000);
      for (int i = 0; i < events; i++) {
        batch.add(event.text("line " + i, i * 10L).get(), output);
      }
      return verdict(output, Parcel.of(batch));
    }
  }

  @Override
  public void close() {
    server.stop(0);
    loops.close();
  }
}
