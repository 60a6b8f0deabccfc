package io.containerpatterns.elector.election;

import static io.containerpatterns.elector.election.Candidate.Mode.AUTO;
import static io.containerpatterns.elector.election.Candidate.Mode.MANUAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.election.Outcome.Verdict;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import io.containerpatterns.elector.lease.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What one election promises, told in virtual time: a lease is ten seconds, and nothing happens by
 * itself.
 */
class ElectionTest {
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration HAND_OVER = Duration.ofMillis(100);
  private static final OptionalLong ANY = OptionalLong.empty();

  private final VirtualTime time = new VirtualTime();
  private final FakeLeaseStore.Memory memory = new FakeLeaseStore.Memory();

  @Test
  void aLoneCandidateLeadsAndItsTokenIsTheVersionOfTheWriteThatWon() {
    var a = new Node("a");

    a.start();
    time.advance(HAND_OVER);

    assertThat(a.status().leader()).isTrue();
    assertThat(a.status().state()).isEqualTo(State.LEADING);
    assertThat(a.status().leaderId()).isEqualTo("a");
    assertThat(a.status().token()).isEqualTo(memory.read("orders").version());
  }

  @Test
  void theTokenStaysTheSameOverRenewals() {
    var a = leading("a");
    long token = a.status().token();

    time.advance(LEASE.multipliedBy(10));

    assertThat(a.status().leader()).isTrue();
    assertThat(a.status().token()).isEqualTo(token);
    assertThat(memory.read("orders").version()).isGreaterThan(token);
  }

  @Test
  void theClaimEndsNineTenthsOfALeaseAfterTheLastConfirmedRenewalWasSent() {
    var a = leading("a");
    long sentAgo = LEASE.toMillis() * 9 / 10 - a.status().validForMillis();

    a.wire.cut = true;
    time.advance(Duration.ofMillis(9_000 - sentAgo - 2));
    assertThat(a.status().leader()).isTrue();
    assertThat(a.status().validForMillis()).isBetween(1L, 2L);

    time.advance(Duration.ofMillis(3));
    assertThat(a.status().leader()).isFalse();
    assertThat(a.status().token()).isZero();
    assertThat(a.status().lostReason()).isEqualTo(LostReason.EXPIRED);
  }

  @Test
  void aStoppedLeaderAnswersNoTheInstantItIsContinued() {
    var a = leading("a");

    a.loop.stop();
    time.advance(LEASE);

    assertThat(a.status().leader()).isFalse();
  }

  @Test
  void aSuspendedMachineAnswersNoTheInstantItWakes() {
    var a = leading("a");

    a.clocks.suspend();
    time.advance(LEASE);
    a.clocks.wake();

    assertThat(a.status().leader()).isFalse();
  }

  @Test
  void aWallClockSetForwardEndsTheClaimAndOneSetBackDoesNot() {
    var a = leading("a");

    a.clocks.stepWall(Duration.ofHours(-1));
    assertThat(a.status().leader()).isTrue();

    a.clocks.stepWall(Duration.ofHours(1).plus(LEASE));
    assertThat(a.status().leader()).isFalse();
  }

  @Test
  void aFollowerTakesOverOneLeaseAfterTheLastRenewalThatItSaw() {
    var a = leading("a");
    var b = following("b");
    long token = a.status().token();

    a.crash();
    time.advance(LEASE.minus(Duration.ofSeconds(4)));
    assertThat(b.status().leader()).isFalse();
    assertThat(b.status().leaderId()).isEqualTo("a");

    time.advance(Duration.ofSeconds(4).plus(HAND_OVER));
    assertThat(b.status().leader()).isTrue();
    assertThat(b.status().token()).isGreaterThan(token);
  }

  @Test
  void aLeaderWhoseRecordIsRemovedAnswersNoAndWinsAnewWithAHigherToken() {
    var a = leading("a");
    long token = a.status().token();

    a.wire.deaf = true;
    memory.delete("orders");
    time.advance(LEASE.dividedBy(3).plus(HAND_OVER));

    assertThat(a.status().leader()).isTrue();
    assertThat(a.status().token()).isGreaterThan(token);
    assertThat(a.status().transitions()).isEqualTo(2);
  }

  @Test
  void whoSawALeaseVanishWaitsAsLongAsItsHolderMayBelieveInIt() {
    var a = leading("a");
    var b = following("b");
    a.wire.cut = true;

    memory.delete("orders");
    time.advance(LEASE.minus(Duration.ofSeconds(1)));
    assertThat(b.status().leader()).isFalse();
    time.advance(Duration.ofSeconds(1).plus(HAND_OVER));

    assertThat(a.status().leader()).isFalse();
    assertThat(b.status().leader()).isTrue();
  }

