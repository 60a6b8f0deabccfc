package io.containerpatterns.logshipper.encode;

import java.util.Arrays;

/**
 * Bytes that are appended to, kept for the next batch, and grown only while a larger one is made
 * than ever before. Confined to one thread.
 */
public final class Sink {
  private static final int DIGITS_MAX = 19; // of a long

  /** "00", "01" to "99". */
  private static final byte[] PAIRS = new byte[200];

  static {
    for (int i = 0; i < 100; i++) {
      PAIRS[2 * i] = (byte) ('0' + i / 10);
      PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
    }
  }

  private byte[] bytes;
  private int length;

  /** Empty, with room for so many bytes. */
  public Sink(int room) {
    bytes = new byte[Math.max(16, room)];
  }

  /**
   * The bytes themselves, of which the first {@link #length} count; another array after growing.
   */
  public byte[] array() {
    return bytes;
  }

  /** How many there are. */
  public int length() {
    return length;
  }

  /** Goes back to an earlier length. */
  public void cutTo(int shorter) {
    if (shorter < 0 || shorter > length) {
      throw new IllegalArgumentException(shorter + " (expected: 0 to " + length + ")");
    }
    length = shorter;
  }

  /**
   * Makes room for {@code more} bytes and returns the array, to be written from {@link #length}.
   */
  public byte[] room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 3 / 2));
    }
    return bytes;
  }

  /** What was written into {@link #room} counts. */
  public void wrote(int more) {
    length += more;
  }

  /** Appends a byte. */
  public void put(int b) {
    room(1)[length++] = (byte) b;
  }

  /** Appends bytes. */
  public void put(byte[] from, int start, int end) {
    int more = end - start;
    System.arraycopy(from, start, room(more), length, more);
    length += more;
  }

  /** Appends all of them. */
  public void put(byte[] from) {
    put(from, 0, from.length);
  }

  /** Appends a number in decimal. */
  public void putDecimal(long number) {
    byte[] target = room(DIGITS_MAX + 1);
    long rest = -Math.abs(number); // The lowest number has no positive one.
    if (number < 0) {
      target[length++] = '-';
    }
    int digits = digits(rest);
    int at = length + digits;
    length = at;
    for (; rest <= -100; rest /= 100) {
      int pair = (int) -(rest % 100) << 1;
      target[--at] = PAIRS[pair + 1];
      target[--at] = PAIRS[pair];
    }
    if (rest <= -10) {
      target[--at] = PAIRS[(int) -rest * 2 + 1];
      target[--at] = PAIRS[(int) -rest * 2];
    } else {
      target[--at] = (byte) ('0' - rest);
    }
  }

  private static int digits(long negative) {
    long power = -10;
    for (int digits = 1; digits < DIGITS_MAX; digits++) {
      if (negative > power) {
        return digits;
      }
      power *= 10;
    }
    return DIGITS_MAX;
  }
}
