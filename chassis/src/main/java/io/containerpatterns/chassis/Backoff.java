package io.containerpatterns.chassis;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between attempts: each up to twice the one before, never beyond a bound, and drawn
 * at random from the upper half of its range so that many processes that failed together do not
 * come back together.
 *
 * <pre>
 *   failure     1        2        3         4 ...
 *   pause    [f/2,f]  [f,2f]  [2f,4f]  [most/2,most]
 * </pre>
 *
 * A quiet time without failure as long as the greatest pause begins anew. Owned by one thread.
 */
public final class Backoff {
  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private final Ticker ticker;
  private int failures;
  private long lastEnd;

  /** Pauses from {@code first} to {@code most}. */
  public Backoff(Duration first, Duration most, RandomGenerator random, Ticker ticker) {
    if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "first " + first + " must be above zero and at most " + most);
    }
    this.first = first;
    this.most = most;
    this.random = random;
    this.ticker = ticker;
  }

  /** How long to wait after one more failure. */
  public Duration failed() {
    long now = ticker.nanos();
    if (failures > 0 && now - lastEnd > most.toNanos()) {
      failures = 0;
    }
    long range = first.toNanos();
    for (int i = 0; i < failures && range < most.toNanos(); i++) {
      range = range > most.toNanos() / 2 ? most.toNanos() : range * 2;
    }
    failures++;
    long pause = range / 2 + random.nextLong(range - range / 2 + 1);
    lastEnd = now + pause;
    return Duration.ofNanos(pause);
  }

  /** It worked: the next failure is the first again. */
  public void succeeded() {
    failures = 0;
  }
}
