package io.containerpatterns.logshipper.loki;

import io.containerpatterns.logshipper.event.Event;

/**
 * The nanosecond under which Loki keeps an event. Nothing but the event decides about it, so that a
 * second sending, cut into other batches by another process, has the same; and digits that the time
 * in the text does not have are filled from the offset, so that equal lines of one millisecond are
 * not taken for one.
 *
 * <pre>
 *   12:00:00.123       offset 4711   12:00:00.123 004 711     offset mod 999,983
 *   12:00:00.123456    offset 4711   12:00:00.123456 723      offset mod 997
 *   12:00:00.123456789               as it is
 * </pre>
 *
 * The divisors are prime, because equal lines have equal lengths: two of them meet only after as
 * many lines as the divisor says, within one millisecond or microsecond. Where a file passes a
 * multiple of it within that time, the lines around it are shown in the wrong order; none is lost.
 */
final class Stamp {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int NANOS_PER_MILLI = 1_000_000;
  private static final int NANOS_PER_MICRO = 1_000;
  private static final long SECONDS_MAX = Long.MAX_VALUE / NANOS_PER_SECOND - 1;
  private static final int BELOW_MILLI = 999_983;
  private static final int BELOW_MICRO = 997;

  private Stamp() {}

  /**
   * Nanoseconds since 1970; a time beyond the years 1678 to 2262 is shown as the nearest of them.
   */
  static long of(Event event) {
    int nanos = event.nanos();
    if (!event.isTimed()) {
      // One time of reading stands for many events, and has digits that mean nothing.
      nanos -= nanos % NANOS_PER_MILLI;
    }
    if (nanos % NANOS_PER_MILLI == 0) {
      nanos += (int) (event.offset() % BELOW_MILLI);
    } else if (nanos % NANOS_PER_MICRO == 0) {
      nanos += (int) (event.offset() % BELOW_MICRO);
    }
    long seconds = Math.clamp(event.seconds(), -SECONDS_MAX, SECONDS_MAX);
    return seconds * NANOS_PER_SECOND + nanos;
  }
}
