package io.containerpatterns.chassis.log;

/**
 * An event as people read it. Values are quoted where a blank would make them ambiguous; a
 * character that could end the line or move the cursor is escaped, so that one event is one line
 * whatever a peer sent.
 *
 * <pre>
 *   2026-01-01T00:00:00.123Z INFO  elector.Election: leading election=default token=4
 *   2026-01-01T00:00:01.002Z WARN  elector.Renewal: store unreachable cause="IOException: No space left on device"
 * </pre>
 */
final class TextLine {
  private TextLine() {}

  static String of(LogEvent event) {
    StringBuilder line = new StringBuilder(160);
    appendTime(line, event.time().toEpochMilli());
    line.append(' ').append(event.level().name());
    line.append(event.level().name().length() == 4 ? "  " : " ");
    line.append(event.logger()).append(": ");
    escape(line, event.message());
    for (LogEvent.Pair pair : event.pairs()) {
      line.append(' ').append(pair.key()).append('=');
      value(line, pair.value());
    }
    return line.toString();
  }

  private static void value(StringBuilder line, String value) {
    if (isPlain(value)) {
      line.append(value);
    } else {
      line.append('"');
      escape(line, value);
      line.append('"');
    }
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '"' || c == '=' || c == '\\' || Escapes.needed(c)) {
        return false;
      }
    }
    return !value.isEmpty();
  }

  private static void escape(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else {
        Escapes.append(line, c);
      }
    }
  }

  /**
   * ISO 8601 in UTC with milliseconds; by hand, because the JDK's formatter costs milliseconds at
   * the first line.
   */
  static void appendTime(StringBuilder line, long epochMillis) {
    long days = Math.floorDiv(epochMillis, 86_400_000L);
    int ofDay = (int) Math.floorMod(epochMillis, 86_400_000L);
    // Days to date as in Howard Hinnant's civil_from_days: years begin in March, so that the leap
    // day comes last.
    long shifted = days + 719_468;
    long era = Math.floorDiv(shifted, 146_097L);
    int ofEra = (int) Math.floorMod(shifted, 146_097L);
    int yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * ofYear + 2) / 153;
    int day = ofYear - (153 * monthFromMarch + 2) / 5 + 1;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    digits(line, year, 4).append('-');
    digits(line, month, 2).append('-');
    digits(line, day, 2).append('T');
    digits(line, ofDay / 3_600_000, 2).append(':');
    digits(line, ofDay / 60_000 % 60, 2).append(':');
    digits(line, ofDay / 1_000 % 60, 2).append('.');
    digits(line, ofDay % 1_000, 3).append('Z');
  }

  private static StringBuilder digits(StringBuilder line, long number, int width) {
    String text = Long.toString(number);
    line.repeat('0', Math.max(0, width - text.length()));
    return line.append(text);
  }
}
