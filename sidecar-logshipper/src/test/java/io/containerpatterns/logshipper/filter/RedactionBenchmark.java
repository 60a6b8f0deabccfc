package io.containerpatterns.logshipper.filter;

import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.filter.Redaction.Preset;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How many MB of text a thread looks through for secrets in a second. */
final class RedactionBenchmark {
  private static final int LINES = 4_000;
  private static final long MEASURED_NANOS = 3_000_000_000L;
  private static final String CLEAN =
      "2026-11-25 13:29:12,%03d [http-nio-8080-exec-%d] INFO  c.e.shop.OrderController - order %d"
          + " accepted for customer c0ffee00-1234-4abc-8def-0123456789ab in 12 ms";
  private static final String DIRTY =
      "2026-11-25 13:29:12,%03d [exec-%d] INFO  c.e.shop.OrderController - order %d paid with 4111"
          + " 1111 1111 1111 by bob@example.org, token=0123456789abcdef";

  private final Event event = new Event(new Origin("/a", List.of()));

  public static void main(String[] arguments) {
    var benchmark = new RedactionBenchmark();
    for (Preset preset : Preset.values()) {
      benchmark.measure(
          preset + ", clean", new Redaction(EnumSet.of(preset), List.of(), "***"), CLEAN);
    }
    var all = EnumSet.allOf(Preset.class);
    benchmark.measure("all presets, clean", new Redaction(all, List.of(), "***"), CLEAN);
    benchmark.measure("all presets, three secrets", new Redaction(all, List.of(), "***"), DIRTY);
    var pattern = Pattern.compile("customer-[0-9]{6}");
    benchmark.measure(
        "own pattern, clean", new Redaction(Set.of(), List.of(pattern), "***"), CLEAN);
    var loose = Pattern.compile("[a-z]+-[0-9]{6}\\b");
    benchmark.measure(
        "own loose pattern, clean", new Redaction(Set.of(), List.of(loose), "***"), CLEAN);
  }

  private void measure(String name, Redaction redaction, String line) {
    byte[][] lines = new byte[LINES][];
    long bytes = 0;
    for (int i = 0; i < LINES; i++) {
      lines[i] = line.formatted(i % 1000, i % 64, i).getBytes(StandardCharsets.UTF_8);
      bytes += lines[i].length;
    }
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    long allocated = 0;
    // Long enough for the compiler to be done; the best round is the least disturbed one.
    long until = System.nanoTime() + MEASURED_NANOS;
    while (System.nanoTime() < until) {
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
      long begun = System.nanoTime();
      for (byte[] b : lines) {
        event.begin(b, 0, b.length, 0, b.length, false);
        redaction.pass(event);
      }
      best = Math.min(best, System.nanoTime() - begun);
      allocated = threads.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;
    }
    System.out.printf(
        "%-34s %6.0f MB/s %6.0f ns per event of %d bytes, %d bytes allocated%n",
        name, bytes * 1e3 / best, (double) best / LINES, bytes / LINES, allocated / LINES);
  }
}
