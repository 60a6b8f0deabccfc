package io.containerpatterns.chassis.settings;

/**
 * One wrong value, told so that the reader knows what to do:
 *
 * <pre>
 * ELECTOR_LEASE: "10" (expected: a duration such as 10s, from 500ms to 1h); unset it to use 10s
 * ELECTOR_STORE: not set (expected: one of file); set it, such as ELECTOR_STORE=file
 * </pre>
 *
 * @param subject the setting, file position or argument
 * @param value what was found, shown quoted and cut to 80 characters; empty when nothing was; never
 *     a secret
 * @param expected the condition that it failed
 * @param remedy the next step; may be empty
 */
public record Problem(String subject, String value, String expected, String remedy) {
  private static final int SHOWN_MAX = 80;

  /** The whole sentence. */
  @Override
  public String toString() {
    return subject
        + ": "
        + found()
        + " (expected: "
        + expected
        + ")"
        + (remedy.isEmpty() ? "" : "; " + remedy);
  }

  private String found() {
    if (value.isEmpty()) {
      return "not set";
    }
    return '"'
        + (value.length() <= SHOWN_MAX ? value : value.substring(0, SHOWN_MAX) + "...")
        + '"';
  }
}
