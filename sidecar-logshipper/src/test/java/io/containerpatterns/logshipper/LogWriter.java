package io.containerpatterns.logshipper;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;

/**
 * An application that logs {@code name,number,crc32} into {@code name.log}, one write a line, and
 * what rotates its file. It keeps the account of what it wrote. Confined to one thread, but for
 * {@link #start}, which makes it another's until {@link #stop}.
 */
final class LogWriter implements AutoCloseable {
  private final Path folder;
  private final String name;
  private final TreeMap<Integer, Integer> files = new TreeMap<>(); // the first line of each
  private FileChannel channel;
  private volatile int lines;
  private volatile boolean stopping;
  private volatile boolean failed;
  private Thread thread = Thread.currentThread();

  /** What happens to a file when its time has come. */
  enum Rotation {
    /** Renamed; the application makes a new one. */
    RENAME,
    /** Copied and emptied; the application goes on with the same. */
    COPYTRUNCATE,
    /** Emptied, without a copy. */
    TRUNCATE,
    /** Removed; the application makes a new one. */
    DELETE,
    /** Renamed, and the one renamed before is compressed, as logrotate's delaycompress does. */
    COMPRESS,
    /** Renamed and compressed at once by the programs gzip and zstd, in turn. */
    PACK
  }

  LogWriter(Path folder, String name) throws IOException {
    this.folder = folder;
    this.name = name;
    this.channel = open();
    files.put(0, 0);
  }

  /** The text of a line, without its end. */
  static String line(String name, int number) {
    String text = name + "," + number;
    var crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return text + "," + String.format("%08x", crc.getValue());
  }

  /** What its lines begin with. */
  String name() {
    return name;
  }

  /** Its file. */
  Path file() {
    return folder.resolve(name + ".log");
  }

  /** How many lines it wrote: 0 up to that, without it. */
  int lines() {
    return lines;
  }

  /** In which of its files that line stands, counted from 0. Once it has stopped. */
  int fileOf(int number) {
    return files.floorEntry(number).getValue();
  }

  private FileChannel open() throws IOException {
    // As a logging library does: what truncates the file moves the place of the next line with it.
    return FileChannel.open(file(), Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  /** Writes so many lines. */
  LogWriter write(int more) throws IOException {
    int end = lines + more;
    for (int number = lines; number < end; number++) {
      write(line(name, number) + "\n");
      lines = number + 1;
    }
    return this;
  }

  /** Writes that, which is no line of the account. */
  void write(String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Rotates its file; {@code kept} of the old ones stay. */
  void rotate(Rotation how, int kept) throws IOException {
    if (how != Rotation.DELETE && how != Rotation.TRUNCATE) {
      for (int i = kept; i > 0; i--) {
        for (String ending : new String[] {"", ".gz", ".zst"}) {
          Path old = old(i, ending);
          if (Files.exists(old) && i == kept) {
            Files.delete(old);
          } else if (Files.exists(old)) {
            Files.move(old, old(i + 1, ending), StandardCopyOption.ATOMIC_MOVE);
          }
        }
      }
    }
    switch (how) {
      case RENAME -> Files.move(file(), old(1, ""), StandardCopyOption.ATOMIC_MOVE);
      case COMPRESS -> {
        Files.move(file(), old(1, ""), StandardCopyOption.ATOMIC_MOVE);
        if (Files.exists(old(2, ""))) {
          compress(old(2, ""));
        }
      }
      case PACK -> {
        Files.move(file(), old(1, ""), StandardCopyOption.ATOMIC_MOVE);
        channel.close();
        if (files.size() % 2 == 0) {
          pack("gzip", old(1, "").toString());
        } else {
          pack("zstd", "-q", "--rm", old(1, "").toString());
        }
        channel = open();
      }
      case DELETE -> Files.delete(file());
      case TRUNCATE -> channel.truncate(0);
      case COPYTRUNCATE -> {
        Files.copy(file(), old(1, ""));
        channel.truncate(0);
      }
    }
    if (how != Rotation.COPYTRUNCATE && how != Rotation.TRUNCATE && how != Rotation.PACK) {
      channel.close();
      channel = open();
    }
    files.put(lines, files.lastEntry().getValue() + 1);
  }

  private Path old(int age, String ending) {
    return folder.resolve(name + ".log." + age + ending);
  }

  private static void pack(String... command) throws IOException {
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + status);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void compress(Path file) throws IOException {
    Path unfinished = Path.of(file + ".tmp");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished))) {
      Files.copy(file, out);
    }
    Files.move(unfinished, Path.of(file + ".gz"), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(file);
  }

  /**
   * Writes at a rate until it is stopped, on a thread of its own.
   *
   * @param rotateEvery so many lines; {@code kept} old files stay
   */
  LogWriter start(int linesPerSecond, int rotateEvery, Rotation how, int kept) {
    thread =
        Thread.ofPlatform()
            .name("writer-" + name)
            .start(() -> {
              long begun = System.nanoTime();
              try {
                while (!stopping) {
                  long due = (System.nanoTime() - begun) * linesPerSecond / 1_000_000_000L;
                  while (lines < due && !stopping) {
                    write(1);
                    if (lines % rotateEvery == 0) {
                      rotate(how, kept);
                    }
                  }
                  LockSupport.parkNanos(1_000_000);
                }
              } catch (IOException e) {
                failed = true;
                throw new UncheckedIOException(e);
              }
            });
    return this;
  }

  /** Waits until it writes no more. */
  void stop() throws InterruptedException {
    stopping = true;
    if (!thread.equals(Thread.currentThread())) {
      thread.join();
    }
    if (failed) {
      throw new AssertionError(name + " could not write");
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stop();
    channel.close();
  }
}
