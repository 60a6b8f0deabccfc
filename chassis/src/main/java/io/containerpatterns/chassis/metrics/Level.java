package io.containerpatterns.chassis.metrics;

import java.util.concurrent.atomic.AtomicLong;

/** A number that goes up and down. Any thread. */
public final class Level {
  private final AtomicLong bits = new AtomicLong();

  Level() {}

  /** Sets it. */
  public void set(double value) {
    bits.set(Double.doubleToRawLongBits(value));
  }

  /** Adds to it, or takes away with a negative number. */
  public void add(double delta) {
    bits.updateAndGet(old -> Double.doubleToRawLongBits(Double.longBitsToDouble(old) + delta));
  }

  /** How it stands. */
  public double value() {
    return Double.longBitsToDouble(bits.get());
  }
}
