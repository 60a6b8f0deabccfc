import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes log files, the same in every run: {@code java Lines FOLDER FILES LINES plain|json
 * [LINES_A_SECOND]}.
 *
 * <p>Every line has a mark, {@code ~file.number.time~}: the number counts from 0 in each file, the
 * time is that of its append in microseconds since 1970, or 0 without a rate:
 *
 * <pre>
 *   2026-10-25T09:46:40.001Z INFO  [worker-7] com.example.shop.Orders - cache miss ... ~003.000000042.1795600000000123~
 * </pre>
 *
 * <p>With a rate the files are made, {@code ready} is printed, and a line on standard input starts
 * the writing.
 */
final class Lines {
  // More text than any batch or window of a compressor that might find it again.
  private static final int TEMPLATES = 1 << 16;
  private static final int MARK = "~003.000000042.1795600000000123~".length();
  private static final long TICK_NANOS = 10_000_000;
  private static final String[] WORDS = {
    "connection", "accepted", "from", "peer", "request", "completed", "user", "order", "payment",
    "cache", "miss", "hit", "timeout", "retry", "database", "session", "worker", "queue"
  };

  private final byte[][] before = new byte[TEMPLATES][];
  private final byte[][] after = new byte[TEMPLATES][];
  private final FileChannel[] files;
  private final ByteBuffer[] pending;
  private final long lines;
  private long written;

  private Lines(Path folder, int count, long lines, boolean json) throws IOException {
    this.lines = lines;
    files = new FileChannel[count];
    pending = new ByteBuffer[count];
    for (int file = 0; file < count; file++) {
      files[file] =
          FileChannel.open(
              folder.resolve("app-%03d.log".formatted(file)),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
      pending[file] = ByteBuffer.allocateDirect(64 << 10);
    }
    templates(json);
  }

  public static void main(String[] args) throws IOException {
    var all =
        new Lines(
            Path.of(args[0]),
            Integer.parseInt(args[1]),
            Long.parseLong(args[2]),
            args[3].equals("json"));
    if (args.length > 4) {
      System.out.println("ready");
      if (System.in.read() < 0) {
        return;
      }
      all.writeSteadily(Long.parseLong(args[4]));
    } else {
      all.writeUpTo(all.lines, 0);
    }
    all.close();
    System.out.println("written");
  }

  private void templates(boolean json) {
    var random = new SplittableRandom(1);
    long millis = 1_792_921_600_000L;
    for (int i = 0; i < TEMPLATES; i++) {
      millis += random.nextInt(3);
      var time = Instant.ofEpochMilli(millis);
      int worker = random.nextInt(16);
      var text = new StringBuilder();
      for (int words = 4 + random.nextInt(5); words > 0; words--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
      }
      before[i] =
          bytes(
              json
                  ? "{\"time\":\"%s\",\"level\":\"info\",\"logger\":\"com.example.shop.Orders\",\"thread\":\"worker-%d\",\"message\":\"%s"
                      .formatted(time, worker, text)
                  : "%s INFO  [worker-%d] com.example.shop.Orders - %s"
                      .formatted(time, worker, text));
      after[i] = bytes(json ? "\",\"user\":%d}\n".formatted(random.nextInt(100_000)) : "\n");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Appends in ticks, as much as the rate wants by then; late ticks are caught up with. */
  private void writeSteadily(long linesPerSecond) throws IOException {
    long started = System.nanoTime();
    for (long tick = 1; written < lines; tick++) {
      long due = Math.min(lines, tick * TICK_NANOS * linesPerSecond / 1_000_000_000L);
      var now = Instant.now();
      writeUpTo(due, now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
      for (long left = left(started, tick); left > 0; left = left(started, tick)) {
        LockSupport.parkNanos(left);
      }
    }
  }

  private static long left(long started, long tick) {
    return started + tick * TICK_NANOS - System.nanoTime();
  }

  /** Line n of all is line n / files of file n % files. */
  private void writeUpTo(long end, long micros) throws IOException {
    for (; written < end; written++) {
      int file = (int) (written % files.length);
      int template = (int) (written % TEMPLATES);
      ByteBuffer buffer = pending[file];
      if (buffer.remaining() < before[template].length + MARK + after[template].length) {
        flush(file);
      }
      buffer.put(before[template]).put((byte) '~');
      digits(buffer, file, 3);
      digits(buffer.put((byte) '.'), written / files.length, 9);
      digits(buffer.put((byte) '.'), micros, 16);
      buffer.put((byte) '~').put(after[template]);
    }
    for (int file = 0; file < files.length; file++) {
      flush(file);
    }
  }

  private static void digits(ByteBuffer buffer, long value, int count) {
    int end = buffer.position() + count;
    for (int at = end - 1; at >= end - count; at--) {
      buffer.put(at, (byte) ('0' + value % 10));
      value /= 10;
    }
    buffer.position(end);
  }

  private void flush(int file) throws IOException {
    ByteBuffer buffer = pending[file].flip();
    while (buffer.hasRemaining()) {
      files[file].write(buffer);
    }
    buffer.clear();
  }

  /** Onto the disk, so that no write-back disturbs what is measured next. */
  private void close() throws IOException {
    for (var file : files) {
      file.force(false);
      file.close();
    }
  }
}
