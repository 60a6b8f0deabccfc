package io.containerpatterns.logshipper.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Bytes of a log as text that is UTF-8 for certain (RFC 3629), for formats that refuse anything
 * else.
 */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long TOPS = 0x8080_8080_8080_8080L;
  private static final int UNKNOWN_LENGTH = 3; // U+FFFD

  private Utf8() {}

  /**
   * Appends the bytes. Those that are no UTF-8 come out as U+FFFD, one for each; returns how many
   * there were.
   */
  public static int write(byte[] from, int start, int end, Sink to) {
    int at = ascii(from, start, end);
    int begun = start; // of what is good and not yet appended
    int invalid = 0;
    while (at < end) {
      int length = JsonString.sequence(from, at, end);
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
}
