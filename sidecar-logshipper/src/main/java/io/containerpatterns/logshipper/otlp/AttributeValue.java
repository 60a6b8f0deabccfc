package io.containerpatterns.logshipper.otlp;

import io.containerpatterns.logshipper.encode.PlainText;
import io.containerpatterns.logshipper.event.Fields;
import java.nio.charset.StandardCharsets;

/**
 * What a field is to OTLP, which has types: text, a whole number, a number, yes or no, or nothing.
 * Objects and lists of JSON are text. Kept for the next field; confined to one thread.
 */
final class AttributeValue {
  private static final int DIGITS_EXACT = 15;
  private static final int DIGITS_LONG = 18;
  private static final double[] POWERS = new double[23]; // those that a double holds exactly

  static {
    double power = 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power *= 10;
    }
  }

  /** The kinds of a value, as the fields of AnyValue are called. */
  enum Kind {
    NOTHING,
    TEXT,
    BOOL,
    INT,
    DOUBLE
  }

  private final PlainText text = new PlainText();
  private Kind kind = Kind.NOTHING;
  private long whole;
  private double number;

  /** Looks at field {@code index}. */
  void read(Fields fields, int index) {
    byte[] bytes = fields.valueBytes(index);
    int start = fields.valueStart(index);
    int end = fields.valueEnd(index);
    boolean json = fields.isJson(index);
    text.read(bytes, start, end, json);
    kind = json && start < end ? kind(bytes, start, end) : Kind.TEXT;
  }

  Kind kind() {
    return kind;
  }

  /** Of {@link Kind#TEXT}; of any other, what stands there. */
  PlainText text() {
    return text;
  }

  /** Of {@link Kind#INT}; of {@link Kind#BOOL}, 0 or 1. */
  long whole() {
    return whole;
  }

  /** Of {@link Kind#DOUBLE}. */
  double number() {
    return number;
  }

  private Kind kind(byte[] bytes, int start, int end) {
    return switch (bytes[start]) {
      case 't', 'f' -> {
        whole = bytes[start] == 't' ? 1 : 0;
        yield Kind.BOOL;
      }
      case 'n' -> Kind.NOTHING;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> numeric(bytes, start, end);
      default -> Kind.TEXT;
    };
  }

  /**
   * A number with no more digits than a double holds is its digits divided or multiplied once by an
   * exact power of ten, which rounds once and so is right; others are left to the JDK.
   */
  private Kind numeric(byte[] bytes, int start, int end) {
    boolean negative = bytes[start] == '-';
    int at = negative ? start + 1 : start;
    long digits = 0;
    int count = 0;
    int behindPoint = -1;
    for (; at < end; at++) {
      int b = bytes[at];
      if (b >= '0' && b <= '9' && count < DIGITS_LONG) {
        digits = digits * 10 + b - '0';
        count += digits == 0 ? 0 : 1;
        behindPoint += behindPoint < 0 ? 0 : 1;
      } else if (b == '.' && behindPoint < 0) {
        behindPoint = 0;
      } else {
        break;
      }
    }
    long signed = negative ? -digits : digits;
    if (at == end && behindPoint < 0) {
      whole = signed;
      return Kind.INT;
    }
    if (at == end && count <= DIGITS_EXACT && behindPoint < POWERS.length) {
      number = signed / POWERS[behindPoint];
      return Kind.DOUBLE;
    }
    return rare(bytes, start, end);
  }

  private Kind rare(byte[] bytes, int start, int end) {
    String shown = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    try {
      whole = Long.parseLong(shown);
      return Kind.INT;
    } catch (NumberFormatException notWhole) {
      try {
        number = Double.parseDouble(shown);
      } catch (NumberFormatException none) {
        return Kind.TEXT;
      }
      // A number that is too large for a double stays what it is, as text.
      return Double.isFinite(number) ? Kind.DOUBLE : Kind.TEXT;
    }
  }
}
