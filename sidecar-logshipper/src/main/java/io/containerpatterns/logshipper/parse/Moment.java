package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.text.Timestamp;

/**
 * Reads a value that is a time and nothing else: a text as {@link Timestamp} knows, or a number
 * since 1970 whose unit its size tells.
 *
 * <pre>
 *   1795613400         10^8  to 10^11   seconds        1973 to 5138
 *   1795613400123.5    10^11 to 10^14   milliseconds   1973 to 5138
 *   1795613400123456   10^14 to 10^17   microseconds
 *   1795613400123456789                 nanoseconds
 * </pre>
 *
 * A smaller number is rather something else than a time of the early seventies.
 */
final class Moment {
  private static final long SECONDS_MIN = 100_000_000L;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int DIGITS_MAX = 19;

  private final Timestamp timestamp = new Timestamp();
  private long seconds;
  private int nanos;

  /** Whether all of it is a time; then {@link #seconds} and {@link #nanos} say which. */
  boolean read(byte[] b, int start, int end, long readAt) {
    if (number(b, start, end)) {
      return true;
    }
    if (!timestamp.read(b, start, end, readAt) || !isUtc(b, timestamp.end(), end)) {
      return false;
    }
    seconds = timestamp.seconds();
    nanos = timestamp.nanos();
    return true;
  }

  /** Seconds since 1970. */
  long seconds() {
    return seconds;
  }

  /** Nanoseconds in that second. */
  int nanos() {
    return nanos;
  }

  private boolean number(byte[] b, int start, int end) {
    long whole = 0;
    int at = start;
    for (; at < end && isDigit(b[at]); at++) {
      if (at - start == DIGITS_MAX) {
        return false;
      }
      whole = whole * 10 + b[at] - '0';
    }
    // Nineteen digits may be more than fits, which shows as a number below zero.
    if (whole < SECONDS_MIN || (at < end && (b[at] != '.' || at + 1 == end))) {
      return false;
    }
    long perSecond = perSecond(whole);
    long nanosPerUnit = NANOS_PER_SECOND / perSecond;
    long rest = whole % perSecond * nanosPerUnit;
    for (int i = at + 1; i < end; i++) {
      if (!isDigit(b[i])) {
        return false;
      }
      nanosPerUnit /= 10;
      rest += (b[i] - '0') * nanosPerUnit;
    }
    seconds = whole / perSecond;
    nanos = (int) rest;
    return true;
  }

  private static long perSecond(long whole) {
    if (whole < 1_000 * SECONDS_MIN) {
      return 1;
    }
    if (whole < 1_000_000 * SECONDS_MIN) {
      return 1_000;
    }
    return whole < NANOS_PER_SECOND * SECONDS_MIN ? 1_000_000 : NANOS_PER_SECOND;
  }

  /** Whether nothing more follows than the name of the zone that is taken for granted. */
  private static boolean isUtc(byte[] b, int from, int end) {
    return from == end
        || (end - from == 4
            && b[from] == ' '
            && ((b[from + 1] == 'U' && b[from + 2] == 'T' && b[from + 3] == 'C')
                || (b[from + 1] == 'G' && b[from + 2] == 'M' && b[from + 3] == 'T')));
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
