package io.containerpatterns.logshipper.otlp;

import java.nio.charset.StandardCharsets;

/**
 * The fields of a message of Protocol Buffers, one after the other. Bytes that are no message end
 * it; nothing throws.
 */
final class ProtobufFields {
  private static final int VARINT_MAX = 10;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int to;
  private int at;
  private int field;
  private int type;
  private long number;
  private int start;

  ProtobufFields(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  /** Moves to the next field, if there is one. */
  boolean next() {
    if (at >= to || !varint()) {
      return false;
    }
    field = (int) (number >>> 3);
    type = (int) (number & 7);
    return switch (type) {
      case VARINT -> varint();
      case FIXED64 -> skip(Long.BYTES);
      case FIXED32 -> skip(Integer.BYTES);
      case LENGTH -> varint() && number >= 0 && number <= to - at && skip((int) number);
      default -> false;
    };
  }

  boolean isNumber(int which) {
    return field == which && type == VARINT;
  }

  boolean isBytes(int which) {
    return field == which && type == LENGTH;
  }

  long number() {
    return number;
  }

  int start() {
    return start;
  }

  int end() {
    return at;
  }

  String text() {
    return new String(bytes, start, at - start, StandardCharsets.UTF_8);
  }

  private boolean skip(int length) {
    start = at;
    at += length;
    return at <= to;
  }

  private boolean varint() {
    number = 0;
    for (int i = 0; i < VARINT_MAX && at < to; i++) {
      int b = bytes[at++];
      number |= (long) (b & 0x7f) << 7 * i;
      if (b >= 0) {
        return true;
      }
    }
    return false;
  }
}
