package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.Content;
import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Proof;
import io.containerpatterns.logshipper.text.Cutter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * One content of one file, held open: what is renamed or deleted can still be read. A file that is
 * truncated and filled again is another one. Of a compressed one everything here is said of what is
 * in it; its keys are of the file as it lies there. Any thread reads; the rest belongs to the
 * thread that looks after the files. Whoever reads must not be interrupted, which would close the
 * file for all.
 */
public final class LogFile implements Content, Cutter.Source, AutoCloseable {
  private final long number;
  private final FileChannel channel;
  private final @Nullable Packed packed; // what is in it, if it is compressed
  private final Object node;
  private FileKey key;
  private Path path;
  private Proof proof;
  private long seen;

  private LogFile(
      long number,
      Object node,
      FileKey key,
      FileChannel channel,
      @Nullable Packed packed,
      Path path) {
    this.number = number;
    this.node = node;
    this.key = key;
    this.channel = channel;
    this.packed = packed;
    this.path = path;
    this.proof = Proof.NONE;
  }

  /**
   * Opens what {@code path} leads to.
   *
   * @param number ours for this content
   * @throws IOException when it is gone or may not be read, or became another one meanwhile
   */
  static LogFile open(long number, Path path) throws IOException {
    FileKey before = FileKey.of(path);
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      Object node = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      // A rename between the two would give the content of one file the key of another.
      if (node == null || !FileKey.of(path).agrees(before)) {
        throw new IOException(path + " became another file while it was opened");
      }
      var file = new LogFile(number, node, before, channel, null, path);
      file.look();
      return file;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The same content, held by the same handle, under another number; this one must not be closed.
   */
  LogFile numbered(long newNumber) {
    var file = new LogFile(newNumber, node, key, channel, packed, path);
    file.proof = proof;
    file.seen = seen;
    return file;
  }

  /** What is in it, held by the same handle; this one must not be closed. */
  LogFile unpacked(Packed content) throws IOException {
    var file = new LogFile(number, node, key, channel, content, path);
    file.look();
    return file;
  }

  /** Whether it is compressed. */
  public boolean isPacked() {
    return packed != null;
  }

  /** How much is in it, if it is compressed; 0 otherwise. Any thread. */
  public long unpackedSize() {
    return packed == null ? 0 : packed.size();
  }

  /** What is in it, if it is compressed. */
  @Nullable Packed packed() {
    return packed;
  }

  /** The file as it lies there. */
  FileChannel channel() {
    return channel;
  }

  /** Our number for this content. */
  public long number() {
    return number;
  }

  /** Which file it is for the system while we hold it; equal for two names of one file. */
  Object node() {
    return node;
  }

  /** Who it is for the file system. */
  public FileKey key() {
    return key;
  }

  /** What it is called, as far as we know. */
  public Path path() {
    return path;
  }

  /** What it begins with; covers more as the file grows. */
  public Proof proof() {
    return proof;
  }

  /** It was found again, maybe under another name. */
  void foundAt(Path at) {
    if (!at.equals(path)) {
      path = at; // Otherwise the one whose text others hold already.
    }
  }

  /** How many bytes it has where it lies, as far as was seen. */
  long lying() {
    return packed == null ? seen : packed.packedSize();
  }

  /** The greatest size that was seen. */
  public long seen() {
    return seen;
  }

  /**
   * Looks at the size and, when it has changed, at the head. False when the content is no longer
   * the one that it was: cut, or cut and filled again.
   */
  public boolean look() throws IOException {
    long size = size();
    if (size == seen) {
      // Filled again to the very same size: seen as soon as it grows, by what stands before.
      return true;
    }
    if (size < seen || !proof.holds(this)) {
      return false;
    }
    if (proof.isYoung() && size > proof.length()) {
      proof = Proof.of(this);
      key = keyNow();
    }
    seen = size;
    return true;
  }

  /**
   * A young file may not have had a birth that could be told from its last change, and has one now.
   */
  private FileKey keyNow() {
    try {
      FileKey now = FileKey.of(path);
      return now.agrees(key) && now.birthMillis() != FileKey.NO_BIRTH ? now : key;
    } catch (IOException goneOrRenamed) {
      return key;
    }
  }

  /** What stands before {@code offset}, to be recognised by later. */
  public Anchor anchor(long offset) throws IOException {
    return Anchor.of(this, offset);
  }

  @Override
  public long size() throws IOException {
    return packed == null ? channel.size() : packed.size();
  }

  @Override
  public int read(byte[] target, long offset) throws IOException {
    return read(target, 0, target.length, offset);
  }

  /**
   * Reads up to {@code length} bytes at {@code offset} into {@code target} from {@code from};
   * returns how many there were, 0 at the end.
   */
  @Override
  public int read(byte[] target, int from, int length, long offset) throws IOException {
    if (packed != null) {
      return packed.read(target, from, length, offset);
    }
    ByteBuffer buffer = ByteBuffer.wrap(target, from, length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position() - from) < 0) {
        break;
      }
    }
    return buffer.position() - from;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Where nobody could do anything about it. */
  void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  @Override
  public String toString() {
    return path + " (" + number + ")";
  }
}
