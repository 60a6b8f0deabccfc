package io.containerpatterns.chassis.settings;

import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant to write. */
final class NearestName {
  private NearestName() {}

  /**
   * The known name with the fewest differing characters, unless more than a third of them differ.
   */
  static @Nullable String to(String name, Iterable<String> known) {
    return within(Math.max(2, name.length() / 3), name, known);
  }

  /** The known name with the fewest differing characters, at most {@code most}. */
  static @Nullable String within(int most, String name, Iterable<String> known) {
    String nearest = null;
    int least = most + 1;
    for (String candidate : known) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Inserted, deleted and replaced characters, and swapped neighbours, each counting one. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
