package io.containerpatterns.logshipper.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Recognises the time with which a line begins, and reads it.
 *
 * <pre>
 *   2026-11-25T13:29:12.983Z     2026-11-25 13:29:12,983 +01:00     RFC 3339, logback, Python
 *   2026/11/25 13:29:12.983                                         Go, nginx
 *   25/Nov/2026:13:29:12 +0100                                      httpd
 *   Nov 25 13:29:12                                                 BSD syslog, without a year
 *   I1125 13:29:12.983000                                           klog, without a year
 *   13:29:12.983                                                    without a date
 * </pre>
 *
 * A bracket before it is skipped. Without a zone it is UTC. Without a year or a date it is the one
 * that comes closest to the time of reading. One object per thread; nothing is allocated by {@link
 * #read}.
 */
public final class Timestamp {
  private static final int NANO_DIGITS = 9;

  /** How many nanoseconds the last of so many digits is worth. */
  private static final int[] UNITS = {
    0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };

  private static final long SECONDS_PER_DAY = 86_400;
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int ORDINARY_LENGTH = 19;

  private byte[] bytes = {};
  private int at;
  private int to;
  private long seconds;
  private int nanos;
  private int end;
  private long lastDate; // the bytes of year and month, with what separates them
  private int lastDay;
  private long lastDaySeconds;
  private int yearNow;
  private long yearDay = Long.MIN_VALUE; // of which day that is

  /**
   * Whether the text from {@code start} to {@code end} begins with a time; then {@link #seconds},
   * {@link #nanos} and {@link #end} say which.
   *
   * @param readAt seconds since 1970 of now, for what the text leaves out
   */
  public boolean read(byte[] text, int start, int end, long readAt) {
    bytes = text;
    at = start;
    to = end;
    if (at < to && bytes[at] == '[') {
      at++;
    }
    if (!(isDigit(at) ? ordinary() || numeric(readAt) : named(readAt))) {
      return false;
    }
    this.end = at;
    return true;
  }

  /** As {@link #read}, but which time it is is not asked. */
  public boolean begins(byte[] text, int start, int end) {
    bytes = text;
    at = start;
    to = end;
    if (at < to && bytes[at] == '[') {
      at++;
    }
    return (isDigit(at) && ordinarySecond()) || read(text, start, end, 0);
  }

  /** Seconds since 1970. */
  public long seconds() {
    return seconds;
  }

  /** Nanoseconds in that second. */
  public int nanos() {
    return nanos;
  }

  /** The index behind the time. */
  public int end() {
    return end;
  }

  /**
   * The form that most lines begin with, {@code 2026-11-25T13:29:12} and its kin, read where it
   * lies. The day is mostly that of the line before. False for every other form, and then nothing
   * has moved.
   */
  private boolean ordinary() {
    if (!ordinarySecond()) {
      return false;
    }
    at += ORDINARY_LENGTH;
    fraction();
    zone();
    return true;
  }

  private boolean ordinarySecond() {
    int i = at;
    if (to - i < ORDINARY_LENGTH
        || bytes[i + 13] != ':'
        || bytes[i + 16] != ':'
        || (bytes[i + 10] != ' ' && (bytes[i + 10] | ' ') != 't')) {
      return false;
    }
    long date = (long) LONG.get(bytes, i);
    int dayOfMonth = two(i + 8);
    if (date != lastDate || dayOfMonth != lastDay) {
      int year = two(i) < 0 || two(i + 2) < 0 ? -1 : two(i) * 100 + two(i + 2);
      int month = two(i + 5);
      boolean separated =
          bytes[i + 4] == bytes[i + 7] && (bytes[i + 4] == '-' || bytes[i + 4] == '/');
      if (!separated || year < 0 || month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31) {
        return false;
      }
      lastDate = date;
      lastDay = dayOfMonth;
      lastDaySeconds = days(year, month, dayOfMonth) * SECONDS_PER_DAY;
    }
    int hour = two(i + 11);
    int minute = two(i + 14);
    int second = two(i + 17);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
      return false;
    }
    seconds = lastDaySeconds + hour * 3_600L + minute * 60L + second;
    return true;
  }

  /** The number of two digits, or less than 0. */
  private int two(int index) {
    int tens = bytes[index] - '0';
    int ones = bytes[index + 1] - '0';
    return (tens | ones | 9 - tens | 9 - ones) < 0 ? -1 : tens * 10 + ones;
  }

  private boolean numeric(long readAt) {
    int start = at;
    int year = digits(4);
    if (year >= 0 && (is('-') || is('/'))) {
      byte separator = bytes[at++];
      int month = digits(2);
      if (month < 0 || !skip(separator)) {
        return false;
      }
      int day = digits(2);
      return day >= 0 && (skip('T') || skip('t') || skip(' ')) && dated(year, month, day);
    }
    at = start;
    int first = digits(2);
    if (first >= 0 && skip('/')) {
      int month = month();
      year = month > 0 && skip('/') ? digits(4) : -1;
      return year >= 0 && (skip(':') || skip(' ')) && dated(year, month, first);
    }
    at = start;
    return clock() && undated(readAt);
  }

  private boolean named(long readAt) {
    int month = month();
    int day;
    if (month > 0) {
      if (!skip(' ')) {
        return false;
      }
      day = skip(' ') ? digits(1) : digits(2);
    } else {
      if (at >= to || "IWEF".indexOf(bytes[at]) < 0) {
        return false;
      }
      at++;
      month = digits(2);
      day = digits(2);
    }
    if (month < 1 || day < 1 || !skip(' ')) {
      return false;
    }
    int year = yearOf(readAt);
    if (!dated(year, month, day)) {
      return false;
    }
    closest(readAt, 365 * SECONDS_PER_DAY);
    return true;
  }

  /** The time of day of a date, and its zone. */
  private boolean dated(int year, int month, int day) {
    if (month < 1 || month > 12 || day < 1 || day > 31 || !clock()) {
      return false;
    }
    seconds += days(year, month, day) * SECONDS_PER_DAY;
    zone();
    return true;
  }

  private boolean undated(long readAt) {
    seconds += Math.floorDiv(readAt, SECONDS_PER_DAY) * SECONDS_PER_DAY;
    zone();
    closest(readAt, SECONDS_PER_DAY);
    return true;
  }

  private void closest(long readAt, long step) {
    if (seconds - readAt > step / 2) {
      seconds -= step;
    } else if (readAt - seconds > step / 2) {
      seconds += step;
    }
  }

  /** Hours, minutes, seconds and their fraction. */
  private boolean clock() {
    int hour = digits(2);
    if (hour < 0 || hour > 23 || !skip(':')) {
      return false;
    }
    int minute = digits(2);
    if (minute < 0 || minute > 59 || !skip(':')) {
      return false;
    }
    int second = digits(2);
    if (second < 0 || second > 60) {
      return false;
    }
    seconds = hour * 3_600L + minute * 60L + second;
    fraction();
    return true;
  }

  /** The fraction of the second, if there is one; digits beyond nanoseconds are passed over. */
  private void fraction() {
    nanos = 0;
    if (!(is('.') || is(',')) || !isDigit(at + 1)) {
      return;
    }
    int value = 0;
    int digits = 0;
    for (at++; isDigit(at); at++) {
      if (digits < NANO_DIGITS) {
        value = value * 10 + bytes[at] - '0';
        digits++;
      }
    }
    nanos = value * UNITS[digits];
  }

  /** Takes a zone into the seconds, if there is one. */
  private void zone() {
    int start = at;
    skip(' ');
    if ((skip('Z') || skip('z')) && !isLetter(at)) {
      return;
    }
    if (is('+') || is('-')) {
      int sign = bytes[at++] == '+' ? 1 : -1;
      int hours = digits(2);
      skip(':');
      int minutes = digits(2);
      if (hours >= 0 && hours <= 18 && minutes >= 0 && minutes <= 59) {
        seconds -= sign * (hours * 3_600L + minutes * 60L);
        return;
      }
    }
    at = start;
  }

  /**
   * The number of exactly so many digits, or -1 where others stand; moves in the first case only.
   */
  private int digits(int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      if (!isDigit(i)) {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    at += count;
    return value;
  }

  private int month() {
    if (at + 3 > to) {
      return -1;
    }
    for (int i = 0; i < MONTHS.length(); i += 3) {
      if (bytes[at] == MONTHS.charAt(i)
          && bytes[at + 1] == MONTHS.charAt(i + 1)
          && bytes[at + 2] == MONTHS.charAt(i + 2)) {
        at += 3;
        return i / 3 + 1;
      }
    }
    return -1;
  }

  private boolean isDigit(int index) {
    return index < to && bytes[index] >= '0' && bytes[index] <= '9';
  }

  /** The first letter of a word is no zone. */
  private boolean isLetter(int index) {
    return index < to && Character.isLetterOrDigit(bytes[index]);
  }

  private boolean is(int expected) {
    return at < to && bytes[at] == expected;
  }

  private boolean skip(int expected) {
    if (is(expected)) {
      at++;
      return true;
    }
    return false;
  }

  /** The year of {@code readAt}; looked up once a day. */
  private int yearOf(long readAt) {
    long day = Math.floorDiv(readAt, SECONDS_PER_DAY);
    if (day != yearDay) {
      yearNow = Instant.ofEpochSecond(readAt).atOffset(ZoneOffset.UTC).getYear();
      yearDay = day;
    }
    return yearNow;
  }

  /**
   * Days since 1970 in the Gregorian calendar; years begin in March, so that leap days end them.
   */
  private static long days(int year, int month, int day) {
    int y = month > 2 ? year : year - 1;
    int era = Math.floorDiv(y, 400);
    int ofEra = y - era * 400;
    int ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146_097L + ofEra * 365L + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
  }
}
