package io.containerpatterns.logshipper.parse;

import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How many MB of text a thread parses in a second, and what it allocates for an event. */
final class ParserBenchmark {
  private static final int LINES = 4_000;
  private static final long MEASURED_NANOS = 3_000_000_000L;
  private static final String TRACE = "c0ffee00-1234-4abc-8def-0123456789ab";

  private final Event event = new Event(new Origin("/a", List.of()));

  public static void main(String[] arguments) {
    var benchmark = new ParserBenchmark();
    benchmark.measure(
        "plain, level found",
        Parser.of(Format.NONE),
        "2026-11-25 13:29:12,%03d [http-nio-8080-exec-%d] INFO  c.e.shop.OrderController - order %d"
            + " accepted for customer %s in 12 ms");
    benchmark.measure(
        "plain, no time, no level",
        Parser.of(Format.NONE),
        "10.0.%d.%d - - \"GET /orders/%d HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)"
            + " AppleWebKit\" %s");
    benchmark.measure(
        "json, short message",
        Parser.of(Format.JSON),
        "{\"@timestamp\":\"2026-11-25T13:29:12.%03dZ\",\"level\":\"INFO\",\"thread\":\"exec-%d\",\"logger\":\"c.e.shop.OrderController\",\"message\":\"order"
            + " accepted\",\"order\":%d,\"trace\":{\"id\":\"%s\"},\"ms\":12.5}");
    benchmark.measure(
        "json, long message with escapes",
        Parser.of(Format.JSON),
        "{\"ts\":1795613400.%03d,\"level\":\"error\",\"msg\":\"failed\\n\\tat"
            + " com.example.shop.OrderController.accept(OrderController.java:%d)\\n\\tat"
            + " com.example.shop.Dispatcher.dispatch(Dispatcher.java:120)\\n\\tat"
            + " java.base/java.lang.Thread.run(Thread.java:%d)\",\"id\":\"%s\"}");
    benchmark.measure(
        "logfmt",
        Parser.of(Format.LOGFMT),
        "time=2026-11-25T13:29:12.%03dZ level=info thread=exec-%d msg=\"order accepted\" order=%d"
            + " trace=%s ms=12.5");
    benchmark.measure(
        "cri",
        Parser.of(Format.CRI),
        "2026-11-25T13:29:12.%03d000000Z stdout F [exec-%d] INFO  c.e.shop.OrderController - order"
            + " %d accepted for customer %s in 12 ms");
    benchmark.measure(
        "docker",
        Parser.of(Format.DOCKER),
        "{\"log\":\"[exec-%d] INFO  c.e.shop.OrderController - order %d accepted in %d ms for"
            + " %s\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-25T13:29:12.983000001Z\"}");
    benchmark.measure(
        "syslog 5424",
        Parser.of(Format.SYSLOG),
        "<165>1 2026-11-25T13:29:12.%03dZ web1 shop %d ID47 [trace@32473 id=\"%d\" x=\"3\"] order"
            + " accepted for customer %s");
    benchmark.measure(
        "regex",
        Parser.of(
            Pattern.compile(
                "^(?P<time>\\S+ \\S+) \\[(?P<thread>[^\\]]+)\\] (?P<level>\\w+) +(?P<logger>\\S+) -"
                    + " (?P<message>.*)$",
                Pattern.DOTALL)),
        "2026-11-25 13:29:12,%03d [http-nio-8080-exec-%d] INFO  c.e.shop.OrderController - order %d"
            + " accepted for customer %s in 12 ms");
  }

  private void measure(String name, Parser parser, String line) {
    byte[][] lines = new byte[LINES][];
    long bytes = 0;
    for (int i = 0; i < LINES; i++) {
      lines[i] = line.formatted(i % 1000, i % 64, i, TRACE).getBytes(StandardCharsets.UTF_8);
      bytes += lines[i].length;
    }
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    long allocated = 0;
    int unparsed = 0;
    // Long enough for the compiler to be done; the best round is the least disturbed one.
    long until = System.nanoTime() + MEASURED_NANOS;
    while (System.nanoTime() < until) {
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
      long begun = System.nanoTime();
      unparsed = pass(parser, lines);
      best = Math.min(best, System.nanoTime() - begun);
      allocated = threads.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;
    }
    System.out.printf(
        "%-34s %6.0f MB/s %6.0f ns per event of %d bytes, %d bytes allocated, %d unparsed%n",
        name,
        bytes * 1e3 / best,
        (double) best / LINES,
        bytes / LINES,
        allocated / LINES,
        unparsed);
  }

  private int pass(Parser parser, byte[][] lines) {
    int unparsed = 0;
    for (byte[] line : lines) {
      event.begin(line, 0, line.length, 0, line.length, false);
      event.time(1_795_613_400L, 0, false);
      parser.parse(event);
      unparsed += event.isUnparsed() ? 1 : 0;
    }
    return unparsed;
  }
}
