package io.containerpatterns.chassis;

/**
 * How a process of ours ends, as its exit status tells. The numbers are those of BSD's sysexits.h,
 * so that whoever started the process can tell a mistake of the operator from one of the world and
 * from one of ours.
 */
public enum ExitCode {
  /** A clean stop: everything accepted was finished or handed back. Also after SIGTERM. */
  OK(0),
  /** The command line was not understood. */
  BAD_COMMAND_LINE(64),
  /** An upstream that the settings call required could not be reached at the start. */
  UPSTREAM_MISSING(69),
  /** A fault of ours: an invariant broke, or memory ran out. */
  INTERNAL_ERROR(70),
  /** Stopped, but work was lost or left behind; the last log line says what. */
  WORK_LEFT_BEHIND(75),
  /**
   * The settings, or what they point to (an address in use, a folder that cannot be written), do
   * not work.
   */
  BAD_SETTINGS(78);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The status given to the operating system. */
  public int status() {
    return status;
  }
}
