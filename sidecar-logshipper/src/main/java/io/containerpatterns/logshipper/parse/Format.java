package io.containerpatterns.logshipper.parse;

/** The form in which the events of a file are written. */
public enum Format {
  /** Found out from the head of each file, by {@link Detection}. */
  AUTO,
  /** Any text; its time and its severity are looked for at the beginning. */
  NONE,
  /** One object of JSON (RFC 8259). */
  JSON,
  /** {@code key=value key="quoted value"}. */
  LOGFMT,
  /** {@code <time> <stdout|stderr> <P|F> <text>}, as the runtimes of Kubernetes write. */
  CRI,
  /** One object of JSON with {@code log}, {@code stream} and {@code time}, as Docker writes. */
  DOCKER,
  /** RFC 5424, or the older form that RFC 3164 describes. */
  SYSLOG,
  /** By a regular expression with named groups. */
  REGEX
}
