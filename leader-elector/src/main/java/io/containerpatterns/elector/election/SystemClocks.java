package io.containerpatterns.elector.election;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of this machine. The boot clock is Linux' {@code /proc/uptime} (proc(5)), which counts
 * time spent suspended and ticks every 10 ms; where there is no such file it repeats the monotonic
 * clock, and only the wall clock tells of a suspended machine.
 */
public final class SystemClocks implements Clocks {
  private static final String UPTIME = "/proc/uptime";
  private static final long NANOS_PER_HUNDREDTH = 10_000_000;

  // Not a channel: those are closed for everybody when a thread that reads is interrupted.
  private final @Nullable RandomAccessFile uptime;
  private final byte[] text = new byte[64]; // guarded by this

  private SystemClocks(@Nullable RandomAccessFile uptime) {
    this.uptime = uptime;
  }

  /** Opens what is needed once; it stays open for the life of the process. */
  public static SystemClocks open() {
    try {
      return new SystemClocks(new RandomAccessFile(UPTIME, "r"));
    } catch (FileNotFoundException notLinux) {
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
  public synchronized long bootNanos() {
    if (uptime == null) {
      return monotonicNanos();
    }
    try {
      uptime.seek(0);
      return hundredths(text, uptime.read(text)) * NANOS_PER_HUNDREDTH;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + UPTIME, e);
    }
  }

  /** The first number of the file, such as {@code 350735.47}, in hundredths of a second. */
  static long hundredths(byte[] text, int length) {
    long value = 0;
    for (int i = 0; i < length && text[i] != ' '; i++) {
      if (text[i] != '.') {
        value = value * 10 + (text[i] - '0');
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
