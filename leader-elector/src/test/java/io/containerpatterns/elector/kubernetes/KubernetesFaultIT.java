package io.containerpatterns.elector.kubernetes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.elector.kubernetes.TestCluster.Account;
import io.containerpatterns.elector.lease.FaultyProxy;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real API server behind a bad network, frozen, killed and started again. */
@Tag("kubernetes")
class KubernetesFaultIT extends StoreProcesses {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);

  private final Account account;
  private final FaultyProxy proxy;

  KubernetesFaultIT() throws Exception {
    account = TestCluster.shared().account("orders");
    URI server = account.cluster().api().server();
    proxy = FaultyProxy.to(new InetSocketAddress(server.getHost(), server.getPort()));
  }

  @Override
  protected LeaseStore open() {
    return open(account.through(proxy.port()));
  }

  private static LeaseStore open(KubernetesPlace place) {
    return KubernetesLeaseStore.open(
        place, ANSWER_WITHIN, new Network(Ticker.system()), InstantSource.system(), Map.of());
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
  }

  @Test
  void aWriteWhoseAnswerIsLostIsUnknownAndWasDone() throws Exception {
    LeaseStore store = process();
    long version = write(store, "orders", 0, lease("a"));

    proxy.eatAnswers();
    Object outcome = outcome(store.compareAndSet("orders", version, lease("b")));
    proxy.mend();

    assertThat(outcome).isInstanceOf(Exception.class).asString().contains("no answer within 5s");
    Stored stored = readAgain(store);
    assertThat(stored.lease()).isEqualTo(lease("b"));
    assertThat(write(store, "orders", stored.version(), lease("b"))).isPositive();
  }

  @Test
  void aWriteThatNeverArrivedIsUnknownToo() throws Exception {
    LeaseStore store = process();
    long version = write(store, "orders", 0, lease("a"));

    proxy.eatRequests();
    Object outcome = outcome(store.compareAndSet("orders", version, lease("b")));
    proxy.mend();

    assertThat(outcome).isInstanceOf(Exception.class);
    assertThat(readAgain(store)).isEqualTo(new Stored(version, lease("a")));
  }

  @Test
  void aSlowNetworkIsSlowAndNothingElse() throws Exception {
    LeaseStore store = process();
    long version = write(store, "orders", 0, lease("a"));

    proxy.delay(Duration.ofMillis(200));

    assertThat(write(store, "orders", version, lease("b"))).isGreaterThan(version);
    assertThat(read(store, "orders").lease()).isEqualTo(lease("b"));
  }

  @Test
  void aFrozenServerLeavesOutcomesUnknownAndCallsBounded() throws Exception {
    LeaseStore store = process();
    long version = write(store, "orders", 0, lease("a"));

    account.cluster().api().pause();
    try {
      assertThat(outcome(store.compareAndSet("orders", version, lease("b"))))
          .isInstanceOf(Exception.class);
      assertThat(outcome(store.read("orders"))).isInstanceOf(Exception.class);
      assertThat(store.trouble()).isNotNull();
    } finally {
      account.cluster().api().resume();
    }

    Await.until("all is well again", () -> outcome(store.read("orders")) instanceof Stored);
    assertThat(read(store, "orders").lease()).isIn(lease("a"), lease("b"));
  }

  @Test
  void aWatchOutlivesAServerThatIsStartedAgainAndHasForgottenItsVersions() throws Exception {
    LeaseStore store = process();
    var heard = new Semaphore(0);
    long version = write(store, "orders", 0, lease("a"));
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    account.cluster().api().stop();
    assertThat(outcome(store.read("orders"))).isInstanceOf(Exception.class);
    account.cluster().api().startAgain();
    Await.until("it answers", () -> outcome(store.read("orders")) instanceof Stored);

    heard.drainPermits();
    LeaseStore other = open(account.place());
    try (other) {
      assertThat(read(other, "orders").version()).isEqualTo(version);
      write(other, "orders", version, lease("b"));
      assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    }
  }

  @Test
  void aWatchThatBreaksIsOpenedAgainWhereItWas() throws Exception {
    LeaseStore store = process();
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));
    LeaseStore other = open(account.place());
    try (other) {
      long version = write(other, "orders", 0, lease("a"));
      assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

      proxy.refuse();
      write(other, "orders", version, lease("b"));
      heard.drainPermits();
      proxy.mend();

      assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).as("what it missed").isTrue();
    }
  }

  @Test
  void anAuthorityThatIsReplacedIsReadAgainWithoutAStart() throws Exception {
    Path authorities = Files.createTempFile("ca-", ".crt");
    Files.writeString(authorities, KubernetesAnswersTest.anyAuthority());
    KubernetesPlace place = account.place();
    LeaseStore store =
        open(
            new KubernetesPlace(
                place.api(), place.namespace(), place.tokenFile(), authorities, ""));
    try (store) {
      assertThat(outcome(store.read("orders")))
          .isInstanceOf(IOException.class)
          .asString()
          .contains("the certificate of the peer is refused", "signed by " + authorities);

      Files.copy(place.caFile(), authorities, StandardCopyOption.REPLACE_EXISTING);

      assertThat(write(store, "orders", 0, lease("a"))).isPositive();
      assertThat(store.trouble()).isNull();
    } finally {
      Files.delete(authorities);
    }
  }

  /** The first calls may meet connections that the fault has spoilt. */
  private static Stored readAgain(LeaseStore store) {
    Await.until("it answers", () -> outcome(store.read("orders")) instanceof Stored);
    return read(store, "orders");
  }
}
