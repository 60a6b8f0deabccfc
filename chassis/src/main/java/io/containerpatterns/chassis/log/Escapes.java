package io.containerpatterns.chassis.log;

/** Characters that must not reach a terminal or a line-based collector as they are. */
final class Escapes {
  private static final String HEX = "0123456789abcdef";

  private Escapes() {}

  /** Controls, line and paragraph separators, and marks that reverse the direction of text. */
  static boolean needed(char c) {
    return c < ' '
        || (c >= '\u007f' && c <= '\u009f')
        || c == '\u2028'
        || c == '\u2029'
        || (c >= '\u200e' && c <= '\u200f')
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }

  static void append(StringBuilder line, char c) {
    if (!needed(c)) {
      line.append(c);
      return;
    }
    switch (c) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default ->
          line.append("\\u")
              .append(HEX.charAt(c >> 12))
              .append(HEX.charAt(c >> 8 & 15))
              .append(HEX.charAt(c >> 4 & 15))
              .append(HEX.charAt(c & 15));
    }
  }
}
