package io.containerpatterns.logshipper.filter;

/**
 * Numbers of payment cards: 13 to 19 digits whose last one checks the others (ISO/IEC 7812-1, annex
 * B), at once or in groups.
 *
 * <pre>
 *   4111111111111111    4111 1111 1111 1111    3782-822463-10005
 * </pre>
 *
 * Every tenth number passes the check by chance, so more is asked for: the first digit is one that
 * cards have, which excludes times in milliseconds and nanoseconds; groups have three digits or
 * more, the first four, which excludes dates; letters and fractions around it make it something
 * else.
 */
final class Cards implements Secret {
  private static final int DIGITS_MIN = 13;
  private static final int DIGITS_MAX = 19;
  private static final int FIRST_GROUP_MIN = 4;
  private static final int GROUP_MIN = 3;
  private static final int NONE = -1;

  private int start;
  private int end;

  @Override
  public boolean find(byte[] b, int begin, int from, int to) {
    int at = from;
    // Four digits in a row have one in every fourth place.
    while (at + FIRST_GROUP_MIN <= to) {
      int last = at + FIRST_GROUP_MIN - 1;
      if (!isDigit(b[last])) {
        at = last + 1;
        continue;
      }
      int group = last;
      while (group > at && isDigit(b[group - 1])) {
        group--;
      }
      int groupEnd = digitsEnd(b, last, to);
      if (groupEnd - group >= FIRST_GROUP_MIN && mayBegin(b, begin, group)) {
        int found = numberEnd(b, group, to);
        if (found != NONE) {
          start = group;
          end = found;
          return true;
        }
      }
      at = groupEnd;
    }
    return false;
  }

  private static boolean mayBegin(byte[] b, int begin, int at) {
    boolean first = (b[at] >= '2' && b[at] <= '6') || b[at] == '8';
    return first
        && (at == begin || !isWord(b[at - 1]))
        && (at - begin < 2 || b[at - 1] != '.' || !isDigit(b[at - 2]));
  }

  /** The end of the longest number that begins at {@code from}. */
  private static int numberEnd(byte[] b, int from, int to) {
    int even = 0; // the sum if the digits at even places are the doubled ones
    int odd = 0;
    int count = 0;
    int best = NONE;
    int at = from;
    while (true) {
      int group = at;
      for (; at < to && isDigit(b[at]); at++) {
        if (count == DIGITS_MAX) {
          return best;
        }
        int digit = b[at] - '0';
        int doubled = digit < 5 ? 2 * digit : 2 * digit - 9;
        even += count % 2 == 0 ? doubled : digit;
        odd += count % 2 == 0 ? digit : doubled;
        count++;
      }
      if (at - group < GROUP_MIN) {
        return best;
      }
      // Doubled is every second one from the right, beginning with the last but one.
      int sum = count % 2 == 0 ? even : odd;
      if (count >= DIGITS_MIN && sum % 10 == 0 && mayEnd(b, at, to)) {
        best = at;
      }
      if (at + 1 >= to || (b[at] != ' ' && b[at] != '-') || !isDigit(b[at + 1])) {
        return best;
      }
      at++;
    }
  }

  private static boolean mayEnd(byte[] b, int at, int to) {
    return at == to || (!isWord(b[at]) && (b[at] != '.' || at + 1 == to || !isDigit(b[at + 1])));
  }

  private static int digitsEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && isDigit(b[at])) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isWord(byte b) {
    int lower = b | 0x20;
    return isDigit(b) || (lower >= 'a' && lower <= 'z') || b == '_';
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
