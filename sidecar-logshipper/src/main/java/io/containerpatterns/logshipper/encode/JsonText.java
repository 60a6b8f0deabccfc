package io.containerpatterns.logshipper.encode;

/**
 * A value of JSON as it stands in a log line, for formats that are not JSON. Taken as it is where
 * it is not well formed; never fails.
 */
public final class JsonText {
  private JsonText() {}

  /** Whether it is a string with its quotes. */
  public static boolean isString(byte[] bytes, int start, int end) {
    return end - start >= 2 && bytes[start] == '"' && bytes[end - 1] == '"';
  }

  /**
   * Appends the text of a string, given without its quotes (RFC 8259, section 7). A surrogate
   * without its other half becomes U+FFFD; an escape that is none stays as it is.
   */
  public static void unescape(byte[] from, int start, int end, Sink to) {
    int begun = start;
    int at = start;
    while (at < end) {
      if (from[at] != '\\' || at + 1 >= end) {
        at++;
        continue;
      }
      to.put(from, begun, at);
      at = escape(from, at, end, to);
      begun = at;
    }
    to.put(from, begun, end);
  }

  /** Appends what the escape at {@code at} stands for, and returns the index behind it. */
  private static int escape(byte[] from, int at, int end, Sink to) {
    int letter = from[at + 1];
    int plain =
        switch (letter) {
          case '"', '\\', '/' -> letter;
          case 'n' -> '\n';
          case 't' -> '\t';
          case 'r' -> '\r';
          case 'b' -> '\b';
          case 'f' -> '\f';
          default -> -1;
        };
    if (plain >= 0) {
      to.put(plain);
      return at + 2;
    }
    int unit = letter == 'u' ? unit(from, at + 2, end) : -1;
    if (unit < 0) {
      to.put(from, at, at + 2);
      return at + 2;
    }
    if (unit >= 0xd800
        && unit < 0xdc00
        && at + 7 < end
        && from[at + 6] == '\\'
        && from[at + 7] == 'u') {
      int low = unit(from, at + 8, end);
      if (low >= 0xdc00 && low < 0xe000) {
        codePoint(0x10000 + (unit - 0xd800 << 10) + (low - 0xdc00), to);
        return at + 12;
      }
    }
    codePoint(unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit, to);
    return at + 6;
  }

  /** The number of four hexadecimal digits, or -1. */
  private static int unit(byte[] from, int at, int end) {
    if (at + 4 > end) {
      return -1;
    }
    int unit = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(from[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static void codePoint(int point, Sink to) {
    if (point < 0x80) {
      to.put(point);
      return;
    }
    int tails = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    int lead = tails == 1 ? 0xc0 : tails == 2 ? 0xe0 : 0xf0;
    to.put(lead | point >>> 6 * tails);
    for (int i = tails - 1; i >= 0; i--) {
      to.put(0x80 | point >>> 6 * i & 0x3f);
    }
  }
}
