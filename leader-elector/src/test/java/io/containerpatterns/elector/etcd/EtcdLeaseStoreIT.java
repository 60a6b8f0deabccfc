package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.LeaseStoreContract;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real etcd, and what is particular to keys of a cluster. */
final class EtcdLeaseStoreIT extends LeaseStoreContract {
  private static final AtomicInteger tests = new AtomicInteger();

  @TempDir static Path folder;
  private static EtcdServer server;

  private final EtcdStores stores = new EtcdStores();
  private final String prefix = "/test-" + tests.incrementAndGet() + "/";

  @BeforeAll
  static void startServer() throws Exception {
    server = EtcdServer.start(folder);
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @AfterEach
  void closeStores() {
    stores.close();
  }

  @Override
  protected LeaseStore open() {
    return stores.open(EtcdStores.plain(prefix, server.endpoint()));
  }

  @Test
  void aDeletedKeyIsNoRecordAndTheNextHasAHigherVersion() throws Exception {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    server.delete(prefix + "orders");

    assertThat(read(store, "orders")).isEqualTo(Stored.ABSENT);
    assertThat(swap(store, "orders", version, lease("a"))).isEqualTo(new Swap.Conflict());
    assertThat(write(store, "orders", 0, lease("b"))).isGreaterThan(version);
  }

  @Test
  void aKeyThatWasEditedByHandIsReadByNobodyAndSaysWhatToDo() throws Exception {
    var store = process();
    write(store, "orders", 0, lease("a"));
    write(store, "bills", 0, lease("a"));

    server.put(prefix + "orders", "mine now".getBytes(UTF_8));

    String sentence =
        "cannot read "
            + prefix
            + "orders: not a JSON object; nobody can lead; unless a newer release wrote it, stop"
            + " the electors of \"orders\" for one lease, delete the key, start them again";
    assertThat((Throwable) outcome(store.read("orders")))
        .isInstanceOf(EtcdFailure.class)
        .hasMessage(sentence);
    assertThat(read(store, "bills").lease()).isEqualTo(lease("a"));
    assertThat(store.trouble()).isEqualTo(sentence);
    server.delete(prefix + "orders");
    assertThat(read(store, "orders")).isEqualTo(Stored.ABSENT);
    assertThat(store.trouble()).isNull();
  }

  @Test
  void aRecordBeyondAllLimitsHoldsUpNoOtherElection() throws Exception {
    var store = process();
    for (int i = 0; i < 20; i++) {
      write(store, "shard-" + i, 0, lease("holder-" + i));
    }
    server.put(prefix + "shard-7", new byte[1_200_000]);
    List<CompletionStage<Stored>> together = readAll(store, 20);
    together.forEach(call -> assertThat(outcome(call)).isNotNull());

    List<CompletionStage<Stored>> apart = readAll(store, 20);

    for (int i = 0; i < 20; i++) {
      if (i == 7) {
        assertThat(outcome(apart.get(i))).isInstanceOf(EtcdFailure.class);
      } else {
        assertThat(await(apart.get(i)).lease()).isEqualTo(lease("holder-" + i));
      }
    }
  }

  @Test
  void aRecordBeyondAllLimitsEndsNoHints() throws Exception {
    var newest = new AtomicLong(-1);
    process().watch("orders", version -> newest.accumulateAndGet(version, Math::max));
    Await.until("the watch to begin", () -> newest.get() >= 0);
    var writer = process();

    server.put(prefix + "bills", new byte[1_200_000]);
    long first = write(writer, "orders", 0, lease("a"));

    // The stream cannot pass the record, so what comes first is the hint to look for oneself.
    Await.until(
        "a hint of a later write",
        () -> {
          write(writer, "orders", read(writer, "orders").version(), lease("b"));
          return newest.get() > first;
        });
  }

  @Test
  void aThousandThatWriteAtOnceShareCallsAndOneConflictIsNobodyElses() {
    var store = process();
    write(store, "shard-500", 0, lease("somebody"));
    long before = stores.callsMade();

    var written = new ArrayList<CompletionStage<Swap>>();
    for (int i = 0; i < 1_000; i++) {
      written.add(store.compareAndSet("shard-" + i, 0, lease("holder-" + i)));
    }

    for (int i = 0; i < 1_000; i++) {
      Swap swap = await(written.get(i));
      if (i == 500) {
        assertThat(swap).isEqualTo(new Swap.Conflict());
      } else {
        assertThat(versionOf(swap)).isPositive();
      }
    }
    assertThat(stores.callsMade() - before).isLessThan(100);
    var other = process();
    for (int i : new int[] {0, 499, 501, 999}) {
      var stored = new Stored(versionOf(await(written.get(i))), lease("holder-" + i));
      assertThat(read(other, "shard-" + i)).isEqualTo(stored);
    }
  }

  @Test
  void aHintCarriesTheRecordSoThatNobodyHasToReadIt() throws Exception {
    var reached = new Semaphore(0);
    var hints = new ArrayList<Stored>();
    var opened = new Semaphore(0);
    process()
        .watch(
            "orders",
            new LeaseStore.Watcher() {
              @Override
              public void changed(long version) {
                opened.release();
              }

              @Override
              public void reached(Stored stored) {
                synchronized (hints) {
                  hints.add(stored);
                }
                reached.release();
              }
            });
    assertThat(opened.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    long version = write(process(), "orders", 0, lease("a"));

    assertThat(reached.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    synchronized (hints) {
      assertThat(hints).containsExactly(new Stored(version, lease("a")));
    }
  }

  @Test
  void noNameLeadsOutOfThePrefix() {
    for (String name : List.of("", "..", "a/b", "../a", "A", "a\u0000", "x".repeat(64))) {
      assertThat(outcome(process().read(name))).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void nothingIsTroubleWhileAllWorks() {
    var store = process();
    store.watch("orders", hearing(() -> {}));

    write(store, "orders", 0, lease("a"));

    Await.until("no trouble", () -> store.trouble() == null);
    assertThat(store.guarantee()).isEqualTo(LeaseStore.Guarantee.EXCLUSIVE);
  }

  private static List<CompletionStage<Stored>> readAll(LeaseStore store, int count) {
    var reads = new ArrayList<CompletionStage<Stored>>();
    for (int i = 0; i < count; i++) {
      reads.add(store.read("shard-" + i));
    }
    return reads;
  }
}
