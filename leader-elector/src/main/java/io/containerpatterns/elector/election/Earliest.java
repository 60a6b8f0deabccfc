package io.containerpatterns.elector.election;

/** Finds the earliest of several moments that are still to come, in monotonic nanoseconds. */
public final class Earliest {
  private final long now;
  private long moment;

  /**
   * @param latest the answer when nothing comes before it
   */
  public Earliest(long now, long latest) {
    this.now = now;
    this.moment = latest;
  }

  /** Takes {@code candidate} into account; without effect when it is not after now. */
  public void consider(long candidate) {
    if (candidate - now > 0 && candidate - moment < 0) {
      moment = candidate;
    }
  }

  public long moment() {
    return moment;
  }
}
