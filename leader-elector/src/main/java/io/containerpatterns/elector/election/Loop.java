package io.containerpatterns.elector.election;

import java.time.Duration;

/**
 * A single thread that runs what it is given in order, now or later; in simulations, a queue in
 * virtual time.
 */
public interface Loop {
  /** Runs {@code task} on the loop after everything given before. Any thread. */
  void execute(Runnable task);

  /** Runs {@code task} on the loop after {@code delay} of monotonic time. Any thread. */
  Timer schedule(Duration delay, Runnable task);

  /** Something that will happen unless it is cancelled. */
  @FunctionalInterface
  interface Timer {
    /** The task will not begin any more; without effect when it already has. */
    void cancel();
  }
}
