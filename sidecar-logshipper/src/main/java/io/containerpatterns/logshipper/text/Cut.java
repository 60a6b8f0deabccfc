package io.containerpatterns.logshipper.text;

import io.containerpatterns.logshipper.identity.Anchor;

/**
 * How far a file was cut into events.
 *
 * @param next where to go on
 * @param seen the offset behind the last byte that was read
 * @param stop why it went no further
 */
public record Cut(Anchor next, long seen, Stop stop) {
  /** Why a cut went no further. */
  public enum Stop {
    /**
     * The file ends at {@link Cut#seen}; what lies between {@link Cut#next} and there is not whole.
     */
    END,
    /** The buffer does; there is more in the file. */
    BUFFER,
    /** An event was not taken. */
    NOT_TAKEN,
    /** What stands before the offset is not what was read there: it is another content. */
    CHANGED
  }
}
