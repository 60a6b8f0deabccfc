package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.Utf8;

/**
 * Finds the ends of values of JSON, and is strict about what lies between: what it passes over is
 * valid by RFC 8259 and in valid UTF-8. Deeper than {@value #DEPTH_MAX} nothing is valid. Confined
 * to one thread; allocates nothing, and goes no deeper on the stack for deeper values.
 */
public final class JsonScanner {
  /** How many objects and arrays may lie in each other. */
  public static final int DEPTH_MAX = 64;

  private static final int INVALID = -1;
  private static final int UNIT_DIGITS = 4;
  private static final int REPLACEMENT = 0xfffd;

  private boolean escaped;

  /** With nothing read. */
  public JsonScanner() {}

  /**
   * The index of the first byte from {@code from} that is no white space, {@code to} if all are.
   */
  public static int blank(byte[] b, int from, int to) {
    int at = from;
    while (at < to
        && b[at] <= ' '
        && (b[at] == ' ' || b[at] == '\n' || b[at] == '\r' || b[at] == '\t')) {
      at++;
    }
    return at;
  }

  /**
   * The index behind the value that begins at {@code from}, where no white space may stand;
   * negative when there is no valid value.
   */
  public int value(byte[] b, int from, int to) {
    long kinds = 0; // of what lies around, innermost lowest: 1 for an object, 0 for an array
    int depth = 0;
    int at = from;
    while (true) {
      if (at == to) {
        return INVALID;
      }
      byte first = b[at];
      if (first == '{' || first == '[') {
        boolean object = first == '{';
        at = blank(b, at + 1, to);
        if (at == to || depth == DEPTH_MAX) {
          return INVALID;
        }
        if (b[at] != (object ? '}' : ']')) {
          kinds = kinds << 1 | (object ? 1 : 0);
          depth++;
          at = object ? name(b, at, to) : at;
          if (at < 0) {
            return INVALID;
          }
          continue;
        }
        at++;
      } else {
        at = first == '"' ? string(b, at, to) : scalar(b, at, to);
        if (at < 0) {
          return INVALID;
        }
      }
      // A value has ended, and with it perhaps what lies around it.
      boolean more = false;
      while (depth > 0 && !more) {
        at = blank(b, at, to);
        if (at == to) {
          return INVALID;
        }
        boolean object = (kinds & 1) != 0;
        if (b[at] == ',') {
          at = blank(b, at + 1, to);
          at = object ? name(b, at, to) : at;
          more = true;
        } else if (b[at] == (object ? '}' : ']')) {
          at++;
          depth--;
          kinds >>>= 1;
        } else {
          return INVALID;
        }
      }
      if (!more || at < 0) {
        return at;
      }
    }
  }

  /** From the quote of a name to where its value begins. */
  private int name(byte[] b, int from, int to) {
    int at = from < to && b[from] == '"' ? string(b, from, to) : INVALID;
    return at < 0 ? INVALID : colon(b, at, to);
  }

  /** From behind a name to where its value begins; negative when no colon stands there. */
  static int colon(byte[] b, int from, int to) {
    int at = blank(b, from, to);
    return at < to && b[at] == ':' ? blank(b, at + 1, to) : INVALID;
  }

  /**
   * From the quote at {@code from} to behind the one that ends the string; negative if none does.
   */
  public int string(byte[] b, int from, int to) {
    escaped = false;
    int at = from + 1;
    while (true) {
      at = JsonString.clean(b, at, to);
      if (at == to) {
        return INVALID;
      }
      if (b[at] == '"') {
        return at + 1;
      }
      int length = b[at] < 0 ? Utf8.sequence(b, at, to) : b[at] == '\\' ? escape(b, at, to) : 0;
      if (length == 0) {
        return INVALID;
      }
      escaped |= b[at] == '\\';
      at += length;
    }
  }

  /** Whether anything is escaped in the string that was read last. */
  public boolean isEscaped() {
    return escaped;
  }

