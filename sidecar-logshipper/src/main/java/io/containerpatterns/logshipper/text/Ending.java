package io.containerpatterns.logshipper.text;

/**
 * That nothing will come behind the last byte of a file, or not soon enough. It holds only as long
 * as the file ends where it did: whoever looked and whoever reads are not one.
 *
 * @param at the size of the file; -1 for a file that goes on
 * @param line whether its last line is whole even without a line end. A program that writes by
 *     blocks leaves half lines standing for as long as it likes, so this is for files that are over
 */
public record Ending(long at, boolean line) {
  /** The file goes on: its last event waits for a line that may belong to it. */
  public static final Ending NONE = new Ending(-1, false);

  boolean isAt(long end) {
    return at == end;
  }
}
