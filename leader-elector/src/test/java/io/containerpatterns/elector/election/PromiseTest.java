package io.containerpatterns.elector.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.election.Candidate.Mode;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Who was told that he leads for so long may rely on it, whatever becomes of the elector meanwhile.
 * Each of these was broken once and found by {@link ElectionSimulationTest}.
 */
final class PromiseTest {
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration SHORTER = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime();
  private final VirtualClocks clocks = new VirtualClocks(time);
  private final FakeLeaseStore.Memory memory = new FakeLeaseStore.Memory();

  @Test
  void aShorterLeaseCountsFromTheNextTermOn() {
    var election = leading(Hooks.NONE);

    shorten(election);
    time.advance(LEASE);
    assertThat(held().leaseMillis()).isEqualTo(LEASE.toMillis());

    election.pause(LostReason.PAUSED);
    time.advance(LEASE);
    election.resume();
    time.advance(SHORTER);
    assertThat(held().leaseMillis()).isEqualTo(SHORTER.toMillis());
  }

  @Test
  void aTermWonAgainAsksTheOthersToWaitForAnswersOfTheTermBefore() {
    var election = leading(Hooks.NONE);
    long token = election.status().token();
    shorten(election);

    touch();
    time.advance(SHORTER);

    assertThat(election.status().token()).isGreaterThan(token);
    assertThat(held().leaseMillis()).isEqualTo(LEASE.toMillis());
  }

  @Test
  void aLeaseIsNotGivenBackWhileAnswersAreValidThatAWallClockSetForwardHasEnded() {
    var election = leading(Hooks.NONE);
    Duration promised = Duration.ofMillis(election.status().validForMillis());

    clocks.stepWall(Duration.ofHours(1));
    election.pause(LostReason.PAUSED);
    time.advance(promised.minusMillis(1));
    assertThat(record().isReleased()).isFalse();

    time.advance(LEASE);
    assertThat(record().isReleased()).isTrue();
  }

  @Test
  void aLeaseThatTheApplicationDidNotFinishWithIsHeldForAsLongAsTheTermSaid() {
    var election = leading(new Deaf());
    Duration promised = Duration.ofMillis(election.status().validForMillis());

    shorten(election);
    election.pause(LostReason.PAUSED);
    time.advance(promised);

    assertThat(record().isReleased()).isFalse();
  }

  @Test
  void aLeaseLostAndWishedForIsNotGivenBackByAnApplicationThatDidNotFinish() {
    var election = leading(new Deaf(), new Hintless());
    Duration promised = Duration.ofMillis(election.status().validForMillis());

    wish();
    var releases = new ArrayList<Stored>();
    memory.watch("orders", now -> noteRelease(now, releases));
    time.advance(promised);

    assertThat(releases).isEmpty();
  }

  @Test
  void aPriorityOfNeverIsNotTheWordOfTheApplication() {
    var election = leading(Hooks.NONE);
    Duration promised = Duration.ofMillis(election.status().validForMillis());

    election.candidate(election.candidate().withPriority(-1));
    time.advance(promised.minusMillis(1));
    assertThat(election.status().leader()).isFalse();
    assertThat(record().isReleased()).isFalse();

    time.advance(SHORTER);
    assertThat(record().isReleased()).isTrue();
  }

  @Test
  void aConflictWhileSteppingDownIsNotTheWordOfAnApplicationThatDidNotFinish() {
    var wire = new Answers();
    var election = leading(new Deaf(), wire);
    long promisedUntil = promisedUntil(election);
    wish();

    wire.hold();
    time.advance(LEASE.dividedBy(2).minus(SHORTER)); // The renewal is under way, in vain.
    election.pause(LostReason.PAUSED);
    time.advance(Duration.ofMillis(1)); // The application is told, and does not finish.
    wire.deliver();
    time.advance(Duration.ofNanos(promisedUntil - time.now()));

    assertThat(election.status().leader()).isFalse();
    assertThat(record().isReleased()).isFalse();
  }

