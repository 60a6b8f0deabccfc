package io.containerpatterns.logshipper.encode;

import java.util.Arrays;

/**
 * Bytes that are appended to, kept for the next batch, and grown only while a larger one is made
 * than ever before. Confined to one thread.
 */
public final class Sink {
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
    byte[] target = room(20);
    if (number < 0) {
      target[length++] = '-';
    }
    int digits = 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      // Not of the absolute value, which the lowest number has none of.
      target[i] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    }
    length += digits;
  }
}
