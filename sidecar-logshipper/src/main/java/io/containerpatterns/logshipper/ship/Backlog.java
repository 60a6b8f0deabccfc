package io.containerpatterns.logshipper.ship;

import java.time.Duration;

/**
 * Since when an output has been behind with a file: when the oldest byte was seen that it has not
 * acknowledged. Kept by two marks instead of one for each byte, so it is never too short, and too
 * long by no more than the output took from one mark to the next.
 *
 * <pre>
 *   0 ........ acknowledged ........ mark ........ size
 *              the oldest byte       all that lies behind it has come later
 *              came after "since"
 * </pre>
 *
 * Written by the follower's thread, read by any.
 */
final class Backlog {
  private volatile boolean behind;
  private volatile long since; // while behind
  private long mark;
  private long markedAt;

  /** The file has this size, and so much of it is acknowledged. */
  void saw(long size, long acknowledged, long now) {
    if (acknowledged >= size) {
      behind = false;
    } else if (!behind) {
      since = now;
      behind = true;
      mark(size, now);
    } else if (acknowledged >= mark) {
      since = markedAt;
      mark(size, now);
    }
  }

  private void mark(long size, long now) {
    mark = size;
    markedAt = now;
  }

  /** How long; zero when it has everything. Any thread. */
  Duration age(long now) {
    return behind ? Duration.ofNanos(Math.max(0, now - since)) : Duration.ZERO;
  }
}
