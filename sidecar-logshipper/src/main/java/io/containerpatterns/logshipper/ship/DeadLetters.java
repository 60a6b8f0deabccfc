package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.encode.HalfLine;
import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.Rfc3339;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.output.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;

/**
 * What a store would not have: one JSON object a line, on the disk before the line counts as done.
 *
 * <pre>
 *   {"time":"…","output":"main","why":"status 400: …","file":"/logs/app.log","offset":1234,"length":56,
 *    "item":"…the event in the form in which it was refused…"}          or "itemBase64", where it is no text
 * </pre>
 *
 * The file is never shortened and never thrown away by us. When it is full the output stops until
 * somebody has moved it away. Confined to one thread.
 */
final class DeadLetters {
  private final Path file;
  private final String output;
  private final long bytesMax;
  private final InstantSource clock;
  private final Rfc3339 times = new Rfc3339();
  private final Sink line = new Sink(1 << 10);

  /** The file is full; it says which and what to do. */
  static final class Full extends IOException {
    private static final long serialVersionUID = 1;

    Full(Path file, long bytesMax) {
      super(
          file
              + ": is full (expected: less than "
              + bytesMax
              + " bytes); nothing more is sent by this output; look at what was refused, then move"
              + " the file away");
    }
  }

  DeadLetters(Path file, String output, long bytesMax, InstantSource clock) {
    this.file = file;
    this.output = output;
    this.bytesMax = bytesMax;
    this.clock = clock;
  }

  /**
   * Keeps an item for good.
   *
   * @throws IOException when it could not be kept; nothing of it is in the file then
   */
  void keep(Batch batch, int item, String why) throws IOException {
    line.cutTo(0);
    write(batch, item, why);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = HalfLine.end(channel);
      if (end + line.length() > bytesMax) {
        throw new Full(file, bytesMax);
      }
      try {
        ByteBuffer bytes = ByteBuffer.wrap(line.array(), 0, line.length());
        for (long at = end; bytes.hasRemaining(); at = end + bytes.position()) {
          channel.write(bytes, at);
        }
        channel.force(true);
      } catch (IOException e) {
        channel.truncate(end);
        throw e;
      }
    }
  }

  /** How many bytes there are. */
  long bytes() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.size();
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  private void write(Batch batch, int item, String why) {
    Instant now = clock.instant();
    ascii("{\"time\":\"");
    times.write(now.getEpochSecond(), now.getNano(), line);
    ascii("\",\"output\":");
    string(output);
    ascii(",\"why\":");
    string(why);
    ascii(",\"file\":");
    string(batch.origin(item).path());
    ascii(",\"offset\":");
    line.putDecimal(batch.offset(item));
    ascii(",\"length\":");
    line.putDecimal(batch.length(item));
    ascii(",\"item\":");
    int before = line.length();
    if (JsonString.write(batch.array(), batch.start(item), batch.end(item), line) > 0) {
      line.cutTo(before - ":".length() - "\"".length());
      ascii("Base64\":\"");
      ByteBuffer bytes =
          ByteBuffer.wrap(batch.array(), batch.start(item), batch.end(item) - batch.start(item));
      ByteBuffer coded = Base64.getEncoder().encode(bytes);
      line.put(coded.array(), 0, coded.limit());
      line.put('"');
    }
    ascii("}\n");
  }

  private void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonString.write(bytes, 0, bytes.length, line);
  }

  private void ascii(String text) {
    line.put(text.getBytes(StandardCharsets.US_ASCII));
  }
}
