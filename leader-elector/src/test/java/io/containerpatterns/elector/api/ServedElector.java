package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Hosts;
import io.containerpatterns.chassis.http.HttpServer;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Candidate.Mode;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Hooks;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.SwitchedWire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A whole elector but for its process: elections on a fake store in stepped time, served on a real
 * socket. Its id is {@code me}, its lease 10 s; a free lease is taken {@link #REACH} after it was
 * seen.
 */
final class ServedElector implements AutoCloseable {
  /** How long a candidate of priority 0 holds back where chance adds nothing. */
  static final Duration REACH = Duration.ofMillis(10);

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final SteppedTime time = new SteppedTime();
  final FakeLeaseStore.Memory memory = new FakeLeaseStore.Memory();
  final SwitchedWire wire = new SwitchedWire();
  final Elections elections;
  final SteppedVerbs verbs;
  final ElectorApi api;
  final SteppedTime.SteppedLoop apiLoop;
  private final EventLoops loops;
  private final HttpServer server;

  /** What tests want otherwise. */
  record Wishes(
      List<String> names,
      Mode mode,
      boolean healthy,
      boolean joinable,
      Hooks hooks,
      boolean started) {
    Wishes names(String... names) {
      return new Wishes(List.of(names), mode, healthy, joinable, hooks, started);
    }

    Wishes auto() {
      return new Wishes(names, Mode.AUTO, healthy, joinable, hooks, started);
    }

    Wishes unhealthy() {
      return new Wishes(names, mode, false, joinable, hooks, started);
    }

    Wishes dynamic() {
      return new Wishes(names, mode, healthy, true, hooks, started);
    }

    Wishes application(Hooks hooks) {
      return new Wishes(names, mode, healthy, joinable, hooks, started);
    }

    Wishes withoutStore() {
      return new Wishes(names, mode, healthy, joinable, hooks, false);
    }
  }

  /** In manual mode, with the one election {@code orders}, which nobody leads. */
  static ServedElector open() {
    return open(wishes -> wishes);
  }

  static ServedElector open(UnaryOperator<Wishes> wishes) {
    try {
      return new ServedElector(
          wishes.apply(new Wishes(List.of("orders"), Mode.MANUAL, true, false, Hooks.NONE, true)));
    } catch (BindException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServedElector(Wishes wishes) throws BindException {
    if (!wishes.started) {
      wire.cut();
    }
    var feed = new Feed();
    elections =
        new Elections(
            wishes.names,
            "file",
            wishes.healthy,
            time.loop("elections"),
            time,
            () -> 0,
            wishes.hooks,
            feed,
            new Nobody());
    verbs = new SteppedVerbs(elections);
    apiLoop = time.loop("api");
    api =
        new ElectorApi(
            elections,
            feed,
            verbs,
            apiLoop,
            () -> START.plusNanos(time.monotonicNanos()),
            wishes.joinable);
    elections.start(
        new FakeLeaseStore(memory, wire),
        new Candidate(
            "me",
            "boot",
            Duration.ofSeconds(10),
            wishes.mode,
            0,
            false,
            Duration.ZERO,
            Duration.ofSeconds(10),
            Map.of("url", "http://10.0.0.7:8080")));
    loops = EventLoops.start("sockets", 1, new Network(Ticker.system()));
    server = api.on(HttpServer.named("api").hosts(Hosts.of(List.of())).loops(loops)).start();
    time.settle();
  }

  /** Nobody who wants to know who takes part. */
  private static final class Nobody implements Elections.Attendance {
    @Override
    public void joined(String name, Election election) {}

    @Override
    public void left(String name) {}
  }

  // ---- the outside

  RawClient connect() throws IOException {
    return RawClient.to(server.address());
  }

  /** With a receive buffer that fills early. */
  RawClient connectSlowly() throws IOException {
    return RawClient.to(server.address(), 4096);
  }

  Answer get(String path, String... headers) throws IOException {
    return ask("GET", path, "", headers);
  }

  Answer post(String path, String body, String... headers) throws IOException {
    return ask("POST", path, body, headers);
  }

  Answer ask(String method, String path, String body, String... headers) throws IOException {
    try (RawClient client = connect()) {
      return client.ask(method, path, body, headers);
    }
  }

  /** A client that asked and whose answer is still to be read. */
  RawClient asking(String method, String path, String body) throws IOException {
    return connect()
        .send(
            method
                + " "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
  }

  // ---- the inside

  Election orders() {
    return elections.first();
  }

  Election election(String name) {
    return Objects.requireNonNull(elections.find(name), name);
  }

  /** Lets time pass, after everything that the sockets have brought so far. */
  void advance(Duration duration) {
    settle();
    time.advance(duration);
  }

  /** Waits until whatever has arrived has had its effect. */
  void settle() {
    loops.group().submit(() -> {}).awaitUninterruptibly();
    time.settle();
  }

  /** We win {@code orders}, without HTTP. */
  long lead() {
    var becoming = orders().become(Duration.ofSeconds(1));
    time.advance(REACH);
    return becoming.answer().toCompletableFuture().join().status().token();
  }

  /** Somebody else holds an election from now on, for 10 s. */
  void othersLead(String election, String id) {
    Stored before = memory.read(election);
    memory.compareAndSet(
        election,
        before.version(),
        new Lease(id, "other", 10_000, 0, 0, null, Map.of("url", "http://10.0.0.8:8080")));
    time.settle();
  }

  /** Returns when so many calls wait, and have begun to. */
  void awaitWaiting(int count) {
    Await.until(() -> count + " waiters, not " + api.waiting(), () -> api.waiting() == count);
    settle();
  }

  /** Returns when so many streams are open, and have begun to be. */
  void awaitWatching(int count) {
    Await.until(() -> count + " streams, not " + api.watching(), () -> api.watching() == count);
    settle();
  }

  /** How many there are whom the API tells what happens. */
  int listening() {
    settle();
    return api.listening();
  }

  @Override
  public void close() {
    api.close();
    time.settle();
    server.close();
    elections.close();
    time.settle();
    loops.close();
    time.close();
  }
}
