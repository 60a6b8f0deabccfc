package io.containerpatterns.logshipper.filter;

import java.nio.charset.StandardCharsets;

/**
 * What opens doors: by its own form, or by the name before it.
 *
 * <pre>
 *   Bearer 8 characters or more, Basic likewise       eyJ....eyJ....signature    JSON Web Token
 *   AKIA and ASIA with 16 more    ghp_ and its kin, github_pat_ with 20 or more    xoxb- and kin
 *   password=anything   "api_key": "8 or more"   client_secret: 8 or more   token='8 or more'
 * </pre>
 *
 * One look at each byte finds the few that are worth a second one: a letter or a sign that stands
 * in a fixed place of one of these.
 */
final class Tokens implements Secret {
  private static final byte[][] NAMES = {
    ascii("password"),
    ascii("passwd"),
    ascii("pwd"),
    ascii("token"),
    ascii("secret"),
    ascii("api_key"),
    ascii("apikey"),
    ascii("api-key")
  };
  private static final byte[] BEARER = ascii("bearer");
  private static final byte[] BASIC = ascii("basic");
  private static final byte[] HUB_PAT = ascii("github_pat");
  private static final int PASSWORDS = 3; // so many of the names; these may be short
  private static final int VALUE_MIN = 8;
  private static final int HUB_MIN = 20;
  private static final int SLACK_MIN = 10;
  private static final int HEADER_MIN = 10;
  private static final int AMAZON_REST = 16;
  private static final boolean[] WORTH_A_LOOK = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];

  static {
    for (char c : "Bb=:JA_x".toCharArray()) {
      WORTH_A_LOOK[c] = true;
    }
    for (char c = '!'; c < 256; c++) {
      VALUE[c] = c != 0x7f && "\"',;&)}]<>`".indexOf(c) < 0;
    }
  }

  private int start;
  private int end;

  @Override
  public boolean find(byte[] b, int begin, int from, int to) {
    for (int at = from; at < to; at++) {
      if (WORTH_A_LOOK[b[at] & 0xff]
          && switch (b[at]) {
            case 'B', 'b' -> scheme(b, begin, at, to);
            case 'J' -> web(b, from, at, to);
            case 'A' -> amazon(b, begin, at, to);
            case '_' -> hub(b, from, at, to);
            case 'x' -> slack(b, begin, at, to);
            default -> named(b, begin, at, to);
          }) {
        return true;
      }
    }
    return false;
  }

  /** Whether the name from {@code from} to {@code to} makes a secret of a value that is so long. */
  static boolean isSecret(byte[] b, int from, int to, int length) {
    int name = name(b, from, to);
    return name >= 0 && length >= (name < PASSWORDS ? 1 : VALUE_MIN);
  }

  private static int name(byte[] b, int from, int to) {
    if (to - from < 3 || "dntyDNTY".indexOf(b[to - 1]) < 0) {
      return -1;
    }
    for (int i = 0; i < NAMES.length; i++) {
      if (to - from >= NAMES[i].length && is(NAMES[i], b, to - NAMES[i].length)) {
        return i;
      }
    }
    return -1;
  }

  /** A value behind {@code =} or {@code :} at {@code at}. */
  private boolean named(byte[] b, int begin, int at, int to) {
    int nameEnd = at;
    if (nameEnd > begin && b[nameEnd - 1] == ' ') {
      nameEnd--;
    }
    if (nameEnd > begin && (b[nameEnd - 1] == '"' || b[nameEnd - 1] == '\'')) {
      nameEnd--;
    }
    int name = name(b, begin, nameEnd);
    if (name < 0) {
      return false;
    }
    int value = at + 1;
    if (value < to && b[value] == ' ') {
      value++;
    }
    boolean quoted = value < to && (b[value] == '"' || b[value] == '\'');
    int valueEnd = quoted ? quoteEnd(b, value, to) : bareEnd(b, value, to);
    value += quoted ? 1 : 0;
    // Asterisks were put there by somebody who thought of it before us.
    return valueEnd - value >= (name < PASSWORDS ? 1 : VALUE_MIN)
        && b[value] != '*'
        && is(value, valueEnd);
  }

  private static int bareEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && VALUE[b[at] & 0xff]) {
      at++;
    }
    return at;
  }

  /** Where the quote at {@code from} is closed; the end of the text if it is not. */
  private static int quoteEnd(byte[] b, int from, int to) {
    int at = from + 1;
    while (at < to && b[at] != b[from]) {
      at += b[at] == '\\' ? 2 : 1;
    }
    return Math.min(at, to);
  }

  private boolean scheme(byte[] b, int begin, int at, int to) {
    int blank =
        is(BEARER, b, at, to) ? at + BEARER.length : is(BASIC, b, at, to) ? at + BASIC.length : to;
    if (blank >= to || b[blank] != ' ' || (at > begin && isLetter(b[at - 1]))) {
      return false;
    }
    int valueEnd = blank + 1;
    boolean word = true; // as in "basic authentication"
    while (valueEnd < to && isToken(b[valueEnd])) {
      word &= (b[valueEnd] >= 'a' && b[valueEnd] <= 'z') || valueEnd == blank + 1;
      valueEnd++;
    }
    return !word && valueEnd - blank > VALUE_MIN && is(blank + 1, valueEnd);
  }

  /** Three parts of base64url with dots between (RFC 7519, 3); the first begins an object. */
  private boolean web(byte[] b, int from, int at, int to) {
    int header = at - 2;
    if (header < from
        || b[header] != 'e'
        || b[at - 1] != 'y'
        || (header > from && isUrl(b[header - 1]))) {
      return false;
    }
    int claims = urlEnd(b, at, to);
    if (claims - header < HEADER_MIN || claims == to || b[claims] != '.') {
      return false;
    }
    int signature = urlEnd(b, claims + 1, to);
    return signature > claims + 1
        && signature < to
        && b[signature] == '.'
        && is(header, urlEnd(b, signature + 1, to));
  }

  private boolean amazon(byte[] b, int begin, int at, int to) {
    int tokenEnd = at + 4 + AMAZON_REST;
    if (tokenEnd > to
        || (b[at + 1] != 'K' && b[at + 1] != 'S')
        || b[at + 2] != 'I'
        || b[at + 3] != 'A'
        || (at > begin && isLetterOrDigit(b[at - 1]))
        || (tokenEnd < to && isLetterOrDigit(b[tokenEnd]))) {
      return false;
    }
    for (int i = at + 4; i < tokenEnd; i++) {
      if (!(b[i] >= 'A' && b[i] <= 'Z') && !(b[i] >= '0' && b[i] <= '9')) {
        return false;
      }
    }
    return is(at, tokenEnd);
  }

  /** {@code gho_}, {@code ghp_}, {@code ghr_}, {@code ghs_}, {@code ghu_}; {@code github_pat_}. */
  private boolean hub(byte[] b, int from, int at, int to) {
    int token = at - 3;
    if (token < from || b[token] != 'g' || b[at - 2] != 'h' || "oprsu".indexOf(b[at - 1]) < 0) {
      token = at - HUB_PAT.length;
      if (token < from || !is(HUB_PAT, b, token)) {
        return false;
      }
    }
    int tokenEnd = at + 1;
    while (tokenEnd < to && (isLetterOrDigit(b[tokenEnd]) || b[tokenEnd] == '_')) {
      tokenEnd++;
    }
    return tokenEnd - at > HUB_MIN && is(token, tokenEnd);
  }

  private boolean slack(byte[] b, int begin, int at, int to) {
    if (to - at < 5 + SLACK_MIN
        || b[at + 1] != 'o'
        || b[at + 2] != 'x'
        || "abeoprs".indexOf(b[at + 3]) < 0
        || b[at + 4] != '-'
        || (at > begin && isLetterOrDigit(b[at - 1]))) {
      return false;
    }
    int tokenEnd = at + 5;
    while (tokenEnd < to && (isLetterOrDigit(b[tokenEnd]) || b[tokenEnd] == '-')) {
      tokenEnd++;
    }
    return tokenEnd - at >= 5 + SLACK_MIN && is(at, tokenEnd);
  }

  private boolean is(int from, int to) {
    start = from;
    end = to;
    return true;
  }

  private static boolean is(byte[] lower, byte[] b, int at, int to) {
    return to - at >= lower.length && is(lower, b, at);
  }

  /** In capitals or not. */
  private static boolean is(byte[] lower, byte[] b, int at) {
    for (int i = 0; i < lower.length; i++) {
      if (b[at + i] != lower[i] && (!isLetter(lower[i]) || (b[at + i] | 0x20) != lower[i])) {
        return false;
      }
    }
    return true;
  }

  private static int urlEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && isUrl(b[at])) {
      at++;
    }
    return at;
  }

  private static boolean isUrl(byte b) {
    return isLetterOrDigit(b) || b == '-' || b == '_';
  }

  /** RFC 6750, 2.1. */
  private static boolean isToken(byte b) {
    return isUrl(b) || b == '.' || b == '~' || b == '+' || b == '/' || b == '=';
  }

  private static boolean isLetterOrDigit(byte b) {
    return isLetter(b) || (b >= '0' && b <= '9');
  }

  private static boolean isLetter(byte b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public int start() {
    return start;
  }

  @Override
  public int end() {
    return end;
  }
}
