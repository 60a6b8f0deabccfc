package io.containerpatterns.logshipper.http;

import io.containerpatterns.logshipper.encode.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** What a coding costs on batches of log lines, and how much memory a context holds. */
final class CodingBenchmark {
  private static final int BATCH = 512 << 10;
  private static final long MEASURED_NANOS = 4_000_000_000L;
  private static final int CONTEXTS = 20;

  public static void main(String[] arguments) throws IOException {
    byte[] lines = lines(new SplittableRandom(1));
    for (int warm = 0; warm < 2; warm++) {
      speed("gzip", new Gzip(), lines);
      speed("zstd", new Zstd(), lines);
    }
    memory("gzip", Gzip::new, lines);
    memory("zstd", Zstd::new, lines);
  }

  private static byte[] lines(SplittableRandom random) {
    var text = new StringBuilder();
    while (text.length() < BATCH) {
      text.append(
          "{\"time\":\"2026-11-25T13:29:%02d.%03dZ\",\"level\":\"%s\",\"message\":\"[http-nio-8080-exec-%d] c.e.shop.OrderController - order %d accepted for customer %08x-1234-4abc in %d ms\",\"file\":\"/logs/app.log\",\"app\":\"shop\",\"offset\":%d}\n"
              .formatted(
                  random.nextInt(60),
                  random.nextInt(1000),
                  random.nextInt(10) == 0 ? "warn" : "info",
                  random.nextInt(64),
                  random.nextInt(1_000_000),
                  random.nextInt(),
                  random.nextInt(500),
                  text.length()));
    }
    return text.substring(0, BATCH).getBytes(StandardCharsets.US_ASCII);
  }

  private static void speed(String name, Coding coding, byte[] lines) {
    var to = new Sink(BATCH);
    long best = Long.MAX_VALUE;
    long until = System.nanoTime() + MEASURED_NANOS;
    while (System.nanoTime() < until) {
      to.cutTo(0);
      long begun = System.nanoTime();
      coding.code(lines, 0, lines.length, to);
      best = Math.min(best, System.nanoTime() - begun);
    }
    System.out.printf(
        "%s: %.0f MB/s, %.2f CPU s/GB, a batch of %d bytes becomes %d (%.1f to one)%n",
        name,
        lines.length * 1e3 / best,
        (double) best / lines.length,
        lines.length,
        to.length(),
        (double) lines.length / to.length());
    coding.close();
  }

  private static void memory(String name, Supplier<Coding> maker, byte[] lines) throws IOException {
    List<Coding> all = new ArrayList<>();
    var to = new Sink(BATCH);
    long before = anonymousKib();
    for (int i = 0; i < CONTEXTS; i++) {
      Coding coding = maker.get();
      coding.code(lines, 0, lines.length, to);
      to.cutTo(0);
      all.add(coding);
    }
    System.out.printf("%s: %d KiB a context%n", name, (anonymousKib() - before) / CONTEXTS);
    all.forEach(Coding::close);
  }

  /** What is neither of a file nor shared; the heap, which was touched before, is in both. */
  private static long anonymousKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/smaps_rollup")).stream()
        .filter(line -> line.startsWith("Anonymous:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
        .findFirst()
        .orElseThrow();
  }
}
