package io.containerpatterns.elector.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Hints, with the record and without, against reads that take their time. */
final class ElectionHintTest {
  private static final Duration LEASE = Duration.ofSeconds(60);

  private final VirtualTime time = new VirtualTime();
  private final VirtualClocks clocks = new VirtualClocks(time);
  private final SlowReads store = new SlowReads();
  private final Election election = follower(LEASE);

  @Test
  void aHintDuringAReadThatDidNotSeeTheWriteLeadsToAnotherRead() {
    Lease held = new Lease("a", "boot-a", LEASE.toMillis(), 1, 0, null, Map.of());
    election.start();
    time.settle();
    store.answer(new Stored(1, held));
    time.settle();

    store.hint();
    time.settle();
    store.hint();
    time.settle();
    store.answer(new Stored(1, held));
    time.settle();

    assertThat(store.reads).as("a read begun after the second hint").hasSize(1);
  }

  @Test
  void oneHintIsOneRead() {
    Lease held = new Lease("a", "boot-a", LEASE.toMillis(), 1, 0, null, Map.of());
    election.start();
    time.settle();
    store.answer(new Stored(1, held));
    time.settle();

    store.hint();
    time.settle();
    store.answer(new Stored(1, held));
    time.settle();

    assertThat(store.reads).isEmpty();
  }

  @Test
  void aFollowerThatIsToldEachRenewalReadsOnlyToSeeThatCallsWork() {
    Election told = follower(Duration.ofSeconds(3));
    Lease held = new Lease("a", "boot-a", 3_000, 1, 0, null, Map.of());
    told.start();
    time.settle();
    store.answer(new Stored(1, held));
    time.settle();

    for (int second = 1; second < 20; second++) {
      time.advance(Duration.ofSeconds(1));
      store.tell(new Stored(1 + second, held));
      time.settle();

      assertThat(store.reads).as("reads after %s s", second).isEmpty();
      assertThat(told.status().state()).isEqualTo(Status.State.FOLLOWING);
      assertThat(told.status().leaderId()).isEqualTo("a");
    }
    time.advance(Duration.ofSeconds(1));
    assertThat(store.reads).as("20 s after the last answer").hasSize(1);
  }

  @Test
  void whereTheWatchFallsSilentTheNextReadIsALeaseAfterTheLastRenewal() {
    Election told = follower(Duration.ofSeconds(3));
    Lease held = new Lease("a", "boot-a", 3_000, 1, 0, null, Map.of());
    told.start();
    time.settle();
    store.answer(new Stored(1, held));
    time.advance(Duration.ofSeconds(2));

    store.tell(new Stored(2, held));
    time.advance(Duration.ofMillis(2_999));
    assertThat(store.reads).isEmpty();
    time.advance(Duration.ofMillis(1));

    assertThat(store.reads).hasSize(1);
  }

  private Election follower(Duration lease) {
    return new Election(
        "orders",
        new Candidate(
            "b",
            "boot-b",
            lease,
            Candidate.Mode.AUTO,
            0,
            false,
            Duration.ZERO,
            Duration.ZERO,
            Map.of()),
        true,
        store,
        new ManualLoop(time, clocks),
        clocks,
        new Random(1),
        new LeaseRule(),
        Hooks.NONE,
        (event, status) -> {},
        Patience.NONE);
  }

  /** A store whose reads are answered by the test. */
  private static final class SlowReads implements LeaseStore {
    final List<CompletableFuture<Stored>> reads = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();

    void hint() {
      watchers.forEach(watcher -> watcher.changed(0));
    }

    void tell(Stored stored) {
      watchers.forEach(watcher -> watcher.reached(stored));
    }

    void answer(Stored stored) {
      reads.removeFirst().complete(stored);
    }

    @Override
    public CompletionStage<Stored> read(String name) {
      var read = new CompletableFuture<Stored>();
      reads.add(read);
      return read;
    }

    @Override
    public CompletionStage<Swap> compareAndSet(String name, long expected, Lease next) {
      return new CompletableFuture<>();
    }

    @Override
    public Watch watch(String name, Watcher watcher) {
      watchers.add(watcher);
      return () -> watchers.remove(watcher);
    }

    @Override
    public Guarantee guarantee() {
      return Guarantee.EXCLUSIVE;
    }

    @Override
    public void close() {}
  }
}
