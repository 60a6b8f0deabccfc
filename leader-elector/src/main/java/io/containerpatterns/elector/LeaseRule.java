package io.containerpatterns.elector;

/**
 * The two decisions on which safety rests, alone in one place. Claim intervals of two processes are disjoint because a
 * holder counts from before its renewal was sent and stops at 0.9 L, while the others count from after they saw the
 * record change and wait for L, each on its own clocks.
 */
class LeaseRule {
  /** From when a confirmed renewal counts. */
  Moment claimFrom(Moment sent, Moment received) {
    return sent;
  }

  /**
   * Whether a lease seen unchanged since {@code seen} has run out. Only the time that we watched it ourselves counts,
   * and only on the monotonic clock: it is the one that can err only by waiting longer.
   */
  boolean hasRunOut(Lease lease, Moment seen, Moment now) {
    return now.monotonic() - seen.monotonic() >= lease.leaseMillis() * 1_000_000L;
  }
}