  @Test
  void aStatusOfALaterProcessHasAHigherVersion() {
    var a = leading("a");
    long version = a.status().version();

    a.crash();
    time.advance(Duration.ofSeconds(1));
    var again = new Node("a");

    assertThat(again.status().version()).isGreaterThan(version);
  }

  @Test
  void aRestartedLeaderDoesNotTrustTheLeaseOfItsFormerSelf() {
    leading("a").crash();
    var again = new Node("a");

    again.start();
    time.advance(LEASE.minus(Duration.ofSeconds(1)));
    assertThat(again.status().leader()).isFalse();
    assertThat(again.status().leaderId()).as("never a stale self").isNull();
    assertThat(again.twins).as("the former self looks like a second process").containsExactly("a");

    time.advance(Duration.ofSeconds(1).plus(HAND_OVER));
    assertThat(again.status().leader()).isTrue();
  }

  @Test
  void anApplicationThatResignsHandsOverAtOnce() {
    var a = leading("a");
    var b = following("b");
    long token = a.status().token();

    var resigned = a.election.resign(OptionalLong.of(token), LEASE, null);
    time.settle();
    assertThat(resigned).isCompletedWithValueMatching(o -> o.verdict() == Verdict.RELEASED);
    assertThat(a.status().leader()).isFalse();

    time.advance(HAND_OVER);
    assertThat(b.status().leader()).isTrue();
    assertThat(b.status().token()).isGreaterThan(token);
  }

