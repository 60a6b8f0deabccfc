package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.Content;
import io.containerpatterns.logshipper.identity.Proof;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The first pass through a compressed file, a part at a time: how much is in it, whether it is
 * whole, and what stands before those offsets at which a file that we know may be recognised. So
 * one pass answers all that is asked later. Confined to one thread.
 */
final class Survey implements AutoCloseable {
  private final Packing packing;
  private final FileChannel channel;
  private final Marks wanted;
  private final long packedSize;
  private final Unpacker unpacker;
  private final byte[] head = new byte[Proof.HEAD_MAX];
  private int headLength;
  private final TreeMap<Long, byte[]> marks = new TreeMap<>();
  private final byte[] recent = new byte[Anchor.REACH + Unpacker.CHUNK];
  private final NavigableSet<Long> offsets = new TreeSet<>();
  private boolean asked;

  /** Says which offsets of a file are of interest, of which only the head is known yet. */
  @FunctionalInterface
  interface Marks {
    /** The offsets, in any order. */
    Iterable<Long> of(Content head) throws IOException;
  }

  Survey(Packing packing, FileChannel channel, Marks wanted) throws IOException {
    this.packing = packing;
    this.channel = channel;
    this.wanted = wanted;
    this.packedSize = channel.size();
    this.unpacker = new Unpacker(packing, channel);
  }

  /** Goes on for so many bytes; returns whether there is more. */
  boolean step(long bytes) throws IOException {
    for (long until = unpacker.offset() + bytes; unpacker.offset() < until; ) {
      int length = unpacker.next();
      if (length == 0) {
        mark(0);
        return false;
      }
      int more = Math.min(length, head.length - headLength);
      System.arraycopy(unpacker.chunk(), 0, head, headLength, more);
      headLength += more;
      if (headLength == head.length && !asked) {
        ask();
      }
      mark(length);
    }
    return true;
  }

  private void ask() throws IOException {
    asked = true;
    for (long offset :
        wanted.of(new Packed(packing, channel, packedSize, headLength, head, marks))) {
      offsets.add(offset);
    }
  }

  /** Keeps what stands before the offsets that are wanted, and, at the end, before that. */
  private void mark(int length) throws IOException {
    long end = unpacker.offset();
    System.arraycopy(unpacker.chunk(), 0, recent, Anchor.REACH, length);
    if (length == 0) {
      keep(end, end);
      return;
    }
    for (long offset : offsets.subSet(end - length, false, end, true)) {
      keep(offset, end - length);
    }
    // The last bytes of this chunk come to stand before the next one.
    System.arraycopy(recent, length, recent, 0, Anchor.REACH);
  }

  /** Of a chunk that begins at {@code begin}, or of what was before it. */
  private void keep(long offset, long begin) {
    int at = Anchor.REACH + (int) (offset - begin);
    int reach = Anchor.reach(offset);
    byte[] mark = new byte[reach];
    System.arraycopy(recent, at - reach, mark, 0, reach);
    marks.put(offset, mark);
  }

  /** How it ended, and what the decompressor said. */
  Unpacker ended() {
    return unpacker;
  }

  /** Whether the file has changed while it was read. */
  boolean isOutdated() throws IOException {
    return channel.size() != packedSize;
  }

  /** What is known now. */
  Packed packed() {
    return new Packed(
        packing, channel, packedSize, unpacker.offset(), Arrays.copyOf(head, headLength), marks);
  }

  @Override
  public void close() throws IOException {
    unpacker.close();
  }
}
