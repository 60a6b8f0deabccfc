package io.containerpatterns.elector;

import io.containerpatterns.elector.Status.LostReason;
import io.containerpatterns.elector.Status.State;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the loop last published of an election, from which any thread computes a {@link Status} of its own instant.
 * Nothing in here says "leader": only the claim and the clocks do.
 *
 * @param observation the newest record seen; null before the first answer
 * @param claim ours, when there is one that the gate has let through
 * @param heardAt when the store last answered, in monotonic nanoseconds; meaningless without observation
 * @param standing whether we are a candidate
 */
record View(
    String election,
    Candidate candidate,
    @Nullable Observation observation,
    @Nullable Claim claim,
    boolean stepping,
    boolean standing,
    boolean healthy,
    boolean storeOk,
    long heardAt,
    long version,
    long transitions,
    LeaseStore.Guarantee guarantee,
    @Nullable LostReason lostReason) {

  /** The view before the store has answered anything. */
  View(
      String election,
      Candidate candidate,
      LeaseStore.Guarantee guarantee,
      long now,
      boolean healthy) {
    this(election, candidate, null, null, false, false, healthy, true, now, 1, 0, guarantee, null);
  }

  View withVersion(long version) {
    return new View(
        election, candidate, observation, claim, stepping, standing, healthy, storeOk, heardAt, version,
        transitions, guarantee, lostReason);
  }

  /** The status of this instant. */
  Status at(Clocks clocks) {
    long left = claim == null ? 0 : claim.leftNanos(clocks);
    long now = clocks.monotonicNanos();
    boolean leader = left >= 1_000_000;
    boolean stale = observation == null || now - heardAt >= candidate.silenceNanos();
    Lease lease = observation == null || stale ? null : observation.stored().lease();
    boolean known =
        lease != null
            && !lease.isReleased()
            && (leader || !lease.holder().equals(candidate.id()))
            && now - observation.seen().monotonic() < lease.leaseMillis() * 1_000_000L;
    return new Status(
        election,
        candidate.id(),
        state(leader, stale),
        leader,
        leader ? claim.token() : 0,
        leader ? left / 1_000_000 : 0,
        candidate.lease().toMillis(),
        leader ? candidate.id() : known ? lease.holder() : null,
        leader ? candidate.meta() : known ? lease.meta() : Map.of(),
        observation == null ? 0 : (now - observation.seen().monotonic()) / 1_000_000,
        candidate.mode(),
        healthy,
        candidate.priority(),
        version,
        transitions,
        guarantee,
        storeOk,
        leader ? null : lostReason);
  }

  private State state(boolean leader, boolean stale) {
    if (leader) {
      return State.LEADING;
    }
    if (stepping) {
      return State.STEPPING_DOWN;
    }
    if (stale) {
      return State.UNKNOWN;
    }
    return standing ? State.FOLLOWING : State.IDLE;
  }
}
