package io.containerpatterns.logshipper.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.containerpatterns.logshipper.elastic.Bulk;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.loki.JsonPush;
import io.containerpatterns.logshipper.loki.ProtobufPush;
import io.containerpatterns.logshipper.loki.PushSettings;
import io.containerpatterns.logshipper.otlp.ExportRules;
import io.containerpatterns.logshipper.otlp.JsonLogs;
import io.containerpatterns.logshipper.otlp.ProtobufLogs;
import io.containerpatterns.logshipper.splunk.HecEvents;
import io.containerpatterns.logshipper.splunk.HecSettings;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every event goes through, in each form that a store has. */
final class HotPathTest {
  private static final int EVENTS = 20_000;
  private static final InstantSource CLOCK = InstantSource.system();

  static Stream<Dialect> dialects() {
    return Stream.of(
        new Ndjson(),
        new ProtobufPush(PushSettings.DEFAULT, CLOCK),
        new JsonPush(PushSettings.DEFAULT, CLOCK),
        new Bulk("logs", CLOCK),
        new ProtobufLogs(new ExportRules(true, CLOCK)),
        new JsonLogs(new ExportRules(true, CLOCK)),
        new HecEvents(HecSettings.DEFAULT, CLOCK));
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void encodingAnEventAllocatesNothing(Dialect dialect) {
    var file = new Origin("/logs/app.log", List.of(new Origin.Label("app", "shop")), 1);
    Event plain = new EventOf(file).text("plain", 1_000_000).at("2026-11-25T13:29:12Z").get();
    Event rich =
        new EventOf(file)
            .text("gr\u00fc\u00dfe \"quoted\"\n  next line", 2_000_000)
            .at("2026-11-25T13:29:12.983Z")
            .severity(Severity.WARN)
            .field("user", "7")
            .json("took", "12.5")
            .json("count", "12")
            .json("name", "\"a\\nb\"")
            .json("trace_id", "\"0af7651916cd43dd8448eb211c80319c\"")
            .unparsed()
            .get();
    var to = new Sink(4_096);
    encode(dialect, plain, rich, to); // What is made once for a file, and buffers, are there now.

    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < EVENTS; i++) {
      encode(dialect, plain, rich, to);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    // A byte for each event would be 40,000; compiling and the like are a few thousand.
    assertThat(allocated).isLessThan(EVENTS);
  }

  private static void encode(Dialect dialect, Event plain, Event rich, Sink to) {
    to.cutTo(0);
    dialect.encode(plain, to);
    dialect.encode(rich, to);
  }
}
