package io.containerpatterns.elector.lease;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link LeaseStore} keeps, the fake and the real ones alike. */
public abstract class LeaseStoreContract extends StoreProcesses {
  @Test
  void anAbsentRecordReadsAsVersionZero() {
    assertThat(read(process(), "never-written")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void aRecordIsCreatedByExpectingVersionZero() {
    var store = process();

    long version = write(store, "orders", 0, lease("a"));

    assertThat(version).isPositive();
    assertThat(read(store, "orders")).isEqualTo(new Stored(version, lease("a")));
  }

  @Test
  void aRecordThatExistsIsNotCreatedAgain() {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    assertThat(swap(process(), "orders", 0, lease("b"))).isEqualTo(new Swap.Conflict());
    assertThat(read(store, "orders")).isEqualTo(new Stored(version, lease("a")));
  }

  @Test
  void aSwapThatExpectsAnyOtherVersionConflictsAndChangesNothing() {
    var store = process();
    long first = write(store, "orders", 0, lease("a"));
    long second = write(store, "orders", first, lease("b"));

    for (long expected : new long[] {0, first, second + 1, second + 1_000, Long.MAX_VALUE}) {
      assertThat(swap(store, "orders", expected, lease("c"))).isEqualTo(new Swap.Conflict());
    }

    assertThat(read(store, "orders")).isEqualTo(new Stored(second, lease("b")));
  }

  @Test
  void aSwapOfAnAbsentRecordConflictsAndCreatesNothing() {
    var store = process();

    assertThat(swap(store, "orders", 1, lease("a"))).isEqualTo(new Swap.Conflict());
    assertThat(read(store, "orders")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void versionsGrowWithEachWriteWhoeverWrites() {
    List<LeaseStore> stores = List.of(process(), process(), process());
    long version = 0;

    for (int i = 0; i < 100; i++) {
      long next = write(stores.get(i % 3), "orders", version, lease("holder-" + i));
      assertThat(next).isGreaterThan(version);
      version = next;
    }

    assertThat(read(stores.getFirst(), "orders"))
        .isEqualTo(new Stored(version, lease("holder-99")));
  }

  @Test
  void writingTheSameLeaseAgainGivesANewVersion() {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    assertThat(write(store, "orders", version, lease("a"))).isGreaterThan(version);
  }

  @Test
  void aReleasedLeaseKeepsItsRecordAndVersionsGrowOn() {
    var store = process();
    long held = write(store, "orders", 0, lease("a"));
    var released = new Lease("", "", 10_000, held, 0, null, Map.of());

    long version = write(store, "orders", held, released);

    assertThat(version).isGreaterThan(held);
    assertThat(read(process(), "orders")).isEqualTo(new Stored(version, released));
    assertThat(write(process(), "orders", version, lease("b"))).isGreaterThan(version);
  }

  @ParameterizedTest
  @MethodSource("oddLeases")
  void everyFieldComesBackAsItWasWritten(Lease lease) {
    long version = write(process(), "orders", 0, lease);

    assertThat(read(process(), "orders")).isEqualTo(new Stored(version, lease));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "z", "a.b_c-d", "a..", "a-", "0.tmp", "con", "63"})
  void everyNameOfAnElectionIsTakenOrRefusedBySayingSo(String name) {
    String election = name.equals("63") ? "x.-_" + "9".repeat(59) : name;
    if (!takes(election)) {
      assertThat(outcome(process().read(election))).asString().contains('"' + election + '"');
      assertThat(outcome(process().compareAndSet(election, 0, lease("a"))))
          .asString()
          .contains('"' + election + '"');
      return;
    }

    long version = write(process(), election, 0, lease("a"));

    assertThat(read(process(), election)).isEqualTo(new Stored(version, lease("a")));
  }

  @Test
  void electionsWithNamesThatLookAlikeKnowNothingOfEachOther() {
    var store = process();
    List<String> names =
        List.of(
                "a", "a.1", "a-1", "a_1", "a1", "a.1.1", "a.tmp", "a.lock", "a..1", "a.", "a-",
                "a_", "1", "11")
            .stream()
            .filter(this::takes)
            .toList();

    var versions = new ArrayList<Long>();
    for (String name : names) {
      assertThat(read(store, name)).isEqualTo(Stored.ABSENT);
      versions.add(write(store, name, 0, lease("holder of " + name)));
    }

    for (int i = 0; i < names.size(); i++) {
      var stored = new Stored(versions.get(i), lease("holder of " + names.get(i)));
      assertThat(read(process(), names.get(i))).isEqualTo(stored);
    }
  }

  @Test
  void manyElectionsLiveSideBySide() {
    var store = process();
    var written = new ArrayList<CompletionStage<Swap>>();

    // All at once: one call per election is what every store must bear.
    for (int i = 0; i < 100; i++) {
      written.add(store.compareAndSet("shard-" + i, 0, lease("holder-" + i)));
    }

    var other = process();
    for (int i = 0; i < 100; i++) {
      long version = versionOf(await(written.get(i)));
      assertThat(read(other, "shard-" + i)).isEqualTo(new Stored(version, lease("holder-" + i)));
    }
  }

  @Test
  void whatOneProcessWroteEveryProcessReadsNext() {
    var one = process();
    var other = process();
    long version = 0;

    for (int i = 0; i < 100; i++) {
      var writer = i % 2 == 0 ? one : other;
      version = write(writer, "orders", version, lease("holder-" + i));

      var stored = new Stored(version, lease("holder-" + i));
      assertThat(read(one, "orders")).isEqualTo(stored);
      assertThat(read(other, "orders")).isEqualTo(stored);
    }
  }

  @Test
  void ofManyThatCreateAtOnceExactlyOneSucceeds() throws Exception {
    for (int round = 0; round < 20; round++) {
      String election = "round-" + round;

      List<Swap> outcomes =
          race(writer -> swap(writer.store(), election, 0, lease("writer-" + writer.number())));

      List<Swap> written = outcomes.stream().filter(Swap.Written.class::isInstance).toList();
      assertThat(written).hasSize(1);
      int winner = outcomes.indexOf(written.getFirst());
      assertThat(read(process(), election))
          .isEqualTo(new Stored(versionOf(written.getFirst()), lease("writer-" + winner)));
    }
  }

  @Test
  void ofManyThatSwapOneVersionAtOnceExactlyOneSucceeds() throws Exception {
    var successors = new ConcurrentHashMap<Long, Long>();

    List<Integer> wins =
        race(writer -> {
          int won = 0;
          while (won < 20) {
            long expected = read(writer.store(), "orders").version();
            if (swap(writer.store(), "orders", expected, lease("writer-" + writer.number()))
                instanceof Swap.Written(long version)) {
              won++;
              assertThat(successors.put(expected, version))
                  .as("second success on %d", expected)
                  .isNull();
            }
          }
          return won;
        });

    // Each version was followed by one other: the writes form a single chain from none to the
    // newest.
    long version = 0;
    int length = 0;
    for (; successors.containsKey(version); length++) {
      assertThat(successors.get(version)).isGreaterThan(version);
      version = successors.get(version);
    }
    assertThat(length).isEqualTo(wins.stream().mapToInt(Integer::intValue).sum());
    assertThat(read(process(), "orders").version()).isEqualTo(version);
  }

  @Test
  void aReadNeverMissesAWriteThatWasAnsweredBeforeIt() throws Exception {
    var answered = new AtomicLong();
    var done = new AtomicBoolean();
    var leases = new ConcurrentHashMap<Long, Lease>();

    List<List<Stored>> reads =
        race(writer -> {
          var seen = new ArrayList<Stored>();
          if (writer.number() > 0) {
            while (!done.get()) {
              long atLeast = answered.get();
              Stored stored = read(writer.store(), "orders");
              assertThat(stored.version()).isGreaterThanOrEqualTo(atLeast);
              seen.add(stored);
            }
            return seen;
          }
          try {
            for (int i = 0; i < 150; i++) {
              Lease next = lease("holder-" + i);
              long version = write(writer.store(), "orders", answered.get(), next);
              leases.put(version, next);
              answered.set(version);
            }
            return seen;
          } finally {
            done.set(true);
          }
        });

    for (List<Stored> seen : reads) {
      assertThat(seen).isSortedAccordingTo((a, b) -> Long.compare(a.version(), b.version()));
      assertThat(new HashSet<>(seen))
          .allSatisfy(stored -> assertThat(stored.lease()).isEqualTo(leases.get(stored.version())));
    }
  }

  @Test
  void aWatchHearsOfAnotherProcessesWrite() throws Exception {
    var heard = new Semaphore(0);
    process().watch("orders", hearing(heard::release));
    var writer = process();

    long version = 0;
    for (int i = 0; i < 3; i++) {
      heard.drainPermits();
      version = write(writer, "orders", version, lease("holder-" + i));
      assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).as("hint of write %d", i).isTrue();
    }
  }

  @Test
  void aHintTellsOnlyWhatWasWritten() throws Exception {
    var heard = new Semaphore(0);
    var hints = new ConcurrentLinkedQueue<Stored>();
    process()
        .watch(
            "orders",
            new LeaseStore.Watcher() {
              @Override
              public void changed(long version) {
                hints.add(new Stored(version, null));
                heard.release();
              }

              @Override
              public void reached(Stored stored) {
                hints.add(stored);
                heard.release();
              }
            });
    var written = new HashMap<Long, Lease>();

    long version = 0;
    for (int i = 0; i < 5; i++) {
      version = write(process(), "orders", version, lease("holder-" + i));
      written.put(version, lease("holder-" + i));
      assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    }

    for (Stored hint : hints) {
      if (hint.lease() == null) {
        assertThat(hint.version() == 0 || written.containsKey(hint.version())).isTrue();
      } else {
        assertThat(hint.lease()).isEqualTo(written.get(hint.version()));
      }
    }
  }

  @Test
  void aClosedWatchIsSilentWhileItsTwinStillHears() throws Exception {
    var closedHeard = new AtomicInteger();
    var openHeard = new Semaphore(0);
    var store = process();
    var closed = store.watch("orders", hearing(closedHeard::incrementAndGet));
    store.watch("orders", hearing(openHeard::release));

    closed.close();
    closed.close();
    int heardBefore = closedHeard.get();
    write(process(), "orders", 0, lease("a"));

    assertThat(openHeard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    assertThat(closedHeard).hasValue(heardBefore);
  }

  @Test
  void callsInExcessAreAnsweredOrFailedNeverKept() {
    var store = process();
    var calls = new ArrayList<CompletionStage<?>>();

    for (int i = 0; i < 2_000; i++) {
      calls.add(i % 2 == 0 ? store.read("orders") : store.compareAndSet("orders", 0, lease("a")));
    }

    assertThat(calls).allSatisfy(call -> assertThat(outcome(call)).isNotNull());
    assertThat(read(process(), "orders").lease()).isIn(lease("a"), null);
  }

  @Test
  void closingEndsEveryCallUnderWay() {
    var store = process();
    var calls = new ArrayList<CompletionStage<?>>();
    for (int i = 0; i < 50; i++) {
      calls.add(store.read("shard-" + i));
      calls.add(store.compareAndSet("shard-" + i, 0, lease("a")));
    }

    store.close();

    assertThat(calls).allSatisfy(call -> assertThat(outcome(call)).isNotNull());
  }

  @Test
  void aClosedStoreFailsEveryCallAndMayBeClosedAgain() {
    var store = process();
    store.close();
    store.close();

    assertThatThrownBy(() -> get(store.read("orders"))).isInstanceOf(ExecutionException.class);
    assertThatThrownBy(() -> get(store.compareAndSet("orders", 0, lease("a"))))
        .isInstanceOf(ExecutionException.class);
    assertThat(read(process(), "orders")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void closingOneProcessLeavesTheOthersAndTheRecordsAlone() throws Exception {
    var heard = new Semaphore(0);
    var leaving = process();
    var staying = process();
    leaving.watch("orders", hearing(() -> {}));
    staying.watch("orders", hearing(heard::release));
    long version = write(leaving, "orders", 0, lease("a"));
    leaving.close();

    heard.drainPermits();
    version = write(process(), "orders", version, lease("b"));

    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    assertThat(read(staying, "orders")).isEqualTo(new Stored(version, lease("b")));
  }

  @Test
  void recordsOutliveEveryProcess() {
    var first = process();
    long version = write(first, "orders", 0, lease("a"));
    first.close();

    var second = process();

    assertThat(read(second, "orders")).isEqualTo(new Stored(version, lease("a")));
    assertThat(write(second, "orders", version, lease("b"))).isGreaterThan(version);
  }
}
