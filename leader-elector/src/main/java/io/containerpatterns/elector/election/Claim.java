package io.containerpatterns.elector.election;

/**
 * Until when we may say that we lead. It is never stored as "yes": every answer asks it again, so a
 * process that was stopped, starved or suspended answers "no" the moment it wakes.
 *
 * <pre>
 *   renewal sent        answer            claim ends      others may win
 *   |-------------------|-----------------|---------------|-----------> time
 *   from                                  from + 0.9 L    not before from + L, on their clocks
 * </pre>
 *
 * @param token the fencing token of the term
 * @param from when the last confirmed renewal was sent, not when it was answered: the others count
 *     from a moment between the two
 * @param leaseMillis the lease length L that this renewal wrote
 */
record Claim(long token, Moment from, long leaseMillis) {
  /**
   * How much of the lease may be used: two clocks whose rates differ by up to 10 % still never
   * overlap.
   */
  private static final double USABLE = 0.9;

  /** The span from the sending of a renewal to the end of the claim that it carries. */
  static long holdsNanos(long leaseMillis) {
    return (long) (leaseMillis * 1_000_000L * USABLE);
  }

  /** How long before its end a claim that was not renewed deserves a warning. */
  long warnsBeforeNanos() {
    return leaseMillis * 1_000_000L / 5;
  }

  /**
   * For how long somebody who was told of this claim may rely on it: he counts on one clock that no
   * step touches, so the wall clock does not end it.
   */
  long reliedOnNanos(Clocks clocks) {
    return holdsNanos(leaseMillis) - (clocks.monotonicNanos() - from.monotonic());
  }

  /** What is left now; not positive when the claim has ended. Any thread. */
  long leftNanos(Clocks clocks) {
    return holdsNanos(leaseMillis) - from.elapsedNanos(clocks);
  }
}
