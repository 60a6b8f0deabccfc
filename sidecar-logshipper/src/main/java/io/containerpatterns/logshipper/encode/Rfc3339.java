package io.containerpatterns.logshipper.encode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Times as text (RFC 3339, 5.6) in UTC with 3, 6 or 9 digits of a second, such as {@code
 * 2026-11-25T13:29:12.983Z}. Events that follow each other are mostly of one second, whose text is
 * kept. Confined to one thread.
 */
public final class Rfc3339 {
  private static final int SECOND_LENGTH = 19;
  private static final int MILLION = 1_000_000;

  private final byte[] second = new byte[SECOND_LENGTH];
  private long kept = Long.MIN_VALUE;

  /** Appends a time of the years 0 to 9999; one beyond them is shown as the nearest of them. */
  public void write(long seconds, int nanos, Sink to) {
    if (seconds != kept) {
      keep(seconds);
    }
    byte[] target = to.room(SECOND_LENGTH + 11);
    int at = to.length();
    System.arraycopy(second, 0, target, at, SECOND_LENGTH);
    at += SECOND_LENGTH;
    target[at++] = '.';
    int digits = nanos % MILLION == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
    int value = digits == 3 ? nanos / MILLION : digits == 6 ? nanos / 1_000 : nanos;
    for (int i = at + digits - 1; i >= at; i--) {
      target[i] = (byte) ('0' + value % 10);
      value /= 10;
    }
    target[at + digits] = 'Z';
    to.wrote(SECOND_LENGTH + 2 + digits);
  }

  private void keep(long seconds) {
    // The format has four digits for the year.
    long shown = Math.clamp(seconds, -62_167_219_200L, 253_402_300_799L);
    String text =
        DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
            Instant.ofEpochSecond(shown).atOffset(ZoneOffset.UTC));
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, second, 0, SECOND_LENGTH);
    kept = seconds;
  }
}
