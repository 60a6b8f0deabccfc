package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.encode.Utf8;
import java.util.Arrays;

/**
 * Bytes of UTF-8 as characters, for a library that wants a text. Of ASCII it is a window on the
 * bytes; other text is decoded into an array that is kept. What is no UTF-8 reads as U+FFFD, one
 * for each byte. Confined to one thread; allocates only for a longer text than any before.
 */
public final class Chars implements CharSequence {
  private byte[] bytes = {};
  private int start;
  private int length;
  private boolean decoded;
  private char[] chars = {};
  private int[] places = {};

  /** Of nothing. */
  public Chars() {}

  /**
   * It is now what lies between {@code start} and {@code end}, which stays as it is while it is
   * read.
   */
  public void of(byte[] newBytes, int newStart, int newEnd) {
    bytes = newBytes;
    start = newStart;
    length = newEnd - newStart;
    decoded = !isAscii(newBytes, newStart, newEnd);
    if (decoded) {
      decode(newEnd);
    }
  }

  /** Where the character at {@code index} begins in the bytes; their end for {@link #length}. */
  public int place(int index) {
    return decoded ? places[index] : start + index;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return decoded ? chars[index] : (char) bytes[start + index];
  }

  /** A copy. */
  @Override
  public CharSequence subSequence(int from, int to) {
    return toString().substring(from, to);
  }

  @Override
  public String toString() {
    return new StringBuilder(length).append(this, 0, length).toString();
  }

  private static boolean isAscii(byte[] b, int from, int to) {
    int any = 0;
    for (int i = from; i < to; i++) {
      any |= b[i];
    }
    return any >= 0;
  }

  private void decode(int end) {
    if (chars.length < length) {
      chars = Arrays.copyOf(chars, length);
      places = Arrays.copyOf(places, length + 1);
    }
    int out = 0;
    int at = start;
    while (at < end) {
      int size = bytes[at] < 0 ? Utf8.sequence(bytes, at, end) : 1;
      int point = size == 0 ? 0xfffd : size == 1 ? bytes[at] : point(at, size);
      places[out] = at;
      if (point < 0x10000) {
        chars[out++] = (char) point;
      } else {
        chars[out++] = Character.highSurrogate(point);
        places[out] = at;
        chars[out++] = Character.lowSurrogate(point);
      }
      at += Math.max(size, 1);
    }
    places[out] = end;
    length = out;
  }

  private int point(int at, int size) {
    int point = bytes[at] & (0x7f >> size);
    for (int i = 1; i < size; i++) {
      point = point << 6 | (bytes[at + i] & 0x3f);
    }
    return point;
  }
}