  @Test
  void aTermThatNobodyWantsAnyMoreEndsNoPromiseOfTheTermBefore() {
    var wire = new Answers();
    var election = leading(Hooks.NONE, wire);
    long promisedUntil = promisedUntil(election);
    wish();
    while (election.status().leader()) {
      time.advance(Duration.ofMillis(1));
    }

    wire.hold();
    time.advance(Duration.ofMillis(20)); // It reaches for what is still its own.
    election.candidate(election.candidate().withPriority(-1));
    wire.deliver();
    time.advance(Duration.ofNanos(promisedUntil - time.now()).minusMillis(1));
    assertThat(record().isReleased()).isFalse();

    time.advance(SHORTER);
    assertThat(record().isReleased()).isTrue();
  }

  private long promisedUntil(Election election) {
    return time.now() + election.status().validForMillis() * 1_000_000;
  }

  /** Another one asks for the lease. */
  private void wish() {
    Stored stored = memory.read("orders");
    memory.compareAndSet(
        "orders", stored.version(), held().wantedBy("b", held().tokenAt(stored.version())));
  }

  private Election leading(Hooks hooks) {
    return leading(hooks, Wire.PERFECT);
  }

  private Election leading(Hooks hooks, Wire wire) {
    var candidate =
        new Candidate("a", "1", LEASE, Mode.AUTO, 0, false, Duration.ZERO, LEASE, Map.of());
    var election =
        new Election(
            "orders",
            candidate,
            true,
            new FakeLeaseStore(memory, wire),
            new ManualLoop(time, clocks),
            clocks,
            new Random(1),
            new LeaseRule(),
            hooks,
            (event, status) -> {},
            Patience.NONE);
    election.start();
    time.advance(SHORTER);
    assertThat(election.status().leader()).isTrue();
    return election;
  }

  private static void shorten(Election election) {
    election.candidate(election.candidate().with(SHORTER, Mode.AUTO, 0, Map.of()));
  }

  /** Lets somebody write the record as it is, without its holder's doing. */
  private void touch() {
    Stored stored = memory.read("orders");
    memory.compareAndSet("orders", stored.version(), Objects.requireNonNull(stored.lease()));
  }

  private static void noteRelease(Stored stored, List<Stored> releases) {
    if (Objects.requireNonNull(stored.lease()).isReleased()) {
      releases.add(stored);
    }
  }

  private Lease held() {
    Lease lease = record();
    assertThat(lease.isHeldBy("a", "1")).isTrue();
    return lease;
  }

  private Lease record() {
    return Objects.requireNonNull(memory.read("orders").lease());
  }

  /** Loses every hint, so that a change is first seen by the conflict of a renewal. */
  private static final class Hintless implements Wire {
    @Override
    public <T> CompletionStage<T> call(Supplier<T> atStore) {
      return PERFECT.call(atStore);
    }

    @Override
    public void hint(LeaseStore.Watcher watcher, Stored reached) {}
  }

  /** Loses every hint, and keeps answers back when told so; the calls are done at once. */
  private static final class Answers implements Wire {
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    void hold() {
      holding = true;
    }

    void deliver() {
      holding = false;
      List.copyOf(held).forEach(Runnable::run);
      held.clear();
    }

    @Override
    public <T> CompletionStage<T> call(Supplier<T> atStore) {
      if (!holding) {
        return PERFECT.call(atStore);
      }
      T done = atStore.get();
      var answer = new CompletableFuture<T>();
      held.add(() -> answer.complete(done));
      return answer;
    }

    @Override
    public void hint(LeaseStore.Watcher watcher, Stored reached) {}
  }

  /** An application that is told and does not obey. */
  private static final class Deaf implements Hooks {
    @Override
    public boolean gates() {
      return false;
    }

    @Override
    public boolean confirmsLoss() {
      return true;
    }

    @Override
    public CompletionStage<Boolean> acquired(String election, long token) {
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Boolean> lost(String election, long token, LostReason reason) {
      return CompletableFuture.completedStage(false);
    }
  }
}
