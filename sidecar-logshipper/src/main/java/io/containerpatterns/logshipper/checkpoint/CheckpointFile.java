package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state directory on disk: one file of frames, appended to and, when it has grown, replaced by
 * the few that still count. Confined to one thread.
 *
 * <pre>
 *   checkpoint        the frames
 *   checkpoint.new    its replacement while it is written; of no account until it is renamed
 *   lock              held while a process uses the directory
 * </pre>
 *
 * A write that fails is as if it had not been: the next one begins at the same place. What was
 * written survives the end of the process at once and the end of the machine after {@link #force}.
 */
public final class CheckpointFile implements AutoCloseable {
  private static final String NAME = "checkpoint";
  private static final String LOCK = "lock";
  private static final int BUFFER = 64 << 10;
  private static final long REWRITE_AT = 1 << 20;

  private final Path directory;
  private final FileChannel lockChannel;
  private final Ledger ledger;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private FileChannel channel;
  private long length;
  private long rewriteAt = REWRITE_AT;
  private boolean forced = true;

  private CheckpointFile(
      Path directory, FileChannel lockChannel, FileChannel channel, Ledger ledger, long length) {
    this.directory = directory;
    this.lockChannel = lockChannel;
    this.channel = channel;
    this.ledger = ledger;
    this.length = length;
  }

  /**
   * Opens the state in {@code directory}, which is made when it is missing.
   *
   * @param setting the setting that names the directory, for the errors
   * @throws InvalidSettings when the directory cannot be used, another process uses it, or a newer
   *     version of ours has written it; nothing in it was changed
   */
  public static CheckpointFile open(Path directory, String setting) {
    FileChannel lock = null;
    try {
      Files.createDirectories(directory);
      lock = lock(directory, setting);
      return open(directory, lock, setting);
    } catch (IOException e) {
      closeQuietly(lock);
      throw new InvalidSettings(
          new Problem(
              setting,
              directory.toString(),
              "a directory that we can write to; the system says: " + e,
              "mount a writable volume there, or name another directory"));
    } catch (InvalidSettings e) {
      closeQuietly(lock);
      throw e;
    }
  }

  private static FileChannel lock(Path directory, String setting) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new InvalidSettings(
          new Problem(
              setting,
              directory.toString(),
              "a directory that no other process uses; one holds " + LOCK,
              "stop the other one, or give each its own directory"));
    }
    return channel;
  }

  private static CheckpointFile open(Path directory, FileChannel lock, String setting)
      throws IOException {
    Path file = directory.resolve(NAME);
    Ledger ledger = new Ledger();
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      long length =
          header(channel, directory, setting) ? read(channel, ledger) : writeHeader(channel);
      return new CheckpointFile(directory, lock, channel, ledger, length);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Fills {@code bytes} with what stands at {@code offset}, as far as there is that much. */
  private static ByteBuffer read(FileChannel channel, ByteBuffer bytes, long offset)
      throws IOException {
    bytes.clear();
    while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
      // Until it is full, or the file has no more.
    }
    return bytes.flip();
  }

  /** False when the file has no header yet; it was made and nothing more. */
  private static boolean header(FileChannel channel, Path directory, String setting)
      throws IOException {
    ByteBuffer bytes = read(channel, ByteBuffer.allocate(EntryFormat.HEADER_LENGTH), 0);
    byte[] magic = new byte[EntryFormat.MAGIC.length];
    if (bytes.remaining() < EntryFormat.HEADER_LENGTH) {
      return false;
    }
    bytes.get(magic);
    int version = Short.toUnsignedInt(bytes.getShort());
    if (!Arrays.equals(magic, EntryFormat.MAGIC) || version != EntryFormat.VERSION) {
      throw new InvalidSettings(
          new Problem(
              setting,
              directory.toString(),
              "a directory whose file "
                  + NAME
                  + " is of version "
                  + EntryFormat.VERSION
                  + "; it is "
                  + (Arrays.equals(magic, EntryFormat.MAGIC)
                      ? "of version " + version
                      : "something else"),
              "run the version that wrote it, or name an empty directory and accept that everything"
                  + " is sent again"));
    }
    return true;
  }

  /** Reads all frames, a buffer full at a time: of ten thousand files there are megabytes. */
  private static long read(FileChannel channel, Ledger ledger) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    long at = EntryFormat.HEADER_LENGTH;
    do {
      at += bytes.position();
      read(channel, bytes, at);
      for (Optional<Entry> entry = EntryFormat.read(bytes);
          entry.isPresent();
          entry = EntryFormat.read(bytes)) {
        ledger.apply(entry.get());
      }
    } while (bytes.position() > 0);
    return at;
  }

  private static long writeHeader(FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(EntryFormat.HEADER_LENGTH);
    EntryFormat.writeHeader(header);
    writeFully(channel, header.flip(), 0);
    return EntryFormat.HEADER_LENGTH;
  }

  /** What is known; as the entries written so far leave it. */
  public List<KnownFile> files() {
    return ledger.files();
  }

  /** A number for a file that was never seen. */
  public long nextFile() {
    return ledger.nextFile();
  }

  /**
   * Writes the entries, all of them or, when it fails, none.
   *
   * @throws IOException when the disk is full or gone; try again with what then is true
   */
  public void write(List<Entry> entries) throws IOException {
    long end = append(channel, length, entries);
    for (Entry entry : entries) {
      ledger.apply(entry);
    }
    forced &= end == length;
    length = end;
    if (length >= rewriteAt) {
      rewrite();
    }
  }

  private long append(FileChannel to, long start, List<Entry> entries) throws IOException {
    long at = start;
    try {
      buffer.clear();
      for (Entry entry : entries) {
        if (buffer.remaining() < EntryFormat.FRAME_MAX) {
          at += writeFully(to, buffer.flip(), at);
          buffer.clear();
        }
        EntryFormat.write(entry, buffer);
      }
      return at + writeFully(to, buffer.flip(), at);
    } catch (IOException e) {
      cutTo(to, start, e);
      throw e;
    }
  }

  /** Half of what was written must not be read by the next process as all of it. */
  private static void cutTo(FileChannel channel, long length, IOException reason) {
    try {
      channel.truncate(length);
    } catch (IOException e) {
      // Safe all the same: each entry is true by itself, and the next write begins at length.
      reason.addSuppressed(e);
    }
  }

  private void rewrite() throws IOException {
    Path next = directory.resolve(NAME + ".new");
    FileChannel replacement =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      long end = append(replacement, writeHeader(replacement), ledger.entries());
      // Before the name is: a machine that crashes must not find the name with nothing behind it.
      replacement.force(true);
      Files.move(
          next,
          directory.resolve(NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      forceDirectory();
      channel.close();
      channel = replacement;
      length = end;
      rewriteAt = Math.max(REWRITE_AT, 2 * end);
      forced = true;
    } catch (IOException e) {
      replacement.close();
      // The old one stays and grows; ask again when it has grown as much once more.
      rewriteAt = length + REWRITE_AT;
      throw e;
    }
  }

  /** Waits until what was written survives the end of the machine. */
  public void force() throws IOException {
    if (!forced) {
      channel.force(false);
      forced = true;
    }
  }

  private void forceDirectory() throws IOException {
    try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
      self.force(true);
    }
  }

  private static int writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    int length = bytes.remaining();
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    try {
      force();
    } finally {
      channel.close();
      lockChannel.close();
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // It held nothing but the lock, which goes with the process.
      }
    }
  }
}
