package io.containerpatterns.logshipper.forward;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a peer says, cut into values of MessagePack, however it arrives. Only the kinds that the
 * protocol uses, and little of each: a value has at most {@value #BYTES_MAX} bytes, {@value
 * #COUNT_MAX} members and a depth of {@value #DEPTH_MAX}. Confined to one thread.
 *
 * <p>Values are Boolean, Long, List, Map and String; text and binary alike are strings of ISO
 * 8859-1, in which every byte is a character, because peers take one for the other.
 */
final class Answers {
  static final int BYTES_MAX = 16 << 10;
  private static final int COUNT_MAX = 64;
  private static final int DEPTH_MAX = 4;

  private byte[] bytes = new byte[256];
  private int length;
  private int at;

  /** It is none of what the protocol has. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String what) {
      super(what);
    }
  }

  /** There is more to come. */
  private static final class Unfinished extends Exception {
    private static final long serialVersionUID = 1L;
    static final Unfinished ONE = new Unfinished();

    private Unfinished() {
      super("", null, false, false);
    }
  }

  /** Takes what it can of the bytes; false when {@value #BYTES_MAX} are waiting to be read. */
  boolean add(ByteBuf more) {
    int room = Math.min(more.readableBytes(), BYTES_MAX - length);
    if (bytes.length < length + room) {
      bytes = Arrays.copyOf(bytes, Math.min(BYTES_MAX, Math.max(length + room, 2 * length)));
    }
    more.readBytes(bytes, length, room);
    length += room;
    return room > 0;
  }

  /** The next whole value, if it has arrived. */
  Optional<Object> next() throws Malformed {
    if (length == 0) {
      return Optional.empty();
    }
    at = 0;
    try {
      Object value = value(0);
      System.arraycopy(bytes, at, bytes, 0, length - at);
      length -= at;
      return Optional.of(value);
    } catch (Unfinished more) {
      if (length == BYTES_MAX) {
        throw new Malformed("more than " + BYTES_MAX + " bytes");
      }
      return Optional.empty();
    }
  }

  private Object value(int depth) throws Malformed, Unfinished {
    int format = (int) number(1);
    if (depth > DEPTH_MAX) {
      throw new Malformed("deeper than " + DEPTH_MAX);
    }
    if (format < 0x80) {
      return (long) format;
    }
    if (format < 0x90) {
      return map(format & 0xf, depth);
    }
    if (format < 0xa0) {
      return list(format & 0xf, depth);
    }
    if (format < 0xc0) {
      return text(format & 0x1f);
    }
    return switch (format) {
      case 0xc0 -> ""; // Nothing, where a text was to be.
      case 0xc2 -> false;
      case 0xc3 -> true;
      case 0xc4, 0xd9 -> text(number(1));
      case 0xc5, 0xda -> text(number(2));
      case 0xc6, 0xdb -> text(number(4));
      case 0xcc -> number(1);
      case 0xcd -> number(2);
      case 0xce -> number(4);
      case 0xcf, 0xd3 -> number(8);
      case 0xdc -> list(number(2), depth);
      case 0xde -> map(number(2), depth);
      default -> throw new Malformed("format 0x" + Integer.toHexString(format));
    };
  }

  private Map<Object, Object> map(long count, int depth) throws Malformed, Unfinished {
    var map = new HashMap<Object, Object>();
    for (int i = 0; i < bounded(count); i++) {
      map.put(value(depth + 1), value(depth + 1));
    }
    return map;
  }

  private List<Object> list(long count, int depth) throws Malformed, Unfinished {
    var list = new ArrayList<Object>();
    for (int i = 0; i < bounded(count); i++) {
      list.add(value(depth + 1));
    }
    return list;
  }

  private static int bounded(long count) throws Malformed {
    if (count > COUNT_MAX) {
      throw new Malformed(count + " members");
    }
    return (int) count;
  }

  private String text(long size) throws Malformed, Unfinished {
    if (size > BYTES_MAX) {
      throw new Malformed(size + " bytes");
    }
    need((int) size);
    var text = new String(bytes, at, (int) size, StandardCharsets.ISO_8859_1);
    at += (int) size;
    return text;
  }

  private long number(int size) throws Unfinished {
    need(size);
    long number = 0;
    for (int i = 0; i < size; i++) {
      number = number << 8 | (bytes[at++] & 0xff);
    }
    return number;
  }

  private void need(int more) throws Unfinished {
    if (length - at < more) {
      throw Unfinished.ONE;
    }
  }
}
