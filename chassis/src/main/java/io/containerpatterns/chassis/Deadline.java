package io.containerpatterns.chassis;

import java.time.Duration;

/**
 * A point in monotonic time until which something may take; what is left of it is handed down from
 * step to step.
 */
public final class Deadline {
  private final Ticker ticker;
  private final long at;

  private Deadline(Ticker ticker, long at) {
    this.ticker = ticker;
    this.at = at;
  }

  /** The point {@code duration} from now; a negative duration has already passed. */
  public static Deadline in(Duration duration, Ticker ticker) {
    return new Deadline(ticker, ticker.nanos() + duration.toNanos());
  }

  /** What is left, never negative. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, at - ticker.nanos()));
  }

  /** Whether nothing is left. */
  public boolean passed() {
    return at - ticker.nanos() <= 0;
  }

  /** The earlier of this point and {@code duration} from now. */
  public Deadline atMost(Duration duration) {
    long other = ticker.nanos() + duration.toNanos();
    return other - at < 0 ? new Deadline(ticker, other) : this;
  }
}
