package io.containerpatterns.logshipper.encode;

/**
 * The text that a value is, whether it stands as text or as JSON: a string of JSON without its
 * quotes and escapes, everything else as it stands. Kept for the next value; confined to one
 * thread; allocates only while a string with escapes is longer than any before.
 */
public final class PlainText {
  private final Sink unescaped = new Sink(64);
  private byte[] bytes = {};
  private int start;
  private int end;

  /** Empty. */
  public PlainText() {}

  /**
   * Looks at a value, which is lent as long as this is asked about it.
   *
   * @param json whether it stands as JSON
   */
  public void read(byte[] from, int newStart, int newEnd, boolean json) {
    bytes = from;
    start = newStart;
    end = newEnd;
    if (json && newEnd - newStart >= 2 && from[newStart] == '"') {
      start++;
      end--;
      if (hasEscape()) {
        unescaped.cutTo(0);
        if (JsonText.write(from, start, end, unescaped)) {
          bytes = unescaped.array();
          start = 0;
          end = unescaped.length();
        }
      }
    }
  }

  private boolean hasEscape() {
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** The array that holds the text. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the text begins in it. */
  public int start() {
    return start;
  }

  /** Where the text ends. */
  public int end() {
    return end;
  }
}
