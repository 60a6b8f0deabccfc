package io.containerpatterns.logshipper.syslog;

import java.nio.charset.StandardCharsets;

/**
 * What the head of every message says about us (RFC 5424, 6.2). Characters that may not stand there
 * are replaced by {@code _}, what is too long is cut, and nothing at all is {@code -}.
 *
 * @param facility 0 to 23 (RFC 5424, 6.2.1), such as 1 for user-level messages or 16 for local0
 * @param hostname up to 255 characters
 * @param app up to 48
 * @param process up to 128
 * @param dataId of the structured data, such as {@code log@32473} with the enterprise number of
 *     whoever says what its names mean (RFC 5424, 7.2.2), up to 32 characters
 */
public record SyslogHeader(
    int facility, String hostname, String app, String process, String dataId) {
  /** User-level messages. */
  public static final int USER = 1;

  /** With the number that is for examples (RFC 5612), as long as nobody says another. */
  public static final String DATA_ID = "log@32473";

  private static final int FACILITY_MAX = 23;

  /** Makes every part one that may stand there. */
  public SyslogHeader {
    if (facility < 0 || facility > FACILITY_MAX) {
      throw new IllegalArgumentException(
          "facility: " + facility + " (expected: 0 to " + FACILITY_MAX + ")");
    }
    hostname = printable(hostname, 255);
    app = printable(app, 48);
    process = printable(process, 128);
    dataId = name(dataId);
  }

  /** Of this facility and names, with no process and the usual id of the data. */
  public static SyslogHeader of(int facility, String hostname, String app) {
    return new SyslogHeader(facility, hostname, app, "", DATA_ID);
  }

  /** What stands between the time and the structured data, with a space on both sides. */
  byte[] names() {
    return (" " + hostname + " " + app + " " + process + " - ").getBytes(StandardCharsets.US_ASCII);
  }

  private static String printable(String text, int most) {
    String cut = text.length() <= most ? text : text.substring(0, most);
    String shown = cut.replaceAll("[^!-~]", "_");
    return shown.isEmpty() ? "-" : shown;
  }

  private static String name(String text) {
    String shown = printable(text, 32).replaceAll("[=\\]\"]", "_");
    return shown.equals("-") ? DATA_ID : shown;
  }
}
