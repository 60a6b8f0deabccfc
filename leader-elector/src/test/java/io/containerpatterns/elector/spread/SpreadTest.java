package io.containerpatterns.elector.spread;

import static io.containerpatterns.elector.spread.SpreadWorld.shares;
import static io.containerpatterns.elector.spread.SpreadWorld.sum;
import static io.containerpatterns.elector.spread.SpreadWorld.unevenness;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.spread.SpreadWorld.Replica;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What spreading promises, told in virtual time. */
final class SpreadTest {
  /** Within so many leases the spread is even again after one replica came or went. */
  private static final int EVEN_AGAIN = 4;

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 1_000})
  void threeThatStartTogetherShareEvenly(int elections) {
    var world = new SpreadWorld(elections);

    Replica a = world.start("a");
    Replica b = world.start("b");
    Replica c = world.start("c");
    world.leases(0.3);
    int unevenAtOnce = unevenness(shares(a, b, c));
    world.leases(EVEN_AGAIN);

    assertThat(unevenAtOnce).isLessThanOrEqualTo(3 + elections / 50);
    assertThat(sum(shares(a, b, c))).isEqualTo(elections);
    assertThat(unevenness(shares(a, b, c))).isLessThanOrEqualTo(1);
    assertThat(world.moves).isLessThanOrEqualTo(unevenAtOnce);
    assertThat(List.of(a.live, b.live, c.live)).containsOnly(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 1_000})
  void whoeverJoinsGetsItsShareAndNothingElseMoves(int elections) {
    var world = new SpreadWorld(elections);
    Replica a = world.start("a");
    Replica b = world.start("b");
    Replica c = world.start("c");
    world.leases(6);
    world.moves = 0;

    Replica d = world.start("d");
    world.leases(EVEN_AGAIN);

    assertThat(sum(shares(a, b, c, d))).isEqualTo(elections);
    assertThat(unevenness(shares(a, b, c, d))).isLessThanOrEqualTo(1);
    assertThat(d.leads()).isEqualTo(elections / 4);
    assertThat(world.moves).isEqualTo(elections / 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 1_000})
  void theOthersInheritWhatADeadOneLedWithinALeaseAndATenthAndEvenly(int elections) {
    var world = new SpreadWorld(elections);
    Replica a = world.start("a");
    Replica b = world.start("b");
    Replica c = world.start("c");
    world.leases(6);
    world.moves = 0;

    b.crash();
    world.leases(1.2);

    assertThat(sum(shares(a, c))).isEqualTo(elections);
    int unevenAtOnce = unevenness(shares(a, c));
    assertThat(unevenAtOnce).isLessThanOrEqualTo(3 + elections / 20);

    world.leases(EVEN_AGAIN);
    assertThat(unevenness(shares(a, c))).isLessThanOrEqualTo(1);
    assertThat(world.moves).isEqualTo(unevenAtOnce / 2);
    assertThat(a.live).isEqualTo(2);
  }

  @Test
  void inCalmNothingMoves() {
    var world = new SpreadWorld(17);
    Replica a = world.start("a");
    Replica b = world.start("b");
    Replica c = world.start("c");
    world.leases(6);
    world.moves = 0;
    List<Integer> shares = shares(a, b, c);

    world.leases(100);

    assertThat(world.moves).isZero();
    assertThat(shares(a, b, c)).isEqualTo(shares);
  }

  @Test
  void whoeverIsSeenOnlyOnceIsGivenNothing() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a");
    world.leases(6);
    assertThat(a.leads()).isEqualTo(16);

    Replica b = world.start("b");
    world.leases(0.4);
    b.crash();
    world.leases(10);

    assertThat(world.moves).isZero();
    assertThat(a.leads()).isEqualTo(16);
    assertThat(a.live).isEqualTo(1);
  }

  @Test
  void whatComesBackBecauseNobodyTookItStopsTheGiving() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a");
    world.leases(6);

    Replica b = world.start("b");
    world.leases(0.9);
    b.crash();
    world.leases(1.2);

    assertThat(world.moves).isBetween(1, 2);
    assertThat(a.leads()).isEqualTo(16);
  }

  @Test
  void atMostHalfOfWhatAReplicaLeadsLeavesItInOneLease() {
    var world = new SpreadWorld(100);
    Replica a = world.start("a");
    world.leases(3);
    for (int i = 0; i < 9; i++) {
      world.start("b" + i);
    }

    int before = a.leads();
    for (int lease = 0; lease < 6; lease++) {
      world.leases(1);
      assertThat(before - a.leads()).isLessThanOrEqualTo((before + 1) / 2 + 1);
      before = a.leads();
    }
    assertThat(a.leads()).isEqualTo(10);
    assertThat(world.moves).isEqualTo(90);
  }

  @Test
  void whoeverIsDrainedIsNotCountedAndGetsItsShareBackWhenItResumes() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a");
    Replica b = world.start("b");
    Replica c = world.start("c");
    world.leases(6);

    b.drain();
    world.leases(EVEN_AGAIN);
    assertThat(shares(a, b, c)).containsExactly(8, 0, 8);
    assertThat(a.live).isEqualTo(2);
    assertThat(b.live).isZero();

    b.resume();
    world.leases(EVEN_AGAIN);
    assertThat(unevenness(shares(a, b, c))).isLessThanOrEqualTo(1);
    assertThat(a.live).isEqualTo(3);
  }

  @Test
  void whoeverIsUnhealthyOrNeverLeadsIsNotCounted() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a");
    Replica b = world.start("b");
    Replica never = world.start("never", -1);
    world.leases(6);
    assertThat(a.live).isEqualTo(2);

    b.elections.healthy(false);
    world.leases(EVEN_AGAIN);

    assertThat(shares(a, b, never)).containsExactly(16, 0, 0);
    assertThat(a.live).isEqualTo(1);
  }

  @Test
  void whoeverDoesNotSpreadKeepsWhatItLeadsAndTheOthersShareTheRest() {
    var world = new SpreadWorld(16);
    Replica old = world.new Replica("old", 0, SpreadWorld.AT_ONCE).startAlone();
    world.leases(1);
    Replica a = world.start("a");
    Replica b = world.start("b");
    world.leases(6);
    assertThat(shares(old, a, b)).containsExactly(16, 0, 0);
    assertThat(a.live).isEqualTo(2);
    assertThat(world.moves).isZero();

    old.crash();
    world.leases(1.2 + EVEN_AGAIN);

    assertThat(shares(a, b)).containsExactly(8, 8);
  }

  @Test
  void whoeverHasOtherElectionsIsNotCounted() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a");
    world.leases(2);

    var other = new SpreadWorld(8, world);
    Replica b = other.start("b");
    world.leases(6);

    assertThat(shares(a, b)).containsExactly(16, 0);
    assertThat(a.live).isEqualTo(1);
    assertThat(b.live).isEqualTo(1);
  }

  @Test
  void nothingIsHandedToALowerPriority() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a", 50);
    world.leases(3);

    Replica lower = world.start("lower", 0);
    world.leases(6);
    assertThat(shares(a, lower)).containsExactly(16, 0);

    Replica higher = world.start("higher", 90);
    world.leases(6);
    assertThat(shares(a, lower, higher)).containsExactly(8, 0, 8);
  }

  @Test
  void whatAHigherPriorityHasAskedForStaysThere() {
    var world = new SpreadWorld(16);
    world.preempts = true;
    Replica a = world.start("a");
    world.leases(3);

    Replica higher = world.start("higher", 90);
    world.leases(3);
    assertThat(shares(a, higher)).containsExactly(0, 16);

    Replica equal = world.start("equal", 90);
    world.leases(20);
    assertThat(shares(a, higher, equal)).containsExactly(0, 8, 8);
    assertThat(world.moves).isEqualTo(8);
  }

  @Test
  void anElectionThatJoinedAtRunTimeIsNeverHandedOver() {
    var world = new SpreadWorld(1);
    Replica a = world.start("a");
    world.leases(2);
    for (int i = 0; i < 9; i++) {
      a.elections.join("batch-" + i, a.elections.usualTerms());
    }

    Replica b = world.start("b");
    world.leases(10);

    assertThat(shares(a, b)).containsExactly(10, 0);
    assertThat(world.moves).isZero();
  }

  @Test
  void whileTheSeatsCannotBeReadNothingIsHandedOver() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a");
    world.leases(2);
    Replica b = world.start("b");
    world.leases(0.8);

    a.seatsFail = true;
    world.leases(10);
    assertThat(shares(a, b)).containsExactly(16, 0);
    assertThat(a.live).isZero();

    a.seatsFail = false;
    world.leases(EVEN_AGAIN + 1);
    assertThat(shares(a, b)).containsExactly(8, 8);
  }

  @Test
  void aStoreThatWasSilentForAWhileMovesNothingThatIsEven() {
    var world = new SpreadWorld(16);
    Replica a = world.start("a");
    Replica b = world.start("b");
    world.leases(6);

    world.replicas.forEach(replica -> replica.wire.cut = true);
    world.leases(3);
    assertThat(shares(a, b)).containsExactly(0, 0);
    world.moves = 0;
    world.replicas.forEach(replica -> replica.wire.cut = false);
    world.leases(2 + EVEN_AGAIN);

    assertThat(sum(shares(a, b))).isEqualTo(16);
    assertThat(unevenness(shares(a, b))).isLessThanOrEqualTo(1);
    assertThat(world.moves).isLessThanOrEqualTo(4);
  }

  @Test
  void theAnswerIsNoBeforeTheApplicationIsToldAndTheLeaseIsGivenBackAfter() {
    var world = new SpreadWorld(2);
    var stopped = new CompletableFuture<Boolean>();
    Replica a = world.new Replica("a", 0, new SpreadWorld.Answering(stopped)).start();
    world.leases(2);
    Replica b = world.start("b");
    world.leases(1.7);

    assertThat(shares(a, b)).containsExactly(1, 0);
    String moving =
        world.names.stream()
            .filter(name ->
                Objects.requireNonNull(a.elections.find(name)).glance().state()
                    == State.STEPPING_DOWN)
            .findFirst()
            .orElseThrow();
    assertThat(holderOf(world, moving)).isEqualTo("a");

    stopped.complete(true);
    world.leases(0.1);
    assertThat(holderOf(world, moving)).isEqualTo("b");
    assertThat(shares(a, b)).containsExactly(1, 1);
    assertThat(world.moves).isEqualTo(1);
  }

  private static String holderOf(SpreadWorld world, String election) {
    Lease lease = Objects.requireNonNull(world.memory.read(election).lease());
    return lease.holder();
  }
}
