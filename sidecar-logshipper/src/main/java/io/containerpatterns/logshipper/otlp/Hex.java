package io.containerpatterns.logshipper.otlp;

import io.containerpatterns.logshipper.event.Fields;

/** The ids of a trace as log lines show them: hexadecimal digits, not all zero. */
final class Hex {
  private Hex() {}

  /** Whether the value of field {@code index} is so many bytes in hexadecimal. */
  static boolean isId(Fields fields, int index, int bytes) {
    byte[] value = fields.valueBytes(index);
    int start = start(fields, index);
    int end = end(fields, index);
    if (end - start != 2 * bytes) {
      return false;
    }
    boolean zero = true;
    for (int i = start; i < end; i++) {
      if (Character.digit(value[i], 16) < 0) {
        return false;
      }
      zero &= value[i] == '0';
    }
    return !zero;
  }

  /** Where the digits begin, behind a quote. */
  static int start(Fields fields, int index) {
    return fields.valueStart(index) + (isQuoted(fields, index) ? 1 : 0);
  }

  /** Where they end. */
  static int end(Fields fields, int index) {
    return fields.valueEnd(index) - (isQuoted(fields, index) ? 1 : 0);
  }

  private static boolean isQuoted(Fields fields, int index) {
    return fields.isJson(index)
        && fields.valueEnd(index) - fields.valueStart(index) >= 2
        && fields.valueBytes(index)[fields.valueStart(index)] == '"';
  }
}
