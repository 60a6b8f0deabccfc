package io.containerpatterns.logshipper.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Bytes of a log as a string of JSON (RFC 8259, section 7), at the speed of copying where nothing is
 * to be escaped: eight bytes are looked at together, and only text beyond ASCII is looked at closely.
 */
public final class JsonString {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final int LONGEST_ESCAPE = 6;

  private JsonString() {}

  /**
   * Appends the bytes as a string with its quotes. Bytes that are no UTF-8 come out as U+FFFD, one
   * for each; returns how many there were.
   */
  public static int write(byte[] from, int start, int end, Sink to) {
    int most = Math.addExact(Math.multiplyExact(LONGEST_ESCAPE, end - start), 2);
    byte[] target = to.room(Math.min(most, end - start + 64));
    int out = to.length();
    int begun = out;
    int invalid = 0;
    target[out++] = '"';
    int at = start;
    while (at < end) {
      int clean = clean(from, at, end);
      int run = clean - at;
      if (target.length - out < run + LONGEST_ESCAPE + 1) {
        to.wrote(out - begun);
        target = to.room(run + (end - clean) + 8 * LONGEST_ESCAPE);
        begun = to.length();
        out = begun;
      }
      System.arraycopy(from, at, target, out, run);
      out += run;
      at = clean;
      if (at < end) {
        int length = from[at] < 0 ? sequence(from, at, end) : 1;
        if (length == 0) {
          invalid++;
          out = unicode(target, out, '\uFFFD');
          at++;
        } else if (from[at] < 0) {
          for (int i = 0; i < length; i++) {
            target[out++] = from[at++];
          }
        } else {
          out = escape(target, out, from[at++]);
        }
      }
    }
    if (out == target.length) {
      to.wrote(out - begun);
      target = to.room(1);
      begun = to.length();
      out = begun;
    }
    target[out++] = '"';
    to.wrote(out - begun);
    return invalid;
  }

  /** The index of the first byte that cannot be copied without a closer look. */
  static int clean(byte[] bytes, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long word = (long) LONG.get(bytes, at);
      // Control characters, quote, backslash, beyond ASCII: the top bit of their byte is set.
      long found =
          ((word - 0x20 * ONES) | zeros(word ^ '"' * ONES) | zeros(word ^ '\\' * ONES) | word)
              & TOPS;
      if (found != 0) {
        // A borrow may mark a byte too much, but never one below the first that is right.
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (at < to && bytes[at] >= 0x20 && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  private static long zeros(long word) {
    return (word - ONES) & ~word;
  }

  /** How long the UTF-8 sequence at {@code at} is, or 0 when it is none (RFC 3629, section 4). */
  static int sequence(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
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

  private static int escape(byte[] target, int at, byte b) {
    int out = at;
    int letter =
        switch (b) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          case '\b' -> 'b';
          case '\f' -> 'f';
          default -> 0;
        };
    if (letter == 0) {
      return b >= 0x20 ? plain(target, out, b) : unicode(target, out, b);
    }
    target[out++] = '\\';
    target[out++] = (byte) letter;
    return out;
  }

  private static int plain(byte[] target, int at, byte b) {
    target[at] = b;
    return at + 1;
  }

  private static int unicode(byte[] target, int at, int unit) {
    int out = at;
    target[out++] = '\\';
    target[out++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      target[out++] = HEX[(unit >>> shift) & 0xf];
    }
    return out;
  }
}
