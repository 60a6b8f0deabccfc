package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.Stored;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The lease as we observe it, and when it is ours to take. Loop only.
 *
 * <p>The higher its priority, the sooner a candidate reaches for a free lease; candidates of one
 * priority are kept from writing at the same instant by chance; all hold back for a named
 * successor. None of this matters for safety: the store lets one of them win.
 */
final class Vacancy {
  private static final int PRIORITY_MAX = 100;

  /**
   * Everybody who has priority 0, the default, waits a hundred of these at each hand-over; so no
   * more than it takes that fifty points are as long as a hint may come later to one than to
   * another.
   */
  private static final long NANOS_PER_PRIORITY_POINT = 100_000;

  /**
   * As far apart as fifty points. Among equals it saves calls, and where many elections are free at
   * once it mixes who gets which: with less than this, replicas that start together share unevenly.
   */
  private static final long JITTER_NANOS = 5_000_000;

  private static final long SUCCESSOR_FIRST_NANOS_MAX = 1_000_000_000;

  private final LeaseRule rule;
  private final RandomGenerator random;
  private final LongSupplier patience;
  private @Nullable Observation observation;

  /**
   * The lease that stood in the record before somebody removed it, and when we saw it gone: its
   * holder may believe in it until it has noticed, or until it has run out. Null when there is a
   * record.
   */
  private @Nullable Observation vanished;

  private long reachDelay;
  private long transitions;

  /**
   * @param patience how much longer than others we hold back at this moment, in nanoseconds
   */
  Vacancy(LeaseRule rule, RandomGenerator random, LongSupplier patience) {
    this.rule = rule;
    this.random = random;
    this.patience = patience;
  }

  /**
   * Takes note of the record as it was read, written or hinted at.
   *
   * @return whether anything changed
   */
  boolean see(Stored stored, Moment now, Candidate us) {
    Observation before = observation;
    if (before != null && before.stored().version() == stored.version()) {
      // Only a change shows that the holder lives, so seeing the same again changes nothing.
      return false;
    }
    observation = new Observation(stored, now);
    Lease lease = stored.lease();
    vanished = lease == null ? heldByOther(before, now, us) : null;
    reachDelay =
        (PRIORITY_MAX - Math.max(0, us.priority())) * NANOS_PER_PRIORITY_POINT
            + random.nextLong(JITTER_NANOS);
    if (lease != null && lease.isReleased() && isWantedByOther(lease, us)) {
      reachDelay += Math.min(SUCCESSOR_FIRST_NANOS_MAX, us.leaseNanos() / 4);
    }
    if (lease != null && !lease.isReleased() && !isSameTerm(before, stored)) {
      transitions++;
    }
    return true;
  }

  private static @Nullable Observation heldByOther(
      @Nullable Observation before, Moment now, Candidate us) {
    Lease then = before == null ? null : before.stored().lease();
    return before == null || then == null || isOurs(then, us)
        ? null
        : new Observation(before.stored(), now);
  }

  private static boolean isSameTerm(@Nullable Observation before, Stored now) {
    if (before == null) {
      return false;
    }
    Lease then = before.stored().lease();
    Lease lease = now.lease();
    return then != null
        && lease != null
        && then.tokenAt(before.stored().version()) == lease.tokenAt(now.version());
  }

  private static boolean isWantedByOther(Lease lease, Candidate us) {
    return lease.wanted() != null && !lease.wanted().equals(us.id());
  }

  /** The newest record seen, and when; null before the first. */
  @Nullable Observation observation() {
    return observation;
  }

  /** The version of the newest record seen; 0 when there was none. */
  long version() {
    return observation == null ? 0 : observation.stored().version();
  }

  /** The newest lease seen; null when there was none. */
  @Nullable Lease lease() {
    return observation == null ? null : observation.stored().lease();
  }

  /** How often we saw another term begin. */
  long transitions() {
    return transitions;
  }

  /** Whether a compare-and-set on the observed version may take the lease. */
  boolean isFree(Moment now, Candidate us) {
    Observation last = lastHeld();
    if (last == null) {
      return false;
    }
    Lease lease = last.stored().lease();
    return lease == null || isOurs(lease, us) || rule.leftNanos(lease, last.seen(), now) <= 0;
  }

  /**
   * When the lease is or was free, in monotonic nanoseconds, should it not change; meaningless
   * before the first look.
   */
  long freeAt(Moment now, Candidate us) {
    Observation last = lastHeld();
    if (last == null) {
      return 0;
    }
    Lease lease = last.stored().lease();
    return lease == null || isOurs(lease, us)
        ? last.seen().monotonic()
        : now.monotonic() + rule.leftNanos(lease, last.seen(), now);
  }

  /** What has to run out first: the newest record, or the one that vanished. */
  private @Nullable Observation lastHeld() {
    return vanished == null ? observation : vanished;
  }

  /** When it is our turn to reach for it, in monotonic nanoseconds. */
  long reachAt(Moment now, Candidate us) {
    long turn = freeAt(now, us) + reachDelay;
    return isMeantForUs(us) ? turn : turn + patience.getAsLong();
  }

  /** Whether holding back would leave the lease to nobody: it is ours, or was given back for us. */
  private boolean isMeantForUs(Candidate us) {
    Lease lease = lease();
    return lease != null
        && (isHeldByUs(us) || (lease.isReleased() && us.id().equals(lease.wanted())));
  }

  /** A lease that nobody else may believe in: given back, or written by this very process. */
  private static boolean isOurs(Lease lease, Candidate us) {
    return lease.isReleased() || lease.isHeldBy(us.id(), us.boot());
  }

  /** Whether the record is ours, be it from an earlier term. */
  boolean isHeldByUs(Candidate us) {
    Lease lease = lease();
    return lease != null && lease.isHeldBy(us.id(), us.boot());
  }

  /** Whether the record is ours and somebody else wishes to take over. */
  boolean isPromised(Candidate us) {
    Lease lease = lease();
    return lease != null && isHeldByUs(us) && isWantedByOther(lease, us);
  }

  /** Whether the holder has a lower priority than we have and was not asked to step down yet. */
  boolean isHeldByLesser(Moment now, Candidate us) {
    Lease lease = lease();
    return lease != null
        && !isFree(now, us)
        && lease.priority() < us.priority()
        && lease.wanted() == null;
  }

  /** Whether another process with our id holds the lease. */
  boolean isHeldByTwin(Candidate us) {
    Lease lease = lease();
    return lease != null && lease.holder().equals(us.id()) && !lease.boot().equals(us.boot());
  }
}
