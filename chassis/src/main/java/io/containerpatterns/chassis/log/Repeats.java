package io.containerpatterns.chassis.log;

import io.containerpatterns.chassis.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a failure that repeats: the first at once, then one line per interval with the number that
 * was kept back, and when it is over, how it was.
 *
 * <pre>
 *   12:00:00 WARN elector.Renewal: store unreachable cause="..."
 *   12:01:00 WARN elector.Renewal: store unreachable cause="..." repeated=59
 *   12:01:07 INFO elector.Renewal: over: store unreachable repeated=7 lastedMs=67000
 * </pre>
 *
 * A failure is known by its constant message; so many messages there are, so many are remembered.
 * Any thread.
 */
public final class Repeats {
  private final Log log;
  private final Ticker ticker;
  private final long intervalNanos;
  // guarded by this
  private final Map<String, Run> runs = new HashMap<>();

  /** A failure that goes on. */
  private static final class Run {
    final long begun;
    long told;
    long keptBack;

    Run(long now) {
      begun = now;
      told = now;
    }
  }

  /** Tells on {@code log}, each message at most once per {@code interval} after the first. */
  public Repeats(Log log, Ticker ticker, Duration interval) {
    this.log = log;
    this.ticker = ticker;
    this.intervalNanos = interval.toNanos();
  }

  /** It failed, perhaps again. */
  public void warn(String message, @Nullable Object... pairs) {
    failed(Level.WARN, message, pairs);
  }

  /** It failed, perhaps again, and a promise is broken. */
  public void error(String message, @Nullable Object... pairs) {
    failed(Level.ERROR, message, pairs);
  }

  private synchronized void failed(Level level, String message, @Nullable Object... pairs) {
    long now = ticker.nanos();
    Run run = runs.get(message);
    if (run == null) {
      runs.put(message, new Run(now));
      log.write(level, message, pairs);
    } else if (now - run.told < intervalNanos) {
      run.keptBack++;
    } else {
      @Nullable Object[] more = Arrays.copyOf(pairs, pairs.length + 2);
      more[pairs.length] = "repeated";
      more[pairs.length + 1] = run.keptBack;
      log.write(level, message, more);
      run.told = now;
      run.keptBack = 0;
    }
  }

  /** It works again; without effect when it had not failed. */
  public synchronized void over(String message) {
    Run run = runs.remove(message);
    if (run != null) {
      long lasted = (ticker.nanos() - run.begun) / 1_000_000;
      log.info("over: " + message, "repeated", run.keptBack, "lastedMs", lasted);
    }
  }
}
