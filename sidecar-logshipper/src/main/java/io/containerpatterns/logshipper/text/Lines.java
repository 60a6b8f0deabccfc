package io.containerpatterns.logshipper.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the ends of lines, eight bytes at a time. */
public final class Lines {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;
  private static final long FEEDS = '\n' * ONES;

  private Lines() {}

  /**
   * The index of the first line feed in {@code bytes} from {@code from}, inclusive, to {@code to},
   * exclusive; -1 when there is none.
   */
  public static int feed(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      // Zero bytes stand where a feed was; the lowest that this finds is always right (Hacker's
      // Delight, 6-1).
      long zeros = (long) LONG.get(bytes, at) ^ FEEDS;
      long found = (zeros - ONES) & ~zeros & TOPS;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; at < to; at++) {
      if (bytes[at] == '\n') {
        return at;
      }
    }
    return -1;
  }

  /**
   * The end of the text of a line that ends before {@code feed}: one carriage return is no text.
   */
  public static int textEnd(byte[] bytes, int start, int feed) {
    return feed > start && bytes[feed - 1] == '\r' ? feed - 1 : feed;
  }
}
