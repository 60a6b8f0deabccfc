package io.containerpatterns.logshipper.event;

import java.nio.charset.StandardCharsets;

/** How serious an event is, least first; {@link #NONE} where it does not say. */
public enum Severity {
  /** It does not say. */
  NONE(0, 6),
  /** Every step. */
  TRACE(1, 7),
  /** For whoever looks for a fault. */
  DEBUG(5, 7),
  /** As it should be. */
  INFO(9, 6),
  /** Going on, with less. */
  WARN(13, 4),
  /** Something failed. */
  ERROR(17, 3),
  /** The end of it. */
  FATAL(21, 2);

  private final int otlp;
  private final int syslog;
  private final byte[] word;

  Severity(int otlp, int syslog) {
    this.otlp = otlp;
    this.syslog = syslog;
    this.word = name().toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
  }

  /** The number in the data model of OpenTelemetry, 0 to 24; 0 is unspecified. */
  public int otlp() {
    return otlp;
  }

  /** The number of RFC 5424, 6.2.1, 0 to 7; informational where the event does not say. */
  public int syslog() {
    return syslog;
  }

  /** In lower case; not to be changed. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public byte[] word() {
    return word;
  }
}
