package io.containerpatterns.chassis.settings;

import java.time.Duration;

/**
 * Durations as people write them: {@code 500ms}, {@code 10s}, {@code 1m30s}, {@code 2h}, {@code
 * 7d}; the text round-trips.
 */
public final class Durations {
  private static final String[] UNITS = {"d", "h", "m", "s", "ms", "us", "ns"};
  private static final long[] NANOS = {
    86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
  };

  private Durations() {}

  /**
   * The duration that {@code text} names: numbers with units, largest unit first, each at most
   * once.
   */
  public static Duration parse(String text) {
    if (text.isEmpty()) {
      throw expected();
    }
    long nanos = 0;
    int nextUnit = 0;
    int at = 0;
    try {
      while (at < text.length()) {
        int digits = at;
        while (digits < text.length() && isDigit(text.charAt(digits))) {
          digits++;
        }
        int end = digits;
        while (end < text.length() && !isDigit(text.charAt(end))) {
          end++;
        }
        int unit = unit(text.substring(digits, end), nextUnit);
        long number = Long.parseLong(text, at, digits, 10);
        nanos = Math.addExact(nanos, Math.multiplyExact(number, NANOS[unit]));
        nextUnit = unit + 1;
        at = end;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw expected();
    }
    return Duration.ofNanos(nanos);
  }

  private static int unit(String text, int from) {
    for (int i = from; i < UNITS.length; i++) {
      if (UNITS[i].equals(text)) {
        return i;
      }
    }
    throw expected();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException expected() {
    return new IllegalArgumentException("a duration such as 10s");
  }

  /** The shortest text that {@link #parse} reads as this duration, which must not be negative. */
  public static String text(Duration duration) {
    long left = duration.toNanos();
    if (left == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < UNITS.length; i++) {
      // A day is written as hours: 24h is what people expect to read back.
      if (i > 0 && left >= NANOS[i]) {
        text.append(left / NANOS[i]).append(UNITS[i]);
        left %= NANOS[i];
      }
    }
    return text.toString();
  }

  /** How a limit is told: durations in their own form, everything else by its text. */
  static String orText(Object value) {
    return value instanceof Duration duration ? text(duration) : String.valueOf(value);
  }
}
