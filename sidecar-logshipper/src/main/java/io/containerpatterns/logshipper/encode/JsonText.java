package io.containerpatterns.logshipper.encode;

import java.nio.charset.StandardCharsets;

/** The text that a string of JSON stands for (RFC 8259, section 7). */
public final class JsonText {
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);
  private static final int UNIT_DIGITS = 4;

  private JsonText() {}

  /**
   * Appends what lies between the quotes with its escapes undone. Half a surrogate pair and bytes
   * that are no UTF-8 come out as U+FFFD, so that what is appended is UTF-8.
   *
   * @return false when an escape is none; what was appended by then is to be cut off
   */
  public static boolean write(byte[] from, int start, int end, Sink to) {
    int at = start;
    while (at < end) {
      int run = at;
      while (run < end && from[run] != '\\') {
        run++;
      }
      Utf8.write(from, at, run, to);
      at = run;
      if (at < end) {
        at = escape(from, at + 1, end, to);
        if (at < 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Undoes the escape behind the backslash; where it ends, or -1 when it is none. */
  private static int escape(byte[] from, int at, int end, Sink to) {
    if (at == end) {
      return -1;
    }
    byte letter = from[at];
    switch (letter) {
      case '"', '\\', '/' -> to.put(letter);
      case 'n' -> to.put('\n');
      case 'r' -> to.put('\r');
      case 't' -> to.put('\t');
      case 'b' -> to.put('\b');
      case 'f' -> to.put('\f');
      case 'u' -> {
        return unicode(from, at + 1, end, to);
      }
      default -> {
        return -1;
      }
    }
    return at + 1;
  }

  private static int unicode(byte[] from, int at, int end, Sink to) {
    int unit = unit(from, at, end);
    if (unit < 0) {
      return -1;
    }
    int after = at + UNIT_DIGITS;
    if (!Character.isSurrogate((char) unit)) {
      point(unit, to);
      return after;
    }
    boolean followed = after + 1 < end && from[after] == '\\' && from[after + 1] == 'u';
    int low = followed ? unit(from, after + 2, end) : -1;
    if (low >= 0 && Character.isSurrogatePair((char) unit, (char) low)) {
      point(Character.toCodePoint((char) unit, (char) low), to);
      return after + 2 + UNIT_DIGITS;
    }
    to.put(REPLACEMENT); // Half a pair is no character.
    return after;
  }

  private static int unit(byte[] from, int start, int end) {
    if (start + UNIT_DIGITS > end) {
      return -1;
    }
    int unit = 0;
    for (int i = start; i < start + UNIT_DIGITS; i++) {
      int digit = Character.digit(from[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static void point(int point, Sink to) {
    if (point < 0x80) {
      to.put(point);
    } else if (point < 0x800) {
      to.put(0xc0 | point >>> 6);
      to.put(tail(point));
    } else if (point < 0x1_0000) {
      to.put(0xe0 | point >>> 12);
      to.put(tail(point >>> 6));
      to.put(tail(point));
    } else {
      to.put(0xf0 | point >>> 18);
      to.put(tail(point >>> 12));
      to.put(tail(point >>> 6));
      to.put(tail(point));
    }
  }

  private static int tail(int bits) {
    return 0x80 | (bits & 0x3f);
  }
}
