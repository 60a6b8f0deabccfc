package io.containerpatterns.logshipper.encode;

/**
 * Messages of Protocol Buffers, written front to back (protobuf.dev, "Encoding"). The length of a
 * message stands before it and is known only behind it, so room is left for as many bytes as its
 * expected length takes:
 *
 * <pre>
 *   open   key | room for a length |
 *   close  key | length            | message        moved only if the guess was of another width
 * </pre>
 *
 * Without state; the same message may be written by any thread, a {@link Sink} by one.
 */
public final class Protobuf {
  private static final int VARINT_MAX = 10;
  private static final int KEY_MAX = 5;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private Protobuf() {}

  /** Appends a number of variable length, without a key; negative ones take ten bytes. */
  public static void varint(long number, Sink to) {
    byte[] target = to.room(VARINT_MAX);
    to.wrote(varint(number, target, to.length()));
  }

  /** How many bytes {@link #varint} takes for it. */
  public static int varintLength(long number) {
    return (70 - Long.numberOfLeadingZeros(number | 1)) / 7;
  }

  /** A field of type int64, uint32, bool or an enum. */
  public static void number(int field, long value, Sink to) {
    key(field, VARINT, to);
    varint(value, to);
  }

  /** A field of type fixed64 or, by its bits, double. */
  public static void fixed64(int field, long value, Sink to) {
    key(field, FIXED64, to);
    little(value, Long.BYTES, to);
  }

  /** A field of type fixed32. */
  public static void fixed32(int field, int value, Sink to) {
    key(field, FIXED32, to);
    little(value, Integer.BYTES, to);
  }

  /** A field of type bytes, or of type string for bytes that are UTF-8 for certain. */
  public static void bytes(int field, byte[] from, int start, int end, Sink to) {
    key(field, LENGTH, to);
    varint(end - start, to);
    to.put(from, start, end);
  }

  /** A field of type bytes or string, all of the array. */
  public static void bytes(int field, byte[] from, Sink to) {
    bytes(field, from, 0, from.length, to);
  }

  /**
   * A field of type string. Bytes that are no UTF-8 come out as U+FFFD, one for each; returns how
   * many there were.
   */
  public static int text(int field, byte[] from, int start, int end, Sink to) {
    long open = open(field, end - start, to);
    int invalid = Utf8.write(from, start, end, to);
    close(open, to);
    return invalid;
  }

  /**
   * Begins a field whose length is not known yet.
   *
   * @param expected about how many bytes it will have
   * @return to be given to {@link #close}
   */
  public static long open(int field, int expected, Sink to) {
    key(field, LENGTH, to);
    int width = varintLength(expected);
    to.room(width);
    to.wrote(width);
    return (long) to.length() << Byte.SIZE | width;
  }

  /** Ends it. Those that were opened later have ended before. */
  public static void close(long open, Sink to) {
    int width = (int) (open & 0xff);
    int start = (int) (open >>> Byte.SIZE);
    int length = to.length() - start;
    int needed = varintLength(length);
    if (needed != width) {
      byte[] target = to.room(Math.max(0, needed - width));
      System.arraycopy(target, start, target, start - width + needed, length);
      if (needed > width) {
        to.wrote(needed - width);
      } else {
        to.cutTo(to.length() - (width - needed));
      }
    }
    varint(length, to.array(), start - width);
  }

  /** Begins a field whose length is known: {@code length} bytes follow. */
  public static void head(int field, int length, Sink to) {
    key(field, LENGTH, to);
    varint(length, to);
  }

  /** How many bytes {@link #head} takes. */
  public static int headLength(int field, int length) {
    return varintLength((long) field << 3) + varintLength(length);
  }

  private static void key(int field, int type, Sink to) {
    byte[] target = to.room(KEY_MAX);
    to.wrote(varint((long) field << 3 | type, target, to.length()));
  }

  private static int varint(long number, byte[] target, int start) {
    int at = start;
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      target[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[at++] = (byte) rest;
    return at - start;
  }

  private static void little(long value, int width, Sink to) {
    byte[] target = to.room(width);
    int at = to.length();
    for (int i = 0; i < width; i++) {
      target[at + i] = (byte) (value >>> i * Byte.SIZE);
    }
    to.wrote(width);
  }
}
