package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.Content;
import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Proof;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One content of one file, held open. A file that is truncated and filled again is another one.
 * Confined to one thread.
 */
public final class LogFile implements Content, AutoCloseable {
  private final long number;
  private final FileChannel channel;
  private FileKey key;
  private Path path;
  private Proof proof;
  private long seen;

  private LogFile(long number, FileKey key, FileChannel channel, Path path, Proof proof) {
    this.number = number;
    this.key = key;
    this.channel = channel;
    this.path = path;
    this.proof = proof;
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
      // A rename between the two would give the content of one file the key of another.
      if (!FileKey.of(path).agrees(before)) {
        throw new IOException(path + " became another file while it was opened");
      }
      var file = new LogFile(number, before, channel, path, Proof.NONE);
      file.look();
      return file;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Our number for this content. */
  public long number() {
    return number;
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

  /**
   * It was found again, maybe under another name, and maybe with a birth that could not be told from
   * the last change before.
   */
  void foundAs(FileKey found, Path at) {
    if (found.birthMillis() != FileKey.NO_BIRTH) {
      key = found;
    }
    path = at;
  }

  /** The greatest size that was seen. */
  public long seen() {
    return seen;
  }

  /**
   * Looks at the size and, while the head is young, at the head. False when the content is no longer
   * the one that it was: cut, or cut and filled again.
   */
  boolean look() throws IOException {
    long size = channel.size();
    if (size < seen || !proof.holds(this)) {
      return false;
    }
    if (proof.isYoung() && size > proof.length()) {
      proof = Proof.of(this);
    }
    seen = size;
    return true;
  }

  /** What stands before {@code offset}, to be recognised by later. */
  public Anchor anchor(long offset) throws IOException {
    return Anchor.of(this, offset);
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public int read(byte[] target, long offset) throws IOException {
    return read(target, 0, target.length, offset);
  }

  /**
   * Reads up to {@code length} bytes at {@code offset} into {@code target} from {@code from}; returns
   * how many there were, 0 at the end.
   */
  public int read(byte[] target, int from, int length, long offset) throws IOException {
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
}
