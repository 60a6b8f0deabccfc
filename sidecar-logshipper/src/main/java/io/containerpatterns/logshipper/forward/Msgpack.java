package io.containerpatterns.logshipper.forward;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.encode.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Values in the form of MessagePack (its specification, "Formats"), each as short as it can be. */
final class Msgpack {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int REPLACEMENT_LENGTH = 3; // U+FFFD
  private static final int HEAD_MAX = 9;

  private Msgpack() {}

  static void nil(Sink to) {
    to.put(0xc0);
  }

  static void bool(boolean value, Sink to) {
    to.put(value ? 0xc3 : 0xc2);
  }

  static void integer(long value, Sink to) {
    if (value >= -32 && value < 128) {
      to.put((int) value);
    } else if (value >= 0) {
      unsigned(value, to);
    } else if (value >= Byte.MIN_VALUE) {
      to.put(0xd0);
      to.put((int) value);
    } else if (value >= Short.MIN_VALUE) {
      head2(0xd1, (int) value, to);
    } else if (value >= Integer.MIN_VALUE) {
      head4(0xd2, (int) value, to);
    } else {
      head8(0xd3, value, to);
    }
  }

  /** A number from 0 to 2^64 - 1, as the bits of a long. */
  static void unsigned(long value, Sink to) {
    if (value < 0 || value > 0xffff_ffffL) {
      head8(0xcf, value, to);
    } else if (value > 0xffff) {
      head4(0xce, (int) value, to);
    } else if (value > 0xff) {
      head2(0xcd, (int) value, to);
    } else if (value > 0x7f) {
      to.put(0xcc);
      to.put((int) value);
    } else {
      to.put((int) value);
    }
  }

  static void decimal(double value, Sink to) {
    head8(0xcb, Double.doubleToRawLongBits(value), to);
  }

  /**
   * Text; each byte that is no UTF-8 comes out as U+FFFD, because a receiver may fall over it.
   *
   * @return how many there were
   */
  static int text(byte[] from, int start, int end, Sink to) {
    int invalid = Utf8.invalid(from, start, end);
    if (invalid == 0) {
      textHead(end - start, to);
      to.put(from, start, end);
      return 0;
    }
    textHead(end - start + invalid * (REPLACEMENT_LENGTH - 1), to);
    Utf8.write(from, start, end, to);
    return invalid;
  }

  static void text(byte[] valid, Sink to) {
    textHead(valid.length, to);
    to.put(valid);
  }

  static void text(String text, Sink to) {
    text(text.getBytes(StandardCharsets.UTF_8), to);
  }

  static void textHead(int length, Sink to) {
    if (length < 32) {
      to.put(0xa0 | length);
    } else if (length <= 0xff) {
      to.put(0xd9);
      to.put(length);
    } else if (length <= 0xffff) {
      head2(0xda, length, to);
    } else {
      head4(0xdb, length, to);
    }
  }

  static void binaryHead(int length, Sink to) {
    if (length <= 0xff) {
      to.put(0xc4);
      to.put(length);
    } else if (length <= 0xffff) {
      head2(0xc5, length, to);
    } else {
      head4(0xc6, length, to);
    }
  }

  static void arrayHead(int count, Sink to) {
    if (count < 16) {
      to.put(0x90 | count);
    } else if (count <= 0xffff) {
      head2(0xdc, count, to);
    } else {
      head4(0xdd, count, to);
    }
  }

  static void mapHead(int count, Sink to) {
    if (count < 16) {
      to.put(0x80 | count);
    } else if (count <= 0xffff) {
      head2(0xde, count, to);
    } else {
      head4(0xdf, count, to);
    }
  }

  /** A head of five bytes of text, an array or a map whose number comes later. */
  static int openHead(int format, Sink to) {
    head4(format, 0, to);
    return to.length();
  }

  /** The number of a head of five bytes that ends at {@code after}. */
  static void closeHead(int after, int number, Sink to) {
    INT.set(to.array(), after - Integer.BYTES, number);
  }

  /**
   * When an event happened (forward protocol, "EventTime Ext Format"): extension type 0 of seconds
   * and nanoseconds in 32 bits each; a time beyond them as a plain number of seconds, which is
   * allowed too.
   */
  static void eventTime(long seconds, int nanos, Sink to) {
    if (seconds >>> 32 != 0) {
      integer(seconds, to);
      return;
    }
    byte[] target = to.room(10);
    int at = to.length();
    target[at] = (byte) 0xd7;
    target[at + 1] = 0;
    INT.set(target, at + 2, (int) seconds);
    INT.set(target, at + 6, nanos);
    to.wrote(10);
  }

  private static void head2(int format, int value, Sink to) {
    byte[] target = to.room(HEAD_MAX);
    int at = to.length();
    target[at] = (byte) format;
    target[at + 1] = (byte) (value >>> 8);
    target[at + 2] = (byte) value;
    to.wrote(3);
  }

  private static void head4(int format, int value, Sink to) {
    byte[] target = to.room(HEAD_MAX);
    int at = to.length();
    target[at] = (byte) format;
    INT.set(target, at + 1, value);
    to.wrote(5);
  }

  private static void head8(int format, long value, Sink to) {
    byte[] target = to.room(HEAD_MAX);
    int at = to.length();
    target[at] = (byte) format;
    LONG.set(target, at + 1, value);
    to.wrote(9);
  }
}
