package io.containerpatterns.chassis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread or process will do, and says what was missing when it does not. */
public final class Await {
  private static final Duration MOST = Duration.ofSeconds(20);

  private Await() {}

  /**
   * Returns as soon as {@code condition} holds; fails with {@code what} after a time that is ample.
   */
  public static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  /** As above, with a description made when it is needed. */
  public static void until(Supplier<String> what, BooleanSupplier condition) {
    Deadline deadline = Deadline.in(MOST, Ticker.system());
    while (!condition.getAsBoolean()) {
      if (deadline.passed()) {
        throw new AssertionError("not within " + MOST + ": " + what.get());
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