  @Test
  void resigningWithAnotherTokenChangesNothing() {
    var a = leading("a");

    var resigned = a.election.resign(OptionalLong.of(a.status().token() + 1), LEASE, null);
    time.settle();

    assertThat(resigned).isCompletedWithValueMatching(o -> o.verdict() == Verdict.STALE_TOKEN);
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void theCooldownKeepsWhoResignedOutOfTheRace() {
    var a = leading("a");

    a.election.resign(ANY, Duration.ofSeconds(30), null);
    time.advance(Duration.ofSeconds(29));
    assertThat(a.status().leader()).isFalse();

    time.advance(Duration.ofSeconds(1).plus(HAND_OVER));
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void aNamedSuccessorGoesFirst() {
    var a = leading("a");
    var eager = new Node(candidate("eager", AUTO, 100, false), Hooks.NONE);
    var named = new Node("named");
    eager.start();
    named.start();
    time.advance(HAND_OVER);

    a.election.resign(ANY, LEASE, "named");
    time.advance(HAND_OVER);

    assertThat(named.status().leader()).isTrue();
    assertThat(eager.status().leaderId()).isEqualTo("named");
  }

  @Test
  void withoutALostHookAnUnhealthyLeaderHoldsTheLeaseUntilItsAnswersHaveRunOut() {
    var a = leading("a");
    var b = following("b");
    Duration promised = Duration.ofMillis(a.status().validForMillis());

    a.election.healthy(false);
    time.advance(promised.minus(Duration.ofMillis(1)));
    assertThat(a.status().state()).isEqualTo(State.STEPPING_DOWN);
    assertThat(b.status().leader()).as("while an answer of a is still valid").isFalse();

    time.advance(HAND_OVER);
    assertThat(b.status().leader()).isTrue();
  }

  @Test
  void anUnhealthyLeaderWhoseAnswersNobodyHeardHandsOverAtOnce() {
    var a = leading("a");
    time.advance(LEASE); // What was said at the beginning has run out since.
    var b = following("b");

    a.election.healthy(false);
    time.advance(HAND_OVER);

    assertThat(b.status().leader()).isTrue();
  }

  @Test
  void theOrderAtTheEndIsNoThenTheApplicationThenTheRelease() {
    var app = new App(false);
    var a = new Node(candidate("a", AUTO, 0, false), app);
    a.start();
    time.advance(HAND_OVER);
    var b = following("b");

    a.election.pause(LostReason.PAUSED);
    time.advance(Duration.ofSeconds(5));
    assertThat(a.status().leader()).isFalse();
    assertThat(app.told).containsExactly("acquired", "lost PAUSED");
    assertThat(b.status().leader()).as("while the application finishes").isFalse();

    app.acknowledge(true);
    time.advance(HAND_OVER);
    assertThat(b.status().leader()).isTrue();
  }

  @Test
  void theLeaseOfAnApplicationThatNeverFinishesRunsOut() {
    var app = new App(false);
    var a = new Node(candidate("a", AUTO, 0, false), app);
    a.start();
    time.advance(HAND_OVER);
    var b = following("b");

    var paused = a.election.pause(LostReason.SHUTDOWN);
    time.advance(Duration.ofSeconds(10));
    assertThat(paused).as("after the time to drain").isCompleted();
    assertThat(memory.read("orders").lease()).isNotNull().matches(lease -> !lease.isReleased());
    assertThat(b.status().leader()).isFalse();

    time.advance(LEASE);
    assertThat(b.status().leader()).isTrue();
  }

  @Test
  void aGateKeepsTheAnswerAtNoUntilTheApplicationIsReady() {
    var app = new App(true);
    var a = new Node(candidate("a", AUTO, 0, false), app);
    a.start();
    time.advance(Duration.ofSeconds(5));
    assertThat(a.status().leader()).isFalse();
    assertThat(a.status().leaderId()).as("never a self that does not lead yet").isNull();

    app.acknowledge(true);
    time.settle();
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void anApplicationThatRefusesAtTheGateGivesTheLeaseToAnother() {
    var app = new App(true);
    var a = new Node(candidate("a", AUTO, 0, false), app);
    a.start();
    time.advance(HAND_OVER);
    var b = following("b");

    app.acknowledge(false);
    time.settle();
    app.acknowledge(true); // It has stopped.
    time.advance(HAND_OVER);

    assertThat(b.status().leader()).isTrue();
  }

  @Test
  void inManualModeNobodyStandsUnlessAsked() {
    var a = manual("a");

    time.advance(LEASE.multipliedBy(3));

    assertThat(a.status().state()).isEqualTo(State.IDLE);
    assertThat(memory.read("orders")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void becomingLeaderWithoutWaitTakesAFreeLease() {
    var a = manual("a");

    var became = a.election.become(Duration.ZERO).answer();
    time.advance(HAND_OVER);

    assertThat(became).isCompletedWithValueMatching(o -> o.verdict() == Verdict.LEADING);
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void becomingLeaderWithoutWaitIsRefusedWhileAnotherLeads() {
    leading("b");
    var a = manual("a");
    time.advance(HAND_OVER);

    var became = a.election.become(Duration.ZERO).answer();
    time.settle();

    assertThat(became).isCompletedWithValueMatching(o -> o.verdict() == Verdict.NOT_LEADER);
    assertThat(a.status().leaderId()).isEqualTo("b");
  }

  @Test
  void becomingLeaderWaitsForItsTurn() {
    var b = leading("b");
    var a = manual("a");

    var became = a.election.become(Duration.ofSeconds(30)).answer();
    time.advance(Duration.ofSeconds(5));
    assertThat(became).isNotCompleted();

    b.election.resign(ANY, LEASE, null);
    time.advance(HAND_OVER);
    assertThat(became).isCompletedWithValueMatching(o -> o.verdict() == Verdict.LEADING);
  }

  @Test
  void whoeverStopsWaitingLeavesTheRace() {
    var b = leading("b");
    var a = manual("a");

    a.election.become(Duration.ofSeconds(30)).withdrawal().run();
    b.crash();
    time.advance(LEASE.multipliedBy(3));

    assertThat(a.status().leader()).isFalse();
  }

  @Test
  void inManualModeTheApplicationRenewsOrLetsGo() {
    var a = manual("a");
    a.election.become(Duration.ZERO);
    time.advance(Duration.ofSeconds(6));

    a.election.renew(OptionalLong.of(a.status().token()), Duration.ofSeconds(2));
    time.advance(Duration.ofSeconds(6));
    assertThat(a.status().leader()).as("renewed six seconds ago").isTrue();

    time.advance(Duration.ofSeconds(4));
    assertThat(a.status().leader()).isFalse();
    assertThat(memory.read("orders").lease()).isNotNull().matches(Lease::isReleased);
  }

  @Test
  void aRenewalIsConfirmedByAStoreCallBegunAfterIt() {
    var a = leading("a");
    long before = memory.read("orders").version();

    var renewed = a.election.renew(OptionalLong.of(a.status().token()), Duration.ofSeconds(2));
    time.settle();

    assertThat(renewed).isCompletedWithValueMatching(o -> o.verdict() == Verdict.LEADING);
    assertThat(memory.read("orders").version()).isGreaterThan(before);
  }

  @Test
  void aRenewalWithoutAnAnswerOfTheStoreIsUnconfirmedAndTheClaimStands() {
    var a = leading("a");
    a.wire.cut = true;

    var renewed = a.election.renew(OptionalLong.of(a.status().token()), Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(1));

    assertThat(renewed).isCompletedWithValueMatching(o -> o.verdict() == Verdict.UNCONFIRMED);
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void aRenewalByAStaleTokenIsRefused() {
    var a = leading("a");

    var renewed = a.election.renew(OptionalLong.of(a.status().token() - 1), Duration.ofSeconds(1));
    time.settle();

    assertThat(renewed).isCompletedWithValueMatching(o -> o.verdict() == Verdict.STALE_TOKEN);
  }

  @Test
  void aRenewalWhoseAnswerWasLostIsRecognisedAndTheTermGoesOn() {
    var a = leading("a");
    long token = a.status().token();

    a.wire.losesNextAnswer = true;
    time.advance(LEASE.multipliedBy(2));

    assertThat(a.status().leader()).isTrue();
    assertThat(a.status().token()).isEqualTo(token);
  }

  @Test
  void aWinWhoseAnswerWasLostIsFollowedByATermOfItsOwn() {
    var a = new Node("a");
    a.wire.losesNextAnswerOfWrite = true;

    a.start();
    time.advance(LEASE.dividedBy(2));

    assertThat(a.status().leader()).isTrue();
    assertThat(a.status().token()).isEqualTo(2);
  }

  @Test
  void theHigherPriorityTakesAFreeLeaseFirst() {
    var a = leading("a");
    var low = new Node(candidate("low", AUTO, 0, false), Hooks.NONE);
    var high = new Node(candidate("high", AUTO, 50, false), Hooks.NONE);
    low.start();
    high.start();
    time.advance(HAND_OVER);

    a.election.resign(ANY, LEASE, null);
    time.advance(HAND_OVER);

    assertThat(high.status().leader()).isTrue();
  }

  @Test
  void whoNeverLeadsLeavesEvenAFreeLeaseAlone() {
    var never = new Node(candidate("never", AUTO, -1, false), Hooks.NONE);

    never.start();
    time.advance(LEASE.multipliedBy(3));

    assertThat(never.status().state()).isEqualTo(State.IDLE);
    assertThat(memory.read("orders")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void aHigherPriorityThatPreemptsAsksAndIsNamedSuccessor() {
    var low = leading("low");
    var high = new Node(candidate("high", AUTO, 10, true), Hooks.NONE);
    time.advance(LEASE);

    high.start();
    time.advance(HAND_OVER.multipliedBy(2));

    assertThat(low.status().lostReason()).isEqualTo(LostReason.PREEMPTED);
    assertThat(high.status().leader()).isTrue();
  }

  @Test
  void withoutPreemptionAHigherPriorityWaits() {
    var low = leading("low");
    var high = new Node(candidate("high", AUTO, 10, false), Hooks.NONE);

    high.start();
    time.advance(LEASE.multipliedBy(3));

    assertThat(low.status().leader()).isTrue();
  }

  @Test
  void anUnhealthyCandidateDoesNotStandUntilItRecovers() {
    var a = new Node("a");
    a.election.healthy(false);
    a.start();
    time.advance(LEASE);
    assertThat(a.status().leader()).isFalse();

    a.election.healthy(true);
    time.advance(HAND_OVER);
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void withoutAnyLeaderForLongEnoughEvenAnUnhealthyCandidateLeads() {
    var us = candidate("a", AUTO, 0, false);
    var a =
        new Node(
            new Candidate(
                "a", us.boot(), LEASE, AUTO, 0, false, Duration.ofMinutes(5), LEASE, Map.of()),
            Hooks.NONE);
    a.election.healthy(false);
    a.start();
    time.advance(Duration.ofMinutes(5).minus(Duration.ofSeconds(1)));
    assertThat(a.status().leader()).isFalse();

    time.advance(Duration.ofSeconds(12));
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void aPausedElectionStaysOutUntilItResumes() {
    var a = leading("a");

    a.election.pause(LostReason.PAUSED);
    time.advance(LEASE.multipliedBy(2));
    assertThat(a.status().state()).isEqualTo(State.IDLE);

    a.election.resume();
    time.advance(HAND_OVER);
    assertThat(a.status().leader()).isTrue();
  }

  @Test
  void whoHearsNothingOfTheStoreKnowsNothing() {
    leading("a");
    var b = following("b");

    b.wire.cut = true;
    time.advance(LEASE.multipliedBy(2));

    assertThat(b.status().state()).isEqualTo(State.UNKNOWN);
    assertThat(b.status().leaderId()).isNull();
    assertThat(b.status().storeOk()).isFalse();
  }

  @Test
  void aLeaderThatIsAboutToLoseItsClaimWarns() {
    var a = leading("a");
    a.events.clear();

    a.wire.cut = true;
    time.advance(Duration.ofMillis(8_500));

    assertThat(a.events).contains("STORE", "WARNING").doesNotContain("LOST");
  }

  @Test
  void nothingIsWrittenWhileNothingChangesButRenewals() {
    leading("a");
    following("b");
    long before = memory.read("orders").version();

    time.advance(LEASE.multipliedBy(10));

    assertThat(memory.read("orders").version() - before).isBetween(29L, 31L);
  }

  // ---- who takes part ----

  private Node leading(String id) {
    var node = new Node(id);
    node.start();
    time.advance(HAND_OVER);
    assertThat(node.status().leader()).isTrue();
    return node;
  }

  private Node following(String id) {
    var node = new Node(id);
    node.start();
    time.advance(HAND_OVER);
    assertThat(node.status().state()).isEqualTo(State.FOLLOWING);
    return node;
  }

  private Node manual(String id) {
    var node = new Node(candidate(id, MANUAL, 0, false), Hooks.NONE);
    node.start();
    return node;
  }

  private int boots;

  private Candidate candidate(String id, Candidate.Mode mode, int priority, boolean preempt) {
    return new Candidate(
        id, "boot-" + ++boots, LEASE, mode, priority, preempt, Duration.ZERO, LEASE, Map.of());
  }

  private final class Node {
    final VirtualClocks clocks = new VirtualClocks(time);
    final ManualLoop loop = new ManualLoop(time, clocks);
    final LossyWire wire = new LossyWire();
    final List<String> events = new ArrayList<>();
    final List<String> twins = new ArrayList<>();
    final Election election;
    private final FakeLeaseStore store = new FakeLeaseStore(memory, wire);

    Node(String id) {
      this(candidate(id, AUTO, 0, false), Hooks.NONE);
    }

    Node(Candidate candidate, Hooks hooks) {
      var heard =
          new Listener() {
            @Override
            public void happened(Event event, Status status) {
              events.add(event.name());
            }

            @Override
            public void twin(String election, String id) {
              twins.add(id);
            }
          };
      election =
          new Election(
              "orders",
              candidate,
              true,
              store,
              loop,
              clocks,
              new Random(1),
              new LeaseRule(),
              hooks,
              heard,
              Patience.NONE);
    }

    void start() {
      election.start();
    }

    /** As the application asks: what this says somebody may rely on. */
    Status status() {
      return election.status();
    }

    void crash() {
      loop.kill();
      store.close();
    }
  }

  /** Carries every call at once, unless it is cut or told to lose an answer. */
  private static final class LossyWire implements Wire {
    boolean cut;
    boolean deaf;
    boolean losesNextAnswer;
    boolean losesNextAnswerOfWrite;

    @Override
    public <T> CompletionStage<T> call(Supplier<T> atStore) {
      if (cut) {
        return new CompletableFuture<>();
      }
      T answer = atStore.get();
      boolean write = answer instanceof Swap;
      if (losesNextAnswer || (write && losesNextAnswerOfWrite)) {
        losesNextAnswer = false;
        losesNextAnswerOfWrite = false;
        return new CompletableFuture<>();
      }
      return CompletableFuture.completedFuture(answer);
    }

    @Override
    public void hint(LeaseStore.Watcher watcher, Stored reached) {
      if (!cut && !deaf) {
        watcher.reached(reached);
      }
    }
  }

  /** An application that answers when the test says so. */
  private static final class App implements Hooks {
    final List<String> told = new ArrayList<>();
    private final boolean gates;
    private @Nullable CompletableFuture<Boolean> waiting;

    App(boolean gates) {
      this.gates = gates;
    }

    void acknowledge(boolean ok) {
      if (waiting != null) {
        waiting.complete(ok);
      }
    }

    @Override
    public boolean gates() {
      return gates;
    }

    @Override
    public boolean confirmsLoss() {
      return true;
    }

    @Override
    public CompletionStage<Boolean> acquired(String election, long token) {
      told.add("acquired");
      waiting = new CompletableFuture<>();
      return waiting;
    }

    @Override
    public CompletionStage<Boolean> lost(String election, long token, LostReason reason) {
      told.add("lost " + reason);
      waiting = new CompletableFuture<>();
      return waiting;
    }
  }
}