  private static int escape(byte[] b, int at, int to) {
    if (at + 1 == to) {
      return 0;
    }
    return switch (b[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
      case 'u' -> at + 2 + UNIT_DIGITS <= to && unit(b, at + 2) >= 0 ? 2 + UNIT_DIGITS : 0;
      default -> 0;
    };
  }

  private static int scalar(byte[] b, int from, int to) {
    return switch (b[from]) {
      case 't' -> word("true", b, from, to);
      case 'f' -> word("false", b, from, to);
      case 'n' -> word("null", b, from, to);
      default -> number(b, from, to);
    };
  }

  private static int word(String word, byte[] b, int from, int to) {
    if (to - from < word.length()) {
      return INVALID;
    }
    for (int i = 1; i < word.length(); i++) {
      if (b[from + i] != word.charAt(i)) {
        return INVALID;
      }
    }
    return from + word.length();
  }

  private static int number(byte[] b, int from, int to) {
    int at = b[from] == '-' ? from + 1 : from;
    int digits = digits(b, at, to);
    if (digits == at || (b[at] == '0' && digits > at + 1)) {
      return INVALID;
    }
    at = digits;
    if (at < to && b[at] == '.') {
      digits = digits(b, at + 1, to);
      if (digits == at + 1) {
        return INVALID;
      }
      at = digits;
    }
    if (at < to && (b[at] == 'e' || b[at] == 'E')) {
      at++;
      if (at < to && (b[at] == '+' || b[at] == '-')) {
        at++;
      }
      digits = digits(b, at, to);
      return digits == at ? INVALID : digits;
    }
    return at;
  }

  private static int digits(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] >= '0' && b[at] <= '9') {
      at++;
    }
    return at;
  }

  /**
   * Writes what a valid string means as UTF-8 into {@code target} from {@code at}: never more than
   * there is between {@code start} and {@code end}. Half of a surrogate pair becomes U+FFFD.
   *
   * @param start behind its first quote
   * @param end at its last quote
   * @return the index behind what was written
   */
  public static int unescape(byte[] b, int start, int end, byte[] target, int at) {
    int out = at;
    int in = start;
    while (in < end) {
      int clean = JsonString.clean(b, in, end);
      System.arraycopy(b, in, target, out, clean - in);
      out += clean - in;
      in = clean;
      if (in == end) {
        return out;
      }
      if (b[in] != '\\') {
        target[out++] = b[in++];
      } else if (b[in + 1] != 'u') {
        target[out++] = single(b[in + 1]);
        in += 2;
      } else {
        int point = unit(b, in + 2);
        in += 2 + UNIT_DIGITS;
        if (point >= 0xd800 && point < 0xe000) {
          int low = end - in >= 6 && b[in] == '\\' && b[in + 1] == 'u' ? unit(b, in + 2) : 0;
          boolean pair = point < 0xdc00 && low >= 0xdc00 && low < 0xe000;
          in += pair ? 2 + UNIT_DIGITS : 0;
          point = pair ? 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00) : REPLACEMENT;
        }
        out = utf8(point, target, out);
      }
    }
    return out;
  }

  private static byte single(byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> letter;
    };
  }

  /** Writes a code point and returns the index behind it. */
  static int utf8(int point, byte[] target, int at) {
    int out = at;
    if (point < 0x80) {
      target[out++] = (byte) point;
      return out;
    }
    if (point < 0x800) {
      target[out++] = (byte) (0xc0 | point >> 6);
    } else {
      if (point < 0x10000) {
        target[out++] = (byte) (0xe0 | point >> 12);
      } else {
        target[out++] = (byte) (0xf0 | point >> 18);
        target[out++] = (byte) (0x80 | (point >> 12 & 0x3f));
      }
      target[out++] = (byte) (0x80 | (point >> 6 & 0x3f));
    }
    target[out++] = (byte) (0x80 | (point & 0x3f));
    return out;
  }

  /** The number that four hexadecimal digits are, negative when they are none. */
  static int unit(byte[] b, int at) {
    int unit = 0;
    for (int i = at; i < at + UNIT_DIGITS; i++) {
      int digit = Character.digit(b[i], 16);
      if (digit < 0) {
        return INVALID;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }
}
