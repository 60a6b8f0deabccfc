package io.containerpatterns.logshipper.local;

import io.containerpatterns.logshipper.encode.HalfLine;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.JsonEvent;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON lines. Taken means on the disk. Whoever rotates the file renames or removes it; a
 * new one is begun with the next parcel. A parcel that could not be written whole is cut off again;
 * what a kill has left of one is a line without sense, ended, and the parcel comes again behind it.
 */
public final class FileOutput implements Output {
  private final Path file;
  private final JsonEvent json = new JsonEvent();
  private @Nullable FileChannel channel;
  private @Nullable Object node; // which file the channel leads to

  /** To this file, whose folder exists. */
  public FileOutput(Path file) {
    this.file = file;
  }

  @Override
  public void encode(Event event, Sink to) {
    json.write(event, to);
    to.put('\n');
  }

  @Override
  public void send(Parcel parcel, Consumer<Verdict> verdict) {
    Verdict told;
    try {
      write(parcel, open());
      told = Verdict.Taken.ALL;
    } catch (IOException e) {
      close();
      told = new Verdict.Again(Optional.empty(), file + ": " + e);
    }
    verdict.accept(told);
  }

  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open != null && Objects.equals(nodeAt(file), node)) {
      return open;
    }
    close();
    open =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel = open;
    HalfLine.end(open);
    node = nodeAt(file);
    return open;
  }

  private static @Nullable Object nodeAt(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException rotatedAway) {
      return null;
    }
  }

  private static void write(Parcel parcel, FileChannel to) throws IOException {
    long end = to.size();
    Batch batch = parcel.batch();
    try {
      long at = end;
      if (parcel.isRun()) {
        at =
            write(
                batch,
                batch.start(parcel.item(0)),
                batch.end(parcel.item(parcel.count() - 1)),
                to,
                at);
      } else {
        for (int place = 0; place < parcel.count(); place++) {
          int item = parcel.item(place);
          at = write(batch, batch.start(item), batch.end(item), to, at);
        }
      }
      to.force(false);
    } catch (IOException e) {
      to.truncate(end);
      throw e;
    }
  }

  private static long write(Batch batch, int start, int end, FileChannel to, long offset)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(batch.array(), start, end - start);
    long at = offset;
    while (bytes.hasRemaining()) {
      at += to.write(bytes, at);
    }
    return at;
  }

  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // What counts was forced before.
      }
    }
  }
}
