package io.containerpatterns.logshipper.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What bytes of a log are as UTF-8 (RFC 3629), which nobody promised that they are. */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long TOPS = 0x8080_8080_8080_8080L;

  private static final int UNKNOWN_LENGTH = 3; // U+FFFD

  private Utf8() {}

  /** How many of the bytes belong to no sequence; 0 for text that is UTF-8. */
  public static int invalid(byte[] bytes, int start, int end) {
    int invalid = 0;
    int at = start;
    while (at < end) {
      if (at <= end - Long.BYTES && ((long) LONG.get(bytes, at) & TOPS) == 0) {
        at += Long.BYTES;
        continue;
      }
      int length = sequence(bytes, at, end);
      invalid += length == 0 ? 1 : 0;
      at += Math.max(1, length);
    }
    return invalid;
  }

  /**
   * Appends the bytes. Those that are no UTF-8 come out as U+FFFD, one for each; returns how many
   * there were.
   */
  public static int write(byte[] from, int start, int end, Sink to) {
    int at = ascii(from, start, end);
    int begun = start; // of what is good and not yet appended
    int invalid = 0;
    while (at < end) {
      int length = sequence(from, at, end);
      if (length == 0) {
        to.put(from, begun, at);
        unknown(to);
        invalid++;
        at++;
        begun = at;
      } else {
        at += length;
      }
      at = ascii(from, at, end);
    }
    to.put(from, begun, end);
    return invalid;
  }

  /** The index of the first byte beyond ASCII. */
  private static int ascii(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long beyond = (long) LONG.get(bytes, at) & TOPS;
      if (beyond != 0) {
        return at + (Long.numberOfTrailingZeros(beyond) >>> 3);
      }
    }
    while (at < to && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  private static void unknown(Sink to) {
    byte[] target = to.room(UNKNOWN_LENGTH);
    int at = to.length();
    target[at] = (byte) 0xef;
    target[at + 1] = (byte) 0xbf;
    target[at + 2] = (byte) 0xbd;
    to.wrote(UNKNOWN_LENGTH);
  }

  /** How long the sequence at {@code at} is, 1 to 4 bytes, or 0 when there is none. */
  public static int sequence(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int second = at + 1 < end ? bytes[at + 1] & 0xff : 0;
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    if (first < 0xe0) {
      return isTail(second) ? 2 : 0;
    }
    int third = at + 2 < end ? bytes[at + 2] & 0xff : 0;
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high || !isTail(third)) {
      return 0;
    }
    if (first < 0xf0) {
      return 3;
    }
    int fourth = at + 3 < end ? bytes[at + 3] & 0xff : 0;
    return isTail(fourth) ? 4 : 0;
  }

  private static boolean isTail(int b) {
    return (b & 0xc0) == 0x80;
  }
}
