package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Refusal;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Room for so many who wait, and no more: what waits costs memory for as long as it likes. Any
 * thread.
 */
final class Places {
  private final int max;
  private final IntFunction<Refusal> full;
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * @param full what is said to the one too many
   */
  Places(int max, IntFunction<Refusal> full) {
    this.max = max;
    this.full = full;
  }

  /** A place taken. */
  @FunctionalInterface
  interface Place {
    /** Gives it back; without effect the second time. */
    void leave();
  }

  /**
   * Takes a place.
   *
   * @throws Refusal when all are taken
   */
  Place take() {
    if (taken.incrementAndGet() > max) {
      taken.decrementAndGet();
      throw full.apply(max);
    }
    var left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        taken.decrementAndGet();
      }
    };
  }

  /** How many are taken. */
  int taken() {
    return taken.get();
  }
}
