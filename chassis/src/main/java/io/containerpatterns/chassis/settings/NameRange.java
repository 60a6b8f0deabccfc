package io.containerpatterns.chassis.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Many names written as one, the same in all images: {@code shard-[0-15]} is shard-0, shard-1 and
 * so on to shard-15; {@code [a-b]} stands anywhere in the name, once. Leading zeros are kept:
 * {@code n[08-10]} is n08, n09, n10.
 */
public final class NameRange {
  private NameRange() {}

  /**
   * The names that {@code text} stands for; a text without brackets stands for itself.
   *
   * @throws IllegalArgumentException when it is not such a name, or stands for more than {@code
   *     most}
   */
  public static List<String> expand(String text, int most) {
    int open = text.indexOf('[');
    int close = text.indexOf(']');
    if (open < 0 && close < 0) {
      return List.of(text);
    }
    int dash = text.indexOf('-', open + 1);
    boolean once = open == text.lastIndexOf('[') && close == text.lastIndexOf(']');
    if (open < 0 || !once || dash < 0 || dash > close) {
      throw expected(most);
    }
    int from = number(text, open + 1, dash, most);
    int to = number(text, dash + 1, close, most);
    if (from > to || to - from >= most) {
      throw expected(most);
    }
    int width = text.charAt(open + 1) == '0' ? dash - open - 1 : 1;
    List<String> names = new ArrayList<>(to - from + 1);
    for (int i = from; i <= to; i++) {
      String digits = Integer.toString(i);
      names.add(
          text.substring(0, open)
              + "0".repeat(Math.max(0, width - digits.length()))
              + digits
              + text.substring(close + 1));
    }
    return List.copyOf(names);
  }

  private static int number(String text, int begin, int end, int most) {
    if (begin == end || end - begin > 9) {
      throw expected(most);
    }
    for (int i = begin; i < end; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw expected(most);
      }
    }
    return Integer.parseInt(text, begin, end, 10);
  }

  private static IllegalArgumentException expected(int most) {
    return new IllegalArgumentException(
        "a name, or a range such as shard-[0-15] of at most " + most + " names");
  }
}
