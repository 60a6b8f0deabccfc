package io.containerpatterns.elector.etcd;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.lease.FaultyProxy;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store does while the network between it and etcd does what it should not. */
final class EtcdWireFaultIT extends StoreProcesses {
  @TempDir static Path folder;
  private static EtcdServer server;
  private static int tests;

  private final EtcdStores stores = new EtcdStores();
  private final String prefix = "/wire-" + tests++ + "/";
  private FaultyProxy proxy;
  private LeaseStore direct;

  @BeforeAll
  static void startServer() throws Exception {
    server = EtcdServer.start(folder);
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void begin() throws Exception {
    proxy = FaultyProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    direct = stores.open(EtcdStores.plain(prefix, server.endpoint()));
  }

  @AfterEach
  void end() throws Exception {
    stores.close();
    proxy.close();
  }

  @Override
  protected LeaseStore open() {
    return stores.open(EtcdStores.plain(prefix, URI.create("http://127.0.0.1:" + proxy.port())));
  }

  @Test
  void aWriteWhoseAnswerIsLostWasDoneOnceAndCountsAsUnknown() {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    proxy.eatAnswers();
    Object lost = outcome(store.compareAndSet("orders", version, lease("b")));
    proxy.mend();

    assertThat(lost).isInstanceOf(EtcdFailure.class);
    assertThat((Throwable) lost)
        .hasMessage("http://127.0.0.1:" + proxy.port() + "/v3/kv/txn: no answer within 1s");
    Stored now = read(store, "orders");
    assertThat(now.lease()).isEqualTo(lease("b"));
    assertThat(now.version()).isGreaterThan(version);
    assertThat(swap(store, "orders", version, lease("b"))).isEqualTo(new Swap.Conflict());
  }

  @Test
  void aWriteThatNeverArrivedIsNotDoneLater() {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    proxy.eatRequests();
    assertThat(outcome(store.compareAndSet("orders", version, lease("b"))))
        .isInstanceOf(EtcdFailure.class);
    proxy.mend();

    assertThat(read(store, "orders")).isEqualTo(new Stored(version, lease("a")));
    assertThat(write(store, "orders", version, lease("c"))).isGreaterThan(version);
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000, 3_000, 10_000})
  void aStoreThatIsTooSlowIsUnknownAndNoAnswerIsTakenForAnother(long slowMillis) {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    proxy.delay(Duration.ofMillis(slowMillis));
    for (int i = 0; i < 2; i++) {
      assertThat(outcome(store.compareAndSet("orders", version, lease("late"))))
          .isInstanceOf(EtcdFailure.class);
    }
    proxy.mend();

    Await.until("a read that is answered", () -> outcome(store.read("orders")) instanceof Stored);
    Stored now = read(direct, "orders");
    assertThat(now.lease()).isIn(lease("a"), lease("late"));
  }

  @Test
  void aConnectionThatIsResetCostsOneCall() {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    proxy.refuse();
    assertThat(outcome(store.read("orders"))).isInstanceOf(EtcdFailure.class);
    proxy.mend();

    assertThat(read(store, "orders")).isEqualTo(new Stored(version, lease("a")));
  }

  @Test
  void aWatchThatDiedSilentlyIsBegunAnewAndTellsWhatItMissed() throws Exception {
    var store = process();
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    long eaten = proxy.eaten();
    proxy.eatAnswers();
    write(direct, "orders", 0, lease("b"));
    Await.until("the hint to be lost", () -> proxy.eaten() > eaten);
    proxy.mend();

    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
  }

  @Test
  void whatAWatchMissedAndWasCompactedSinceIsLookedAt() throws Exception {
    var store = process();
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    long eaten = proxy.eaten();
    proxy.eatAnswers();
    long version = 0;
    for (int i = 0; i < 3; i++) {
      version = write(direct, "orders", version, lease("holder-" + i));
    }
    Await.until("the hints to be lost", () -> proxy.eaten() > eaten);
    assertThat(server.call("/v3/kv/compaction", "{\"revision\":" + version + "}"))
        .doesNotContain("error");
    heard.drainPermits();
    proxy.mend();

    // Nothing is written any more: it is told because the old revisions are not to be had.
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    heard.drainPermits();
    write(direct, "orders", version, lease("b"));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
  }

  @Test
  void hintsComeAgainAfterTheConnectionBroke() throws Exception {
    var store = process();
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    proxy.refuse();
    long version = write(direct, "orders", 0, lease("a"));
    heard.drainPermits();
    proxy.mend();

    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    heard.drainPermits();
    write(direct, "orders", version, lease("b"));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
  }
}
