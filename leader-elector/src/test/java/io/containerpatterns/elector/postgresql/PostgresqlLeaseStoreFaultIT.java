package io.containerpatterns.elector.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.lease.FaultyProxy;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.LeaseStore.Guarantee;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the store does when the server or the network does not do its part. The lease is 3 s: a
 * caller waits 500 ms, the server gives up after 500 ms, a connection is closed after 750 ms.
 */
final class PostgresqlLeaseStoreFaultIT extends StoreProcesses {
  private static final Duration LEASE = Duration.ofSeconds(3);

  /** Ample for all the limits of one call, connecting included, on a busy machine. */
  private static final long FAILS_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static PostgresqlServer server;

  @TempDir Path folder;
  private String database = "";
  private FaultyProxy proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresqlServer.fresh();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void makeDatabase() throws Exception {
    database = server.database();
    proxy = FaultyProxy.to(server.address());
  }

  @AfterEach
  void closeProxy() throws IOException {
    proxy.close();
  }

  @Override
  protected LeaseStore open() {
    return PostgresqlStores.at(server.url(database), folder).lease(LEASE).open();
  }

  /** A store whose every connection goes through the proxy. */
  private PostgresqlLeaseStore behindProxy() {
    return PostgresqlStores.at(server.url(database, proxy.port()), folder).lease(LEASE).open();
  }

  @Test
  void aServerThatWasStoppedAndStartedIsUsedAgain() throws Exception {
    var store = process();
    Queue<Long> heard = heardBy(store);
    long version = write(store, "orders", 0, lease("a"));

    server.stop();
    assertThat((Throwable) outcome(store.read("orders"))).isInstanceOf(PostgresqlFailure.class);
    assertThat(store.trouble()).isNotNull();
    server.start();

    Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
    assertThat(read(store, "orders")).isEqualTo(new Stored(version, lease("a")));
    Await.until(() -> "no trouble: " + store.trouble(), () -> store.trouble() == null);
    heard.clear();
    long next = write(process(), "orders", version, lease("b"));
    Await.until("heard again", () -> heard.contains(next));
  }

  @Test
  void aServerThatIsMissingAtTheStartIsNotWaitedFor() throws Exception {
    proxy.refuse();

    var store = behindProxy();
    assertThat((Throwable) outcome(store.read("orders"))).isInstanceOf(PostgresqlFailure.class);
    assertThat(store.trouble()).isNotNull();
    proxy.mend();

    Await.until(() -> "read: " + store.trouble(), () -> answers(store));
    store.close();
  }

  @Test
  void aNewerTableThatShowsOnlyAfterTheStartIsRefusedAllTheSame() throws Exception {
    write(process(), "orders", 0, lease("a"));
    server.execute(database, "UPDATE elector_lease SET version = 2 WHERE election = '.format'");
    proxy.refuse();
    var store = behindProxy();
    proxy.mend();

    Await.until(
        () -> "refused: " + store.trouble(),
        () ->
            String.valueOf(((Throwable) outcome(store.read("orders"))).getMessage())
                .endsWith(
                    "the table elector_lease has format 2 (expected: at most 1); run the release"
                        + " that wrote it, or name another database or schema; nothing was"
                        + " touched"));
    store.close();
  }

  @Test
  void aServerThatStandsStillFailsCallsInTimeAndIsUsedAgainWhenItGoesOn() throws Exception {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    server.pause();
    Object failure;
    try {
      failure = failsInTime(store.compareAndSet("orders", version, lease("b")));
    } finally {
      server.goOn();
    }

    assertThat((Throwable) failure).hasMessageContaining("no answer in time");
    Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
    // Nobody knows whether it was written, but it was once at most.
    Stored stored = read(store, "orders");
    assertThat(stored.lease()).isIn(lease("a"), lease("b"));
    assertThat(write(store, "orders", stored.version(), lease("c"))).isGreaterThan(version);
  }

