package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.Lease;

/**
 * The two decisions on which safety rests, alone in one place. Claim intervals of two processes are
 * disjoint because a holder counts from before its renewal was sent and stops at 0.9 L, while the
 * others count from after they saw the record change and wait for L, each on its own clocks.
 */
class LeaseRule {
  /** From when a confirmed renewal counts. */
  Moment claimFrom(Moment sent, Moment received) {
    return sent;
  }

  /**
   * What is left now of a lease that was seen unchanged since {@code seen}; it has run out when
   * that is not positive. Only the time that we watched it ourselves counts, and only on the
   * monotonic clock: it is the one that can err only by waiting longer.
   */
  long leftNanos(Lease lease, Moment seen, Moment now) {
    return lease.leaseMillis() * 1_000_000L - (now.monotonic() - seen.monotonic());
  }
}
