package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Proof;
import io.containerpatterns.logshipper.identity.Trail;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Entries as bytes, big-endian, version {@value #VERSION}.
 *
 * <pre>
 *   file      "containerpatterns logshipper checkpoint" LF   version (u16)   frame ...
 *   frame     length of what follows behind the sum (u16)   CRC-32C of that (u32)   type (u8)   file (i64) ...
 *   Identity  1   device (i64) inode (i64) birth (i64)   head length (u16) head hash (i64)   path (u16, UTF-8)
 *   Position  2   output (u16, UTF-8)   anchors (u8)   offset (i64) hash (i64) ...
 *   Gone      3
 * </pre>
 *
 * A frame that is cut or does not sum up ends the file: it was being written when the process or
 * the machine ended, and everything before it is whole.
 */
final class EntryFormat {
  static final int VERSION = 1;
  static final byte[] MAGIC =
      "containerpatterns logshipper checkpoint\n".getBytes(StandardCharsets.US_ASCII);
  static final int HEADER_LENGTH = MAGIC.length + 2;

  /** The longest frame: a path of 4,096 bytes, which is Linux' PATH_MAX, and some numbers. */
  static final int FRAME_MAX = 8_192;

  private static final int FRAME_HEAD = 6;
  private static final int TEXT_MAX = 4_096;
  private static final byte IDENTITY = 1;
  private static final byte POSITION = 2;
  private static final byte GONE = 3;

  private EntryFormat() {}

  static void writeHeader(ByteBuffer to) {
    to.put(MAGIC).putShort((short) VERSION);
  }

  /** Appends a frame; {@code to} has at least {@link #FRAME_MAX} bytes left. */
  static void write(Entry entry, ByteBuffer to) {
    int start = to.position();
    to.position(start + FRAME_HEAD);
    switch (entry) {
      case Entry.Identity(long file, FileKey key, Proof proof, String path) -> {
        to.put(IDENTITY).putLong(file);
        to.putLong(key.device()).putLong(key.inode()).putLong(key.birthMillis());
        to.putShort((short) proof.length()).putLong(proof.hash());
        text(path, to);
      }
      case Entry.Position(long file, String output, Trail trail) -> {
        to.put(POSITION).putLong(file);
        text(output, to);
        to.put((byte) trail.anchors().size());
        for (Anchor anchor : trail.anchors()) {
          to.putLong(anchor.offset()).putLong(anchor.hash());
        }
      }
      case Entry.Gone(long file) -> to.put(GONE).putLong(file);
    }
    int length = to.position() - start - FRAME_HEAD;
    to.putShort(start, (short) length);
    to.putInt(start + 2, sum(to, start + FRAME_HEAD, length));
  }

  /**
   * Reads the frame at the position and moves behind it; empty, and not moved, at the end of what
   * is whole.
   */
  static Optional<Entry> read(ByteBuffer from) {
    int start = from.position();
    if (from.remaining() < FRAME_HEAD) {
      return Optional.empty();
    }
    int length = Short.toUnsignedInt(from.getShort(start));
    if (length == 0
        || from.remaining() < FRAME_HEAD + length
        || from.getInt(start + 2) != sum(from, start + FRAME_HEAD, length)) {
      return Optional.empty();
    }
    try {
      Entry entry = entry(from.slice(start + FRAME_HEAD, length));
      from.position(start + FRAME_HEAD + length);
      return Optional.of(entry);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      // Sums up and makes no sense: not written by us, and nothing behind it can be trusted more.
      return Optional.empty();
    }
  }

  private static Entry entry(ByteBuffer from) {
    byte type = from.get();
    long file = from.getLong();
    return switch (type) {
      case IDENTITY -> {
        var key = new FileKey(from.getLong(), from.getLong(), from.getLong());
        var proof = new Proof(Short.toUnsignedInt(from.getShort()), from.getLong());
        yield new Entry.Identity(file, key, proof, text(from));
      }
      case POSITION -> {
        String output = text(from).intern(); // one text for the files, of which there are thousands
        int count = from.get();
        List<Anchor> anchors = new ArrayList<>(Math.max(0, count));
        for (int i = 0; i < count; i++) {
          anchors.add(new Anchor(from.getLong(), from.getLong()));
        }
        yield new Entry.Position(file, output, new Trail(anchors));
      }
      case GONE -> new Entry.Gone(file);
      default -> throw new IllegalArgumentException("frame of type " + type);
    };
  }

  private static void text(String text, ByteBuffer to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, TEXT_MAX);
    to.putShort((short) length).put(bytes, 0, length);
  }

  private static String text(ByteBuffer from) {
    byte[] bytes = new byte[Short.toUnsignedInt(from.getShort())];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int sum(ByteBuffer buffer, int start, int length) {
    var crc = new CRC32C();
    crc.update(buffer.slice(start, length));
    return (int) crc.getValue();
  }
}