  @Test
  void aWriteWhoseAnswerGotLostIsUnknownAndWasAppliedOnce() throws Exception {
    try (var store = behindProxy()) {
      long version = write(store, "orders", 0, lease("a"));
      proxy.eatAnswers();

      failsInTime(store.compareAndSet("orders", version, lease("b")));
      proxy.mend();

      Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
      Stored stored = read(store, "orders");
      assertThat(stored.lease()).isEqualTo(lease("b"));
      assertThat(stored.version()).isGreaterThan(version);
      assertThat(swap(store, "orders", version, lease("b"))).isEqualTo(new Swap.Conflict());
    }
  }

  @Test
  void aConnectionCutTowardsTheServerFailsCallsAndWritesNothing() throws Exception {
    try (var store = behindProxy()) {
      long version = write(store, "orders", 0, lease("a"));
      proxy.eatRequests();

      failsInTime(store.compareAndSet("orders", version, lease("b")));
      assertThat(proxy.eaten()).isPositive();
      proxy.mend();

      Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
      assertThat(read(store, "orders")).isEqualTo(new Stored(version, lease("a")));
    }
  }

  @Test
  void anAnswerThatComesTooLateIsNotTakenForThatOfTheNextCall() throws Exception {
    try (var store = behindProxy()) {
      write(store, "orders", 0, lease("a"));
      write(store, "bills", 0, lease("b"));
      proxy.delay(Duration.ofMillis(800));
      long before = proxy.accepted();

      failsInTime(store.read("orders"));
      proxy.mend();

      Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
      assertThat(read(store, "bills").lease()).isEqualTo(lease("b"));
      assertThat(proxy.accepted()).isGreaterThan(before);
    }
  }

  @Test
  void aSlowServerIsAnsweredForAsLongAsItKeepsTheLimit() throws Exception {
    try (var store = behindProxy()) {
      long version = write(store, "orders", 0, lease("a"));
      proxy.delay(Duration.ofMillis(100));

      assertThat(write(store, "orders", version, lease("b"))).isGreaterThan(version);
    }
  }

  @Test
  void callsDuringAnOutageFailAtOnceOrInTimeAndNeverPileUp() throws Exception {
    try (var store = behindProxy()) {
      read(store, "orders");
      proxy.eatAnswers();
      var calls = new ArrayList<CompletionStage<Stored>>();
      for (int i = 0; i < 12_000; i++) {
        calls.add(store.read("shard-" + i));
      }

      for (CompletionStage<Stored> call : calls) {
        assertThat(outcome(call)).isInstanceOf(RuntimeException.class);
      }
    }
  }

  @Test
  void aBackendThatWasTerminatedIsReplaced() throws Exception {
    var store = process();
    Queue<Long> heard = heardBy(store);
    long version = write(store, "orders", 0, lease("a"));

    terminateBackends();
    outcome(store.read("orders"));

    Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
    Await.until(() -> "no trouble: " + store.trouble(), () -> store.trouble() == null);
    heard.clear();
    long next = write(store, "orders", version, lease("b"));
    Await.until("heard again", () -> heard.contains(next));
  }

  private void terminateBackends() throws Exception {
    server.ask(
        "postgres",
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(database));
  }

  @Test
  void aHintThatGotLostIsMadeUpForWhenTheConnectionIsMadeAgain() throws Exception {
    try (var store = behindProxy()) {
      Queue<Long> heard = heardBy(store);
      proxy.eatAnswers();
      heard.clear();
      write(process(), "orders", 0, lease("a"));
      Await.until("the hint was eaten", () -> proxy.eaten() > 0);
      proxy.mend();
      proxy.reset();

      Await.until("told that something may have changed", () -> heard.contains(0L));
    }
  }

  @Test
  void aSilentConnectionIsProbedAndReplaced() throws Exception {
    try (var store = behindProxy()) {
      Queue<Long> heard = heardBy(store);
      long before = proxy.accepted();
      proxy.eatRequests();

      Await.until("another connection", () -> proxy.accepted() > before);
      heard.clear();
      proxy.mend();

      Await.until("told that something may have changed", () -> heard.contains(0L));
    }
  }

