package io.containerpatterns.elector.election;

/** One moment as all three clocks of this machine tell it. */
public record Moment(long monotonic, long boot, long wall) {
  static Moment now(Clocks clocks) {
    return new Moment(clocks.monotonicNanos(), clocks.bootNanos(), clocks.wallNanos());
  }

  /**
   * The time that has passed since then by the clock that tells the most of it. A suspended machine
   * shows on the boot clock, a wall clock set forward errs on the safe side, one set back counts
   * for nothing.
   */
  long elapsedNanos(Clocks clocks) {
    return Math.max(
        clocks.monotonicNanos() - monotonic,
        Math.max(clocks.bootNanos() - boot, clocks.wallNanos() - wall));
  }
}
