package io.containerpatterns.logshipper.filter;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.logshipper.event.Event;

/**
 * Holds a file to so many events in a second. A file that was silent may have those of one second
 * at once.
 */
public final class Throttle implements Filter {
  private static final long SECOND = 1_000_000_000L;

  private final Ticker ticker;
  private final long nanosPerEvent;
  private final boolean drops;
  private long spent; // until when the events that passed use up what is allowed

  private Throttle(Ticker ticker, long perSecond, boolean drops) {
    if (perSecond < 1 || perSecond > SECOND) {
      throw new IllegalArgumentException(
          "events per second: %,d (expected: 1 to %,d)".formatted(perSecond, SECOND));
    }
    this.ticker = ticker;
    this.nanosPerEvent = SECOND / perSecond;
    this.drops = drops;
    this.spent = ticker.nanos();
  }

  /** What is too much waits: {@link #delayNanos} says how long, and {@link #pass} lets all pass. */
  public static Throttle delaying(Ticker ticker, long perSecond) {
    return new Throttle(ticker, perSecond, false);
  }

  /** What is too much is left out. */
  public static Throttle dropping(Ticker ticker, long perSecond) {
    return new Throttle(ticker, perSecond, true);
  }

  @Override
  public boolean pass(Event event) {
    long now = ticker.nanos();
    if (drops && delay(now) > 0) {
      return false;
    }
    spent = later(spent, now) + nanosPerEvent;
    return true;
  }

  @Override
  public long delayNanos() {
    return drops ? 0 : delay(ticker.nanos());
  }

  private long delay(long now) {
    return Math.max(0, later(spent, now) + nanosPerEvent - now - SECOND);
  }

  /** Readings of the ticker may wrap around; only their difference means something. */
  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }

  @Override
  public DropReason reason() {
    return DropReason.THROTTLE;
  }
}
