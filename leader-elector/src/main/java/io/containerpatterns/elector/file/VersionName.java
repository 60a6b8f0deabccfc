package io.containerpatterns.elector.file;

/**
 * The names in the folder of an election, each telling the version it stands for.
 *
 * <pre>
 *   0000001785000000058                     version 1785000000058
 *   .tmp-0000001785000000059-5f0c9a1b-7     to become version 1785000000059; writer 5f0c9a1b, its 7th
 * </pre>
 */
final class VersionName {
  /** The digits of the highest version, so that names sort as versions do. */
  private static final int DIGITS = 19;

  private static final String ANNOUNCED = ".tmp-";

  private VersionName() {}

  /** The name of a version. */
  static String of(long version) {
    String digits = Long.toString(version);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }

  /** The name under which a version is written before it is linked; {@code nth} makes it unique. */
  static String announcing(long version, String writer, long nth) {
    return ANNOUNCED + of(version) + "-" + writer + "-" + nth;
  }

  /** The version of which {@code name} is the name, or -1. */
  static long version(String name) {
    return name.length() == DIGITS ? digits(name, 0) : -1;
  }

  /** The version that {@code name} announces, or -1. */
  static long announced(String name) {
    return name.startsWith(ANNOUNCED) ? digits(name, ANNOUNCED.length()) : -1;
  }

  private static long digits(String name, int from) {
    if (name.length() < from + DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < from + DIGITS; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
        return -1;
      }
      number = 10 * number + digit;
    }
    // The last one of all has no successor, so it is nobody's.
    return number == Long.MAX_VALUE ? -1 : number;
  }
}
