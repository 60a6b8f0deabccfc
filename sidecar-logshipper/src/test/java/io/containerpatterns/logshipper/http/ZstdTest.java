package io.containerpatterns.logshipper.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.sun.management.ThreadMXBean;
import io.containerpatterns.logshipper.encode.Sink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ZstdTest {
  private static final int BODIES = 200;

  @Test
  void anyBytesComeBackFromTheReferenceDecoder() throws IOException {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    var to = new Sink(16);
    try (var zstd = new Zstd()) {
      for (int body = 0; body < BODIES; body++) {
        byte[] bytes = bytes(random);
        int start = random.nextInt(bytes.length + 1);
        int end = random.nextInt(start, bytes.length + 1);
        to.cutTo(0);
        to.put(new byte[] {1, 2, 3}); // Is appended to.

        zstd.code(bytes, start, end, to);

        assertThat(decoded(to, 3))
            .as("seed %d, body %d", seed, body)
            .isEqualTo(Arrays.copyOfRange(bytes, start, end));
      }
    }
  }

  private static byte[] bytes(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 100 : 3 << 20)];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
      return bytes;
    }
    for (int at = 0; at < bytes.length; ) {
      byte[] line =
          ("2026-11-25 13:29:12 INFO order " + random.nextInt() + " accepted\n")
              .getBytes(StandardCharsets.US_ASCII);
      int length = Math.min(line.length, bytes.length - at);
      System.arraycopy(line, 0, bytes, at, length);
      at += length;
    }
    return bytes;
  }

  private static byte[] decoded(Sink coded, int start) throws IOException {
    var from = new ByteArrayInputStream(coded.array(), start, coded.length() - start);
    try (var decoder = new ZstdInputStream(from)) {
      return decoder.readAllBytes();
    }
  }

  @Test
  void aBodyAllocatesNothing() {
    byte[] bytes =
        "2026-11-25 13:29:12 INFO order 4711 accepted\n"
            .repeat(10_000)
            .getBytes(StandardCharsets.US_ASCII);
    var to = new Sink(1 << 20);
    try (var zstd = new Zstd()) {
      zstd.code(bytes, 0, bytes.length, to);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int body = 0; body < BODIES; body++) {
        to.cutTo(0);
        zstd.code(bytes, 0, bytes.length, to);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      // A byte of each body would be thousands of times as much.
      assertThat(allocated).isLessThan(BODIES * 100L);
    }
  }
}