  @Test
  void aForgedHintCausesNoMoreThanARead() throws Exception {
    var store = process();
    Queue<Long> heard = heardBy(store);
    read(store, "orders");
    String channel =
        "elector_" + server.ask(database, "SELECT 'public'::regnamespace::oid::bigint");
    List<String> payloads =
        List.of("", "orders", "orders x", "orders 99999999999999999999", "orders 1 2", "none 1");
    for (String payload : payloads) {
      server.execute(database, "SELECT pg_notify('%s', '%s')".formatted(channel, payload));
    }

    long version = write(store, "orders", 0, lease("a"));

    Await.until("the true one is heard after all of them", () -> heard.contains(version));
    assertThat(heard).containsOnly(0L, version);
  }

  @Test
  void aTableThatSomebodyLocksFailsCallsInTime() throws Exception {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));
    try (var hand = server.connect(database);
        var statement = hand.createStatement()) {
      hand.setAutoCommit(false);
      statement.execute("LOCK TABLE elector_lease");

      Object failure = failsInTime(store.compareAndSet("orders", version, lease("b")));

      assertThat((Throwable) failure)
          .hasMessageEndingWith(
              "canceling statement due to statement timeout (SQLSTATE 57014); somebody locks the"
                  + " table or a row, or the server is too slow");
      hand.rollback();
    }
    Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
    assertThat(read(store, "orders")).isEqualTo(new Stored(version, lease("a")));
  }

  @Test
  void ofSeveralHostsThePrimaryIsUsedAndVersionsGrowOnAfterAFailOver() throws Exception {
    try (var primary = PostgresqlServer.fresh();
        var standby = primary.standby()) {
      String name = primary.database();
      Await.until("replicated", () -> exists(standby, name));
      var hosts =
          "postgresql://postgres@127.0.0.1:%d,127.0.0.1:%d/%s"
              .formatted(standby.port(), primary.port(), name);
      try (var replica = PostgresqlStores.at(standby.url(name), folder).lease(LEASE).open();
          var store = PostgresqlStores.at(PostgresqlUrl.parse(hosts), folder).lease(LEASE).open()) {
        assertThat((Throwable) outcome(replica.read("orders")))
            .hasMessageEndingWith(
                "the server is a read-only replica; nobody can lead with it: name the primary, or"
                    + " all hosts, in ELECTOR_POSTGRESQL_URL");
        long version = write(store, "orders", 0, lease("a"));
        assertThat(store.guarantee()).isEqualTo(Guarantee.BEST_EFFORT);

        primary.stop();
        standby.promote();

        Await.until(() -> "read again: " + store.trouble(), () -> answers(store));
        Stored stored = read(store, "orders");
        assertThat(write(store, "orders", stored.version(), lease("b"))).isGreaterThan(version);
      }
    }
  }

  private static boolean exists(PostgresqlServer server, String database) {
    try {
      server.ask(database, "SELECT 1");
      return true;
    } catch (java.sql.SQLException e) {
      return false;
    }
  }

  @Test
  void oneServerThatWritesToItsDiskIsExclusive() throws Exception {
    try (var durable = PostgresqlServer.fresh("-c", "fsync=on")) {
      String name = durable.database();
      try (var store = PostgresqlStores.at(durable.url(name), folder).open()) {
        long version = write(store, "orders", 0, lease("a"));

        assertThat(store.guarantee()).isEqualTo(Guarantee.EXCLUSIVE);
        assertThat(version).isPositive();
      }
    }
  }

  /** What a watch of "orders" tells, from when it stands. */
  private static Queue<Long> heardBy(LeaseStore store) {
    var heard = new ConcurrentLinkedQueue<Long>();
    store.watch("orders", version -> heard.add(version));
    Await.until(() -> "the watch stands: " + store.trouble(), () -> !heard.isEmpty());
    return heard;
  }

  private static boolean answers(LeaseStore store) {
    return outcome(store.read("orders")) instanceof Stored;
  }

  private static Object failsInTime(CompletionStage<?> call) {
    long begun = System.nanoTime();
    Object failure = outcome(call);
    assertThat(System.nanoTime() - begun).isLessThan(FAILS_WITHIN_NANOS);
    assertThat(failure).isInstanceOf(RuntimeException.class);
    return failure;
  }
}
