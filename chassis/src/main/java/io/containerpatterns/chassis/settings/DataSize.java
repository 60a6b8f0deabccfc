package io.containerpatterns.chassis.settings;

/**
 * A number of bytes, as people write it; its text parses to an equal value.
 *
 * <pre>
 *   512B   64KiB   1MiB   2GiB    by 1024
 *   10kB   5MB     1GB            by 1000
 * </pre>
 *
 * @param bytes never negative
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
  private static final String[] UNITS = {"GiB", "MiB", "KiB", "GB", "MB", "kB", "B"};
  private static final long[] BYTES = {
    1L << 30, 1L << 20, 1L << 10, 1_000_000_000, 1_000_000, 1_000, 1
  };

  /** Refuses a negative size. */
  public DataSize {
    if (bytes < 0) {
      throw expected();
    }
  }

  /** The size that {@code text} names; a bare number is refused. */
  public static DataSize parse(String text) {
    for (int i = 0; i < UNITS.length; i++) {
      if (text.endsWith(UNITS[i])) {
        try {
          int end = text.length() - UNITS[i].length();
          if (text.charAt(0) == '+' || text.charAt(0) == '-') {
            throw expected();
          }
          return new DataSize(Math.multiplyExact(Long.parseLong(text, 0, end, 10), BYTES[i]));
        } catch (NumberFormatException | ArithmeticException e) {
          throw expected();
        }
      }
    }
    throw expected();
  }

  private static IllegalArgumentException expected() {
    return new IllegalArgumentException("a size such as 512KiB");
  }

  @Override
  public int compareTo(DataSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** In the largest unit that leaves a whole number, binary units first. */
  @Override
  public String toString() {
    for (int i = 0; i < UNITS.length; i++) {
      if (bytes >= BYTES[i] && bytes % BYTES[i] == 0) {
        return bytes / BYTES[i] + UNITS[i];
      }
    }
    return "0B";
  }
}
