package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the loop last published of an election, from which any thread computes a {@link Status} of
 * its own instant. Nothing in here says "leader": only the claim and the clocks do.
 *
 * @param observation the newest record seen; null before the first answer
 * @param claim ours, when there is one that the gate has let through
 * @param heardAt when the store last answered, in monotonic nanoseconds; meaningless without
 *     observation
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
      Clocks clocks,
      boolean healthy) {
    this(
        election,
        candidate,
        null,
        null,
        false,
        false,
        healthy,
        true,
        clocks.monotonicNanos(),
        // A client that waits for a change must not take a later process for the earlier one.
        clocks.wallNanos() / 1_000_000,
        0,
        guarantee,
        null);
  }

  View withVersion(long version) {
    return new View(
        election,
        candidate,
        observation,
        claim,
        stepping,
        standing,
        healthy,
        storeOk,
        heardAt,
        version,
        transitions,
        guarantee,
        lostReason);
  }

  /** The status of this instant. */
  Status at(Clocks clocks) {
    long left = claim == null ? 0 : claim.leftNanos(clocks) / 1_000_000;
    long now = clocks.monotonicNanos();
    boolean stale = observation == null || now - heardAt >= candidate.silenceNanos();
    if (claim != null && left > 0) {
      return status(State.LEADING, claim.token(), left, candidate.id(), candidate.meta(), now);
    }
    State state = state(stale);
    Lease lease = stale ? null : leaseOfOther(now);
    return lease == null
        ? status(state, 0, 0, null, Map.of(), now)
        : status(state, 0, 0, lease.holder(), lease.meta(), now);
  }

  /**
   * For how long a record of this very process still keeps the others out, in milliseconds; 0 when
   * it does not.
   */
  long keepsOthersOutMillis(Clocks clocks) {
    Observation seen = observation;
    Lease lease = seen == null ? null : seen.stored().lease();
    if (seen == null || lease == null || !lease.isHeldBy(candidate.id(), candidate.boot())) {
      return 0;
    }
    long since = (clocks.monotonicNanos() - seen.seen().monotonic()) / 1_000_000;
    return Math.max(0, lease.leaseMillis() - since);
  }

  private State state(boolean stale) {
    if (stepping) {
      return State.STEPPING_DOWN;
    }
    if (stale) {
      return State.UNKNOWN;
    }
    return standing ? State.FOLLOWING : State.IDLE;
  }

  /**
   * The lease of somebody else that has not run out; a hint that we lead ourselves is never given.
   */
  private @Nullable Lease leaseOfOther(long now) {
    Observation seen = observation;
    Lease lease = seen == null ? null : seen.stored().lease();
    if (seen == null
        || lease == null
        || lease.isReleased()
        || lease.holder().equals(candidate.id())
        || now - seen.seen().monotonic() >= lease.leaseMillis() * 1_000_000L) {
      return null;
    }
    return lease;
  }

  private Status status(
      State state,
      long token,
      long validForMillis,
      @Nullable String leaderId,
      Map<String, String> leaderMeta,
      long now) {
    boolean leader = state == State.LEADING;
    return new Status(
        election,
        candidate.id(),
        state,
        leader,
        token,
        validForMillis,
        candidate.lease().toMillis(),
        leaderId,
        leaderMeta,
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
}
