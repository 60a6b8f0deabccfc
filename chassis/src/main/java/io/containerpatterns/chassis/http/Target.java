package io.containerpatterns.chassis.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the request line asks for (RFC 9112 3.2), split and decoded.
 *
 * @param path decoded, beginning with a slash
 * @param rawPath as it was sent; a slash in it always separates, one that was encoded never does
 * @param query as it was sent, without the question mark; empty where there is none
 * @param authority the host of the absolute form, which overrules the Host header; null in the
 *     usual form
 */
record Target(String path, String rawPath, String query, @Nullable String authority) {

  /**
   * Reads the target of a request line.
   *
   * @throws Refusal 400 when it is none of ours
   */
  static Target parse(String text) {
    String authority = null;
    String rest = text;
    if (!rest.startsWith("/")) {
      int afterScheme = rest.startsWith("http://") ? 7 : rest.startsWith("https://") ? 8 : -1;
      if (afterScheme < 0) {
        throw Refusal.badRequest(
            "the request target does not begin with a slash; ask for a path such as /");
      }
      int slash = endOfAuthority(rest, afterScheme);
      authority = rest.substring(afterScheme, slash);
      rest = rest.substring(slash);
      rest = rest.startsWith("/") ? rest : "/" + rest;
    }
    int fragment = rest.indexOf('#');
    if (fragment >= 0) {
      throw Refusal.badRequest("the request target holds a #; encode it as %23");
    }
    int question = rest.indexOf('?');
    String rawPath = question < 0 ? rest : rest.substring(0, question);
    String query = question < 0 ? "" : rest.substring(question + 1);
    return new Target(decode(rawPath, false), rawPath, query, authority);
  }

  static String decodeSegment(String raw) {
    return decode(raw, false);
  }

  /** In a query a plus sign is a space, as HTML forms and most clients write it. */
  static String decodeParameter(String raw) {
    return decode(raw, true);
  }

  private static int endOfAuthority(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return i;
      }
    }
    return text.length();
  }

  private static String decode(String raw, boolean plusIsSpace) {
    if (raw.indexOf('%') < 0 && isPlain(raw) && !(plusIsSpace && raw.indexOf('+') >= 0)) {
      return raw;
    }
    ByteBuffer bytes = ByteBuffer.allocate(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw malformed("a % is not followed by two hexadecimal digits; encode a plain % as %25");
        }
        int octet = high << 4 | low;
        if (octet < ' ' || octet == 0x7f) {
          throw malformed("it holds a control character");
        }
        bytes.put((byte) octet);
        i += 2;
      } else if (c <= ' ' || c >= 0x7f) {
        throw malformed("it holds a character that must be percent-encoded");
      } else {
        bytes.put((byte) (c == '+' && plusIsSpace ? ' ' : c));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw malformed("its percent-encoded bytes are not UTF-8");
    }
  }

  private static boolean isPlain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static Refusal malformed(String why) {
    return Refusal.badRequest("the request target is malformed: " + why);
  }
}
