package io.containerpatterns.elector.spread;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.spread.SpreadWorld.Replica;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who sits where in the store, as replicas come and go. */
final class SeatsTest {
  private final SpreadWorld world = new SpreadWorld(1);

  @Test
  void seatsAreTakenFromBelow() {
    world.start("a");
    world.start("b");
    world.start("c");
    world.leases(0.2);

    assertThat(seats()).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void aSeatIsGivenBackOnLeavingAndTakenByTheNextToCome() {
    world.start("a");
    world.leases(1);
    Replica b = world.start("b");
    world.leases(1);
    world.start("c");
    world.leases(1);

    b.drain();
    world.leases(0.01);
    assertThat(seats()).containsExactly("a", "", "c");

    world.start("d");
    world.leases(0.2);
    assertThat(seats()).containsExactly("a", "d", "c");
  }

  @Test
  void theSeatOfADeadOneIsTakenAfterALeaseInWhichItDidNotChange() {
    Replica a = world.start("a");
    world.leases(1);
    Replica b = world.start("b");
    world.leases(1);

    a.crash();
    Replica c = world.start("c");
    world.leases(0.2);
    assertThat(seats()).containsExactly("a", "b", "c");

    world.leases(2);
    assertThat(List.of(b.live, c.live)).containsOnly(2);
    world.start("d");
    world.leases(0.2);
    // It has not watched the seat for a lease itself, so it takes another.
    assertThat(seats()).containsExactly("a", "b", "c", "d");

    c.drain();
    c.resume();
    world.leases(0.2);
    assertThat(seats()).containsExactly("c", "b", "", "d");
  }

  @Test
  void aSeatIsRenewedTwicePerLease() {
    world.start("a");
    world.leases(1);
    var versions = new ArrayList<Long>();
    world.memory.watch(Elections.RESERVED + 0, stored -> versions.add(stored.version()));

    world.leases(10);

    assertThat(versions).hasSizeBetween(19, 21);
  }

  @Test
  void whoseSeatWasRemovedTakesTheFirstFreeOneAgain() {
    Replica a = world.start("a");
    world.leases(1);
    Replica b = world.start("b");
    world.leases(1);
    Replica c = world.start("c");
    world.leases(1);

    world.memory.delete(Elections.RESERVED + 0);
    world.memory.delete(Elections.RESERVED + 1);
    world.leases(2.5);

    assertThat(seats()).contains("a", "b", "c");
    assertThat(List.of(a.live, b.live, c.live)).containsOnly(3);
  }

  @Test
  void aSecondSeatOfOneIdCountsOnce() {
    Replica before = world.start("a");
    Replica b = world.start("b");
    world.leases(2);

    before.crash();
    Replica after = world.start("a");
    world.leases(0.9);

    assertThat(seats()).containsExactlyInAnyOrder("a", "b", "a");
    assertThat(List.of(b.live, after.live)).containsOnly(2);
  }

  /** Who sits in which seat, empty when it was given back, up to the first that never was. */
  private List<String> seats() {
    var holders = new ArrayList<String>();
    for (int i = 0; i < Seats.COUNT_MAX; i++) {
      Lease lease = world.memory.read(Elections.RESERVED + i).lease();
      if (lease == null) {
        break;
      }
      holders.add(lease.holder());
    }
    return holders;
  }
}
