package io.containerpatterns.elector.application;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.elector.election.Loop;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application every second whether it is well, and lets it lead only while it is.
 *
 * <pre>
 *                 first success              3 failures in a row
 *   [not asked] ----------------> [healthy] ---------------------> [unhealthy]
 *                                     ^                                 |
 *                                     '------ 2 successes in a row -----'
 * </pre>
 *
 * <p>No answer in half a second is a failure, and so is a look that has not ended when the next is
 * due: it is not begun twice. All of it runs on a loop of its own, since a look at a file may hang
 * and the elections must not.
 */
public final class HealthGate {
  private static final Log log = Log.of(HealthGate.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** How long one look may take. */
  static final Duration WITHIN = Duration.ofMillis(500);

  private static final int FAILURES_TO_RESIGN = 3;
  private static final int SUCCESSES_TO_RETURN = 2;

  /** One look. */
  @FunctionalInterface
  interface Probe {
    /**
     * Completes with whether the application is well, or exceptionally with why nobody knows; does
     * not block.
     */
    CompletionStage<Boolean> look();
  }

  private final Loop loop;
  private final Consumer<Boolean> verdict;

  // Loop only.
  private @Nullable Probe probe;
  private boolean healthy = true;
  private boolean everHealthy;
  private int failures;
  private int successes;
  private int looks;
  private boolean underWay;
  private boolean judged;
  private Loop.Timer next = () -> {};

  /**
   * @param verdict is told on the loop whenever it changes; the first is "healthy"
   */
  public HealthGate(Loop loop, Consumer<Boolean> verdict) {
    this.loop = loop;
    this.verdict = verdict;
  }

  /**
   * Looks by {@code probe} from now on; null looks no more and lets the application lead. Any
   * thread.
   */
  public void watch(@Nullable Probe probe) {
    loop.execute(() -> {
      next.cancel();
      this.probe = probe;
      looks++;
      underWay = false;
      failures = 0;
      successes = 0;
      everHealthy = false;
      if (probe == null) {
        tell(true, "no health check");
      } else {
        tell(false, "not asked yet");
        look();
      }
    });
  }

  private void look() {
    Probe asked = probe;
    if (asked == null) {
      return;
    }
    next = loop.schedule(EVERY, this::look);
    if (underWay) {
      failed("the last look has not ended");
      return;
    }
    underWay = true;
    judged = false;
    int look = ++looks;
    Loop.Timer limit =
        loop.schedule(
            WITHIN, () -> judge(look, false, "no answer within " + WITHIN.toMillis() + "ms"));
    asked
        .look()
        .whenComplete((well, failure) ->
            loop.execute(() -> {
              limit.cancel();
              if (look == looks) {
                underWay = false;
              }
              judge(
                  look, failure == null && well, failure == null ? "it says so" : reason(failure));
            }));
  }

  /** Each look counts once, and only while its probe is the one in use. */
  private void judge(int look, boolean well, String why) {
    if (look != looks || judged) {
      return;
    }
    judged = true;
    if (well) {
      succeeded();
    } else {
      failed(why);
    }
  }

  private void succeeded() {
    failures = 0;
    successes++;
    if (!everHealthy || successes >= SUCCESSES_TO_RETURN) {
      everHealthy = true;
      tell(true, "it says so");
    }
  }

  private void failed(String why) {
    successes = 0;
    failures++;
    if (failures >= FAILURES_TO_RESIGN) {
      tell(false, why);
    }
  }

  private void tell(boolean well, String why) {
    if (healthy != well) {
      healthy = well;
      log.info(well ? "application healthy" : "application not healthy", "reason", why);
      verdict.accept(well);
    }
  }

  private static String reason(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
