package io.containerpatterns.chassis.http;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date of our answers, formatted anew twice a second and not for each. Any thread. */
final class DateHeader {
  private static final long FRESH_NANOS = 500_000_000;
  // RFC 9110 5.6.7 wants two digits for the day; the constant of the JDK writes one for the first
  // nine.
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private volatile Formatted formatted = new Formatted(new byte[0], 0);

  DateHeader(InstantSource clock) {
    this.clock = clock;
  }

  byte[] at(long nanos) {
    Formatted last = formatted;
    if (last.date.length > 0 && nanos - last.at < FRESH_NANOS) {
      return last.date;
    }
    byte[] date = FORMAT.format(clock.instant()).getBytes(StandardCharsets.US_ASCII);
    formatted = new Formatted(date, nanos);
    return date;
  }

  private record Formatted(byte[] date, long at) {}
}
