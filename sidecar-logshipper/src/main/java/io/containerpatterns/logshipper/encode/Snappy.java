package io.containerpatterns.logshipper.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses to the block format of Snappy (google/snappy, format_description.txt, 2020-10-13): the
 * length of the text as a varint, then literals and copies of what lies at most 65,535 bytes back.
 *
 * <pre>
 *   literal   up to 60 bytes: (length - 1) &lt;&lt; 2
 *             longer: 60, 61, 62 or 63 &lt;&lt; 2, then length - 1 in 1, 2, 3 or 4 bytes
 *   copy      4..11 bytes from at most 2,047 back   ooolll01 oooooooo
 *             1..64 bytes from at most 65,535 back  llllll10 and two bytes of offset
 * </pre>
 *
 * A table remembers where the last four bytes of each hash were seen; where nothing is found, the
 * steps become longer, so that text which cannot be compressed costs little. The window slides over
 * the whole text instead of ending every 64 KiB as that of the original does: the format allows it,
 * and lines of a log resemble the ones just before them. Confined to one thread; allocates nothing.
 */
public final class Snappy {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int HASH_BITS = 14;
  private static final int BACK_MAX = 65_535;
  private static final int BACK_SHORT = 2_048;
  private static final int COPY_MAX = 64;
  private static final int COPY_SHORT = 12;
  private static final int LITERAL_SHORT = 60;

  /** Nothing is looked for in the last bytes, so that eight can always be read at once. */
  private static final int MARGIN = 15;

  private final int[] seen = new int[1 << HASH_BITS];

  /** For one thread. */
  public Snappy() {}

  /** How many bytes {@code length} of them take at most. */
  public static int lengthMax(int length) {
    // One literal over everything has five bytes of head; a copy is never longer than its text.
    return Math.toIntExact(32L + length + length / 6);
  }

  /** Appends the compressed form of what lies from {@code start} to {@code end}. */
  public void write(byte[] from, int start, int end, Sink to) {
    byte[] target = to.room(lengthMax(end - start));
    Protobuf.varint(end - start, to);
    int begun = to.length();
    int out = begun;
    if (end - start > MARGIN) {
      out = compress(from, start, end, target, begun);
    } else if (start < end) {
      out = literal(from, start, end, target, begun);
    }
    to.wrote(out - begun);
  }

  private int compress(byte[] from, int start, int end, byte[] target, int begun) {
    int[] table = seen;
    Arrays.fill(table, start - BACK_MAX - 1);
    int limit = end - MARGIN;
    int out = begun;
    int literal = start;
    int at = start + 1;
    table[hash((int) INT.get(from, start))] = start;
    while (true) {
      int tries = 32;
      int found = -1;
      while (at < limit) {
        int four = (int) INT.get(from, at);
        int slot = hash(four);
        int before = table[slot];
        table[slot] = at;
        if (at - before <= BACK_MAX && (int) INT.get(from, before) == four) {
          found = before;
          break;
        }
        at += tries++ >>> 5;
      }
      if (found < 0) {
        break;
      }
      if (literal < at) {
        out = literal(from, literal, at, target, out);
      }
      while (true) {
        int length = 4 + common(from, found + 4, at + 4, end);
        out = copy(at - found, length, target, out);
        at += length;
        literal = at;
        if (at >= limit) {
          break;
        }
        table[hash((int) INT.get(from, at - 1))] = at - 1;
        int four = (int) INT.get(from, at);
        int slot = hash(four);
        int before = table[slot];
        table[slot] = at;
        if (at - before > BACK_MAX || (int) INT.get(from, before) != four) {
          at++;
          break;
        }
        found = before;
      }
    }
    return literal < end ? literal(from, literal, end, target, out) : out;
  }

  private static int hash(int four) {
    return four * 0x9e37_79b1 >>> Integer.SIZE - HASH_BITS;
  }

  /** How many bytes at {@code a}, which is before {@code b}, are the same as those at {@code b}. */
  private static int common(byte[] bytes, int a, int b, int end) {
    int i = 0;
    for (; b + i <= end - Long.BYTES; i += Long.BYTES) {
      long differ = (long) LONG.get(bytes, a + i) ^ (long) LONG.get(bytes, b + i);
      if (differ != 0) {
        return i + (Long.numberOfTrailingZeros(differ) >>> 3);
      }
    }
    while (b + i < end && bytes[a + i] == bytes[b + i]) {
      i++;
    }
    return i;
  }

  private static int literal(byte[] from, int start, int end, byte[] target, int at) {
    int out = at;
    int length = end - start;
    int less = length - 1;
    if (length <= LITERAL_SHORT) {
      target[out++] = (byte) (less << 2);
      if (length <= 2 * Long.BYTES && start <= from.length - 2 * Long.BYTES) {
        // Too much is copied, and overwritten by what comes next.
        LONG.set(target, out, (long) LONG.get(from, start));
        LONG.set(target, out + Long.BYTES, (long) LONG.get(from, start + Long.BYTES));
        return out + length;
      }
    } else {
      int width = (Integer.SIZE - Integer.numberOfLeadingZeros(less) + 7) / Byte.SIZE;
      target[out++] = (byte) (LITERAL_SHORT - 1 + width << 2);
      for (int i = 0; i < width; i++) {
        target[out++] = (byte) (less >>> i * Byte.SIZE);
      }
    }
    System.arraycopy(from, start, target, out, length);
    return out + length;
  }

  private static int copy(int back, int length, byte[] target, int at) {
    int out = at;
    int rest = length;
    // The last one must have at least four, to be of the short kind.
    for (; rest >= COPY_MAX + 4; rest -= COPY_MAX) {
      out = longCopy(back, COPY_MAX, target, out);
    }
    if (rest > COPY_MAX) {
      out = longCopy(back, COPY_MAX - 4, target, out);
      rest -= COPY_MAX - 4;
    }
    if (rest < COPY_SHORT && back < BACK_SHORT) {
      target[out] = (byte) (back >>> 8 << 5 | rest - 4 << 2 | 1);
      target[out + 1] = (byte) back;
      return out + 2;
    }
    return longCopy(back, rest, target, out);
  }

  private static int longCopy(int back, int length, byte[] target, int at) {
    target[at] = (byte) (length - 1 << 2 | 2);
    target[at + 1] = (byte) back;
    target[at + 2] = (byte) (back >>> 8);
    return at + 3;
  }
}
