package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.text.Cutter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads compressed files for one reader, one after the other, by the offsets of what is in them. A
 * step back within what was read last costs nothing; one further back begins anew, and one forward
 * decompresses what lies between. Holds memory only from {@link #of} to {@link #release}: the room
 * for steps back, and some 50 KB for gzip, up to 8 MiB for zstd (what its file was made with).
 * Confined to one thread.
 */
public final class Unpacking implements Cutter.Source, AutoCloseable {
  private static final byte[] NOTHING = {};

  private final int room;
  private @Nullable LogFile file;
  private @Nullable Unpacker unpacker;
  private byte[] window = NOTHING; // the byte at an offset stands at its remainder
  private int held; // of the window

  /**
   * For steps back of so many bytes.
   *
   * @param back as many as are read at once, at least
   */
  public Unpacking(int back) {
    this.room = back + Unpacker.CHUNK;
  }

  /** Whether {@code other} can be read without beginning anew with another one later. */
  public boolean isFreeFor(LogFile other) {
    return file == null || file == other;
  }

  /** Reads from {@code next} from here on. */
  public Cutter.Source of(LogFile next) {
    if (file != next) {
      close();
      file = next;
    }
    return this;
  }

  @Override
  public int read(byte[] target, int from, int length, long offset) throws IOException {
    Packed packed = file == null ? null : file.packed();
    if (packed == null) {
      throw new IllegalStateException("no compressed file is read");
    }
    int wanted = Math.clamp(packed.size() - offset, 0, length);
    Unpacker unpacks = unpacker;
    if (unpacks == null || offset < unpacks.offset() - held) {
      unpacks = anew(packed);
    }
    int done = 0;
    while (done < wanted) {
      int ready = Math.clamp(unpacks.offset() - offset - done, 0, wanted - done);
      if (ready > 0) {
        copy(offset + done, target, from + done, ready);
        done += ready;
      } else if (!advance(unpacks)) {
        break; // It is another file by now, which the next look tells.
      }
    }
    return done;
  }

  private Unpacker anew(Packed packed) throws IOException {
    if (unpacker != null) {
      unpacker.close();
    }
    if (window.length == 0) {
      window = new byte[room];
    }
    held = 0;
    Unpacker begun = packed.unpacker();
    unpacker = begun;
    return begun;
  }

  private boolean advance(Unpacker unpacks) throws IOException {
    int length = unpacks.next();
    int at = (int) ((unpacks.offset() - length) % room);
    int first = Math.min(length, room - at);
    System.arraycopy(unpacks.chunk(), 0, window, at, first);
    System.arraycopy(unpacks.chunk(), first, window, 0, length - first);
    held = Math.min(room, held + length);
    return length > 0;
  }

  private void copy(long offset, byte[] target, int from, int length) {
    int at = (int) (offset % room);
    int first = Math.min(length, room - at);
    System.arraycopy(window, at, target, from, first);
    System.arraycopy(window, 0, target, from + first, length - first);
  }

  /** Whether no file is being read. */
  public boolean isFree() {
    return file == null;
  }

  /** {@code done} is not read any further, if it was. */
  public void release(LogFile done) {
    if (file == done) {
      close();
    }
  }

  @Override
  public void close() {
    if (unpacker != null) {
      try {
        unpacker.close();
      } catch (IOException e) {
        // It was only read.
      }
    }
    unpacker = null;
    file = null;
    window = NOTHING;
    held = 0;
  }
}
