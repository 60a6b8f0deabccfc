package io.containerpatterns.logshipper.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses a file from its beginning, a chunk at a time, as far as that goes. Chunks of the
 * same file always end at the same offsets, so what one has read of a damaged one another can read,
 * too. Confined to one thread.
 */
final class Unpacker implements AutoCloseable {
  /** A damage takes with it what was decompressed of its chunk. */
  static final int CHUNK = 4 << 10;

  /** How it ended. */
  enum End {
    /** With its last byte. */
    WHOLE,
    /** In the middle, as if it were still being written. */
    CUT,
    /** At something that cannot be read. */
    DAMAGED
  }

  private final Packing packing;
  private final Input input;
  private final byte[] chunk = new byte[CHUNK];
  private @Nullable InputStream unpacked;
  private @Nullable End end;
  private String why = "";
  private long offset;

  Unpacker(Packing packing, FileChannel packed) {
    this.packing = packing;
    this.input = new Input(packed);
  }

  /**
   * Goes on; returns how many bytes there are in {@link #chunk} now, 0 when it has ended.
   *
   * @throws IOException when the file cannot be read
   */
  int next() throws IOException {
    if (end != null) {
      return 0;
    }
    int length = 0;
    try {
      InputStream from = unpacked;
      if (from == null) {
        from = packing.open(input);
        unpacked = from;
      }
      while (length < CHUNK) {
        int more = from.read(chunk, length, CHUNK - length);
        if (more < 0) {
          // The first byte of an empty file may still come.
          end = input.position == 0 ? End.CUT : End.WHOLE;
          break;
        }
        length += more;
      }
    } catch (IOException e) {
      if (!Packing.isFault(e)) {
        throw e;
      }
      end = e instanceof EOFException || input.ended ? End.CUT : End.DAMAGED;
      why = String.valueOf(e.getMessage());
    }
    offset += length;
    return length;
  }

  /** What {@link #next} has read; overwritten by the next one. */
  byte[] chunk() {
    return chunk;
  }

  /** How many bytes have been decompressed. */
  long offset() {
    return offset;
  }

  /** How it ended, once {@link #next} has answered 0. */
  @Nullable End end() {
    return end;
  }

  /** What the decompressor said about it; empty where all was well. */
  String why() {
    return why;
  }

  @Override
  public void close() throws IOException {
    if (unpacked != null) {
      unpacked.close();
    }
  }

  /** A file as a stream; the channel stays open, and others may read in it. */
  private static final class Input extends InputStream {
    private final FileChannel channel;
    private long position;
    private boolean ended; // somebody wanted more than there is

    Input(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int more = channel.read(ByteBuffer.wrap(target, from, length), position);
      if (more < 0) {
        ended = true;
      } else {
        position += more;
      }
      return more;
    }

    @Override
    public int available() throws IOException {
      return Math.clamp(channel.size() - position, 0, Integer.MAX_VALUE);
    }
  }
}
