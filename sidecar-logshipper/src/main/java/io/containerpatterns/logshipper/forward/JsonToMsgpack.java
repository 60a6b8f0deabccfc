package io.containerpatterns.logshipper.forward;

import io.containerpatterns.logshipper.encode.JsonText;
import io.containerpatterns.logshipper.encode.Sink;
import java.nio.charset.StandardCharsets;

/**
 * A JSON value (RFC 8259) as one of MessagePack. What is no JSON, too deep, or a number that none
 * of MessagePack's holds goes out as text, as it stands. Confined to one thread; allocates only for
 * numbers with more digits than a double has.
 */
final class JsonToMsgpack {
  /** Deeper values go out as text: the depth is that of our stack. */
  static final int DEPTH_MAX = 32;

  /** Up to here a power of ten is a double without rounding. */
  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final long EXACT_MAX = 1L << 53;
  private static final int LONGEST_WHOLE = 20;
  private static final int TEXT_HEAD = 0xdb;
  private static final int ARRAY_HEAD = 0xdd;
  private static final int MAP_HEAD = 0xdf;
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private byte[] from = {};
  private int at;
  private int end;
  private Sink to = new Sink(0);

  /** Appends the value from {@code start} to {@code stop}. */
  void write(byte[] bytes, int start, int stop, Sink target) {
    from = bytes;
    at = start;
    end = stop;
    to = target;
    int before = target.length();
    if (!value(0) || after() < end) {
      target.cutTo(before);
      Msgpack.text(bytes, start, stop, target);
    }
  }

  private boolean value(int depth) {
    if (after() == end || depth > DEPTH_MAX) {
      return false;
    }
    return switch (from[at]) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word(TRUE) && said(true);
      case 'f' -> word(FALSE) && said(false);
      case 'n' -> {
        boolean isNull = word(NULL);
        if (isNull) {
          Msgpack.nil(to);
        }
        yield isNull;
      }
      default -> number();
    };
  }

  private boolean said(boolean value) {
    Msgpack.bool(value, to);
    return true;
  }

  private boolean object(int depth) {
    at++;
    int head = Msgpack.openHead(MAP_HEAD, to);
    int count = 0;
    if (after() < end && from[at] == '}') {
      at++;
      return true;
    }
    while (after() < end) {
      if (from[at] != '"' || !string() || after() == end || from[at++] != ':') {
        return false;
      }
      if (!value(depth + 1) || after() == end) {
        return false;
      }
      count++;
      byte next = from[at++];
      if (next == '}') {
        Msgpack.closeHead(head, count, to);
        return true;
      }
      if (next != ',') {
        return false;
      }
    }
    return false;
  }

  private boolean array(int depth) {
    at++;
    int head = Msgpack.openHead(ARRAY_HEAD, to);
    int count = 0;
    if (after() < end && from[at] == ']') {
      at++;
      return true;
    }
    while (value(depth + 1) && after() < end) {
      count++;
      byte next = from[at++];
      if (next == ']') {
        Msgpack.closeHead(head, count, to);
        return true;
      }
      if (next != ',') {
        return false;
      }
    }
    return false;
  }

  private boolean string() {
    int start = at + 1;
    int stop = start;
    boolean escaped = false;
    while (stop < end && from[stop] != '"') {
      if (from[stop] == '\\') {
        escaped = true;
        stop++;
      }
      stop++;
    }
    if (stop >= end) {
      return false;
    }
    if (!escaped) {
      Msgpack.text(from, start, stop, to);
      at = stop + 1;
      return true;
    }
    int head = Msgpack.openHead(TEXT_HEAD, to);
    if (!JsonText.write(from, start, stop, to)) {
      return false;
    }
    Msgpack.closeHead(head, to.length() - head, to);
    at = stop + 1;
    return true;
  }

  /** A number (RFC 8259, 6): whole ones as they are, others as the nearest double. */
  private boolean number() {
    int start = at;
    boolean negative = from[at] == '-';
    at += negative ? 1 : 0;
    int digitsFrom = at;
    long value = 0;
    boolean exact = true; // whether the digits fit 63 bits
    int digits = digits();
    if (digits == 0 || (digits > 1 && from[digitsFrom] == '0')) {
      return false;
    }
    int wholeTo = at;
    int fractionTo = at;
    if (at < end && from[at] == '.') {
      at++;
      if (digits() == 0) {
        return false;
      }
      fractionTo = at;
    }
    long exponent = 0;
    boolean whole = fractionTo == wholeTo;
    if (at < end && (from[at] | 0x20) == 'e') {
      whole = false;
      at++;
      boolean minus = at < end && from[at] == '-';
      at += at < end && (from[at] == '-' || from[at] == '+') ? 1 : 0;
      int exponentFrom = at;
      if (digits() == 0) {
        return false;
      }
      for (int i = exponentFrom; i < at; i++) {
        exponent = Math.min(100_000, exponent * 10 + from[i] - '0');
      }
      exponent = minus ? -exponent : exponent;
    }
    for (int i = digitsFrom; i < fractionTo; i++) {
      if (from[i] != '.') {
        int digit = from[i] - '0';
        exact &= value <= (Long.MAX_VALUE - digit) / 10;
        value = value * 10 + digit;
      }
    }
    if (whole && exact) {
      Msgpack.integer(negative ? -value : value, to);
      return true;
    }
    exponent -= whole ? 0 : Math.max(0, fractionTo - wholeTo - 1);
    if (exact && value <= EXACT_MAX && Math.abs(exponent) < TENS.length) {
      double power = TENS[(int) Math.abs(exponent)];
      double magnitude = exponent < 0 ? value / power : value * power;
      Msgpack.decimal(negative ? -magnitude : magnitude, to);
      return true;
    }
    return rare(start, negative, whole);
  }

  /** Numbers that need more than a long and a power of ten. */
  private boolean rare(int start, boolean negative, boolean whole) {
    String text = new String(from, start, at - start, StandardCharsets.ISO_8859_1);
    if (whole && at - start <= LONGEST_WHOLE) {
      return integer(text, negative);
    }
    double value = Double.parseDouble(text);
    // A whole number that is rounded would be another one, and an id with it.
    if (whole || Double.isInfinite(value)) {
      return false;
    }
    Msgpack.decimal(value, to);
    return true;
  }

  private boolean integer(String text, boolean negative) {
    try {
      if (negative) {
        Msgpack.integer(Long.parseLong(text), to);
      } else {
        Msgpack.unsigned(Long.parseUnsignedLong(text), to);
      }
      return true;
    } catch (NumberFormatException tooLarge) {
      return false;
    }
  }

  private int digits() {
    int start = at;
    while (at < end && from[at] >= '0' && from[at] <= '9') {
      at++;
    }
    return at - start;
  }

  private boolean word(byte[] word) {
    if (end - at < word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (from[at + i] != word[i]) {
        return false;
      }
    }
    at += word.length;
    return true;
  }

  /** Goes behind white space. */
  private int after() {
    while (at < end
        && (from[at] == ' ' || from[at] == '\n' || from[at] == '\r' || from[at] == '\t')) {
      at++;
    }
    return at;
  }
}
