package io.containerpatterns.elector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of this machine. The boot clock is Linux' {@code /proc/uptime} (proc(5)), which counts time spent suspended
 * and ticks every 10 ms; where there is no such file it repeats the monotonic clock, and only the wall clock tells of a
 * suspended machine.
 */
final class SystemClocks implements Clocks {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final long NANOS_PER_HUNDREDTH = 10_000_000;

  private final @Nullable FileChannel uptime;
  private final ThreadLocal<ByteBuffer> buffer =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(32));

  private SystemClocks(@Nullable FileChannel uptime) {
    this.uptime = uptime;
  }

  static SystemClocks open() {
    try {
      return new SystemClocks(FileChannel.open(UPTIME, StandardOpenOption.READ));
    } catch (IOException notLinux) {
      return new SystemClocks(null);
    }
  }

  /** Whether time spent suspended is seen. */
  boolean seesSuspension() {
    return uptime != null;
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }

  @Override
  public long bootNanos() {
    if (uptime == null) {
      return monotonicNanos();
    }
    ByteBuffer text = buffer.get().clear();
    try {
      uptime.read(text, 0);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + UPTIME, e);
    }
    return hundredths(text.flip()) * NANOS_PER_HUNDREDTH;
  }

  /** The first number of the file, such as {@code 350735.47}, in hundredths of a second. */
  static long hundredths(ByteBuffer text) {
    long value = 0;
    while (text.hasRemaining()) {
      byte c = text.get();
      if (c == ' ') {
        break;
      }
      if (c != '.') {
        value = value * 10 + (c - '0');
      }
    }
    return value;
  }

  @Override
  public long wallNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
