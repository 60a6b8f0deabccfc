package io.containerpatterns.chassis;

/**
 * Monotonic time in nanoseconds from an arbitrary origin; only differences mean something. It is
 * passed by constructor so that tests own time; {@link System#nanoTime()} is called nowhere else.
 */
@FunctionalInterface
public interface Ticker {
  /** The present reading. Any thread. */
  long nanos();

  /** The ticker of this machine. */
  static Ticker system() {
    return System::nanoTime;
  }
}
