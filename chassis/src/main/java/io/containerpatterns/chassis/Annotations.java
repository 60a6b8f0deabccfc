package io.containerpatterns.chassis;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file form of annotations in Kubernetes' downward API: a line per annotation, the value as a
 * Go string literal.
 *
 * <pre>
 *   containerpatterns.io/drain="true"
 *   note="two\nlines and a \"quote\""
 * </pre>
 *
 * A line of another form is skipped: most annotations belong to others.
 */
final class Annotations {
  private Annotations() {}

  static Map<String, String> parse(String text) {
    Map<String, String> annotations = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int equals = line.indexOf('=');
      String value = equals < 0 ? "" : line.substring(equals + 1).strip();
      if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
        annotations.put(
            line.substring(0, equals).strip(), unescape(value.substring(1, value.length() - 1)));
      }
    }
    return annotations;
  }

  private static String unescape(String escaped) {
    StringBuilder text = new StringBuilder(escaped.length());
    int i = 0;
    while (i < escaped.length()) {
      char c = escaped.charAt(i);
      i++;
      if (c == '\\' && i < escaped.length()) {
        i = unescape(escaped, i, text);
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Appends what the escape whose letter stands at {@code at} means; returns where it ends. */
  private static int unescape(String escaped, int at, StringBuilder text) {
    switch (escaped.charAt(at)) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'x' -> {
        return code(escaped, at, 2, text);
      }
      case 'u' -> {
        return code(escaped, at, 4, text);
      }
      case 'U' -> {
        return code(escaped, at, 8, text);
      }
      default -> text.append(escaped.charAt(at));
    }
    return at + 1;
  }

  private static int code(String escaped, int at, int digits, StringBuilder text) {
    try {
      int code = Integer.parseInt(escaped, at + 1, at + 1 + digits, 16);
      text.appendCodePoint(Character.isValidCodePoint(code) ? code : 0xfffd);
      return at + 1 + digits;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      text.append(escaped.charAt(at));
      return at + 1;
    }
  }
}
