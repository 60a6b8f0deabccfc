package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.identity.Content;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a compressed file after it was decompressed once: how much is in it, and those
 * bytes by which it may be recognised. Everything is said of what is in it.
 */
final class Packed implements Content {
  private final Packing packing;
  private final FileChannel channel;
  private final long packedSize;
  private final long size;
  private volatile byte[] head;
  private volatile Map<Long, byte[]> marks; // by offset: what stands before it

  Packed(
      Packing packing,
      FileChannel channel,
      long packedSize,
      long size,
      byte[] head,
      Map<Long, byte[]> marks) {
    this.packing = packing;
    this.channel = channel;
    this.packedSize = packedSize;
    this.size = size;
    this.head = head;
    this.marks = Map.copyOf(marks);
  }

  /** Whether the file is another one since. */
  boolean isOutdated() throws IOException {
    return channel.size() != packedSize;
  }

  /** Everybody has recognised it who wanted to: only its end is kept in mind. */
  void recognised() {
    head = new byte[0];
    var last = new TreeMap<Long, byte[]>();
    byte[] tail = marks.get(size);
    if (tail != null) {
      last.put(size, tail);
    }
    marks = Map.copyOf(last);
  }

  /** Begins at its first byte. */
  Unpacker unpacker() {
    return new Unpacker(packing, channel);
  }

  @Override
  public long size() {
    return size;
  }

  /** From what is kept in mind, or else by decompressing everything before it. */
  @Override
  public int read(byte[] target, long offset) throws IOException {
    return read(target, 0, target.length, offset);
  }

  int read(byte[] target, int from, int length, long offset) throws IOException {
    int wanted = Math.clamp(size - offset, 0, length);
    byte[] begins = head;
    if (offset + wanted <= begins.length) {
      System.arraycopy(begins, (int) offset, target, from, wanted);
      return wanted;
    }
    byte[] mark = marks.get(offset + wanted);
    if (mark != null && mark.length >= wanted) {
      System.arraycopy(mark, mark.length - wanted, target, from, wanted);
      return wanted;
    }
    return unpack(target, from, wanted, offset);
  }

  private int unpack(byte[] target, int from, int wanted, long offset) throws IOException {
    int done = 0;
    try (Unpacker unpacker = unpacker()) {
      for (int length = unpacker.next(); length > 0 && done < wanted; length = unpacker.next()) {
        long begin = unpacker.offset() - length;
        if (unpacker.offset() > offset) {
          int skip = (int) Math.max(0, offset - begin);
          int more = Math.min(length - skip, wanted - done);
          System.arraycopy(unpacker.chunk(), skip, target, from + done, more);
          done += more;
        }
      }
    }
    return done;
  }
}
