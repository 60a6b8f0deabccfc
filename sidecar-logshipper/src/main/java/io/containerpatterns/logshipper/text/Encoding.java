package io.containerpatterns.logshipper.text;

import io.containerpatterns.logshipper.encode.Sink;

/**
 * How the characters of a file are written as bytes. Lines are found in the bytes as they are, so
 * that offsets are those of the file; their text is made UTF-8 afterwards.
 */
public enum Encoding {
  /** RFC 3629, and everything that is ASCII where it matters. */
  UTF_8(1),
  /** RFC 2781, the lower byte first. */
  UTF_16LE(2),
  /** RFC 2781, the higher byte first. */
  UTF_16BE(2);

  private static final int MARK = 0xfeff;
  private static final int MARK_LENGTH_UTF_8 = 3;

  private final int unit;

  Encoding(int unit) {
    this.unit = unit;
  }

  /** What the byte order mark at the head of a file says; UTF-8 without one. */
  public static Encoding of(byte[] head, int length) {
    if (length < 2) {
      return UTF_8;
    }
    int first = (head[0] & 0xff) << 8 | head[1] & 0xff;
    return first == MARK ? UTF_16BE : first == 0xfffe ? UTF_16LE : UTF_8;
  }

  /** How many bytes a line end has, and everything else has a multiple of. */
  public int unit() {
    return unit;
  }

  /** How many bytes at the very beginning of a file are its byte order mark; 0 without one. */
  public int mark(byte[] bytes, int start, int end) {
    if (this != UTF_8) {
      return end - start >= unit && at(bytes, start) == MARK ? unit : 0;
    }
    boolean marked =
        end - start >= MARK_LENGTH_UTF_8
            && (bytes[start] & 0xff) == 0xef
            && (bytes[start + 1] & 0xff) == 0xbb
            && (bytes[start + 2] & 0xff) == 0xbf;
    return marked ? MARK_LENGTH_UTF_8 : 0;
  }

  /**
   * The index of the first line feed from {@code from}, where a character begins, to {@code to}; -1
   * when there is none that is whole.
   */
  int feed(byte[] bytes, int from, int to) {
    if (this == UTF_8) {
      return Lines.feed(bytes, from, to);
    }
    // The byte is looked for quickly, and then whether it is all of a character.
    for (int at = Lines.feed(bytes, from, to); at >= 0; at = Lines.feed(bytes, at + 1, to)) {
      int character = at - (at - from) % unit;
      if (character + unit <= to && at(bytes, character) == '\n') {
        return character;
      }
    }
    return -1;
  }

  /** The end of the text of a line that ends before {@code feed}. */
  int textEnd(byte[] bytes, int start, int feed) {
    if (this == UTF_8) {
      return Lines.textEnd(bytes, start, feed);
    }
    return feed - unit >= start && at(bytes, feed - unit) == '\r' ? feed - unit : feed;
  }

  /** Whether a line end stands right before {@code end}. */
  boolean isFed(byte[] bytes, int start, int end) {
    return end - start >= unit
        && (this == UTF_8 ? bytes[end - 1] == '\n' : at(bytes, end - unit) == '\n');
  }

  /** The last place at or before {@code end} where a character begins. */
  int boundary(byte[] bytes, int start, int end) {
    int at = end - (end - start) % unit;
    boolean divides = at - unit > start && Character.isHighSurrogate((char) at(bytes, at - unit));
    return divides ? at - unit : at;
  }

  /**
   * Appends the text as UTF-8. Half a surrogate pair and half a character come out as bytes that
   * are no UTF-8, so that whoever writes them on sees and marks them.
   */
  public void toUtf8(byte[] bytes, int start, int end, Sink to) {
    if (this == UTF_8) {
      to.put(bytes, start, end);
      return;
    }
    byte[] target = to.room(3 * ((end - start + unit) / unit));
    int begun = to.length();
    int out = begun;
    int at = start;
    for (; at + unit <= end; at += unit) {
      int character = at(bytes, at);
      if (character < 0x80) {
        target[out++] = (byte) character;
        continue;
      }
      if (character < 0x800) {
        target[out++] = (byte) (0xc0 | character >> 6);
        target[out++] = (byte) (0x80 | character & 0x3f);
        continue;
      }
      boolean pair =
          Character.isHighSurrogate((char) character)
              && at + 2 * unit <= end
              && Character.isLowSurrogate((char) at(bytes, at + unit));
      if (pair) {
        int point = Character.toCodePoint((char) character, (char) at(bytes, at + unit));
        at += unit;
        target[out++] = (byte) (0xf0 | point >> 18);
        target[out++] = (byte) (0x80 | point >> 12 & 0x3f);
        target[out++] = (byte) (0x80 | point >> 6 & 0x3f);
        target[out++] = (byte) (0x80 | point & 0x3f);
      } else {
        target[out++] = (byte) (0xe0 | character >> 12);
        target[out++] = (byte) (0x80 | character >> 6 & 0x3f);
        target[out++] = (byte) (0x80 | character & 0x3f);
      }
    }
    if (at < end) {
      target[out++] = (byte) 0xff;
    }
    to.wrote(out - begun);
  }

  private int at(byte[] bytes, int index) {
    int low = this == UTF_16LE ? index : index + 1;
    int high = this == UTF_16LE ? index + 1 : index;
    return (bytes[high] & 0xff) << 8 | bytes[low] & 0xff;
  }
}
