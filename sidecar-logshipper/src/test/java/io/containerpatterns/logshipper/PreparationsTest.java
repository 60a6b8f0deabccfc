package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.output.JsonEvent;
import io.containerpatterns.logshipper.ship.Preparation;
import io.containerpatterns.logshipper.text.Cut;
import io.containerpatterns.logshipper.text.Cutter;
import io.containerpatterns.logshipper.text.Ending;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From the bytes of a file to events, as its head and the settings say. */
final class PreparationsTest {
  private static final long READ_AT = 1_795_600_000L; // 2026-11-25T11:06:40Z
  private static final int HEAD = 4 << 10;

  private final ManualTicker ticker = new ManualTicker();
  private final Origin origin = new Origin("/logs/app.log", List.of(), 1);

  @Test
  void ofLinesOfJsonTimeLevelAndMessageAreFoundAndTheRestAreFields() throws Exception {
    assertThat(
            events(
                Map.of(),
                """
                {"ts":"2026-11-25T10:00:00Z","level":"warn","msg":"low","user":7}
                {"ts":"2026-11-25T10:00:01Z","level":"error","msg":"out","at":{"shelf":"b"}}
                """))
        .containsExactly(
            json("2026-11-25T10:00:00.000Z\",\"level\":\"warn", "low", 0, ",'fields':{'user':7}"),
            json(
                "2026-11-25T10:00:01.000Z\",\"level\":\"error",
                "out",
                66,
                ",'fields':{'at':{'shelf':'b'}}"));
  }

  @Test
  void whatIsNoJsonInAFileOfJsonGoesOutAsItIsAndMarked() throws Exception {
    assertThat(events(Map.of("LOGSHIPPER_PARSE", "json"), "{\"msg\":\"a\"}\nbroken {\n"))
        .containsExactly(
            json("2026-11-25T09:46:40.000Z", "a", 0, ""),
            json("2026-11-25T09:46:40.000Z", "broken {", 12, ",'unparsed':true"));
  }

  @Test
  void ofARuntimeOfKubernetesThePartsOfALineAreOneEvent() throws Exception {
    assertThat(
            events(
                Map.of(),
                """
                2026-11-25T10:00:00.000000000Z stdout P one\s
                2026-11-25T10:00:00.000000001Z stdout F and the rest
                2026-11-25T10:00:01.000000000Z stderr F two
                """))
        .containsExactly(
            json(
                "2026-11-25T10:00:00.000Z", "one and the rest", 0, ",'fields':{'stream':'stdout'}"),
            json("2026-11-25T10:00:01.000Z", "two", 98, ",'fields':{'stream':'stderr'}"));
  }

  @Test
  void ofDockerTheLogIsTheMessage() throws Exception {
    assertThat(
            events(
                Map.of(),
                """
                {"log":"one\\n","stream":"stdout","time":"2026-11-25T10:00:00.5Z"}
                """))
        .containsExactly(
            json("2026-11-25T10:00:00.500Z", "one", 0, ",'fields':{'stream':'stdout'}"));
  }

  @Test
  void ofPlainTextATraceIsOneEvent() throws Exception {
    assertThat(events(Map.of(), "Exception: broken\n\tat there\nnext\n"))
        .containsExactly(
            json("2026-11-25T09:46:40.000Z", "Exception: broken\\n\\tat there", 0, ""),
            json("2026-11-25T09:46:40.000Z", "next", 28, ""));
  }

  @Test
  void aThrottleThatDelaysLeavesTheRestInTheFileAndLosesNothing() throws Exception {
    var preparations = preparations(Map.of("LOGSHIPPER_THROTTLE", "10"));
    byte[] file = "line\n".repeat(25).getBytes(StandardCharsets.UTF_8);
    Preparation preparation = preparations.prepare(origin, file, file.length, READ_AT);
    var read = new Reading();

    Anchor at = read.on(file, Anchor.BEGINNING, preparation);
    assertThat(read.events).hasSize(10);
    assertThat(preparation.stage().delayNanos()).isEqualTo(100_000_000L);
    ticker.advance(Duration.ofMillis(500));
    at = read.on(file, at, preparation);
    assertThat(read.events).hasSize(15);
    ticker.advance(Duration.ofSeconds(1));
    at = read.on(file, at, preparation);

    assertThat(read.events).hasSize(25);
    assertThat(at.offset()).isEqualTo(file.length);
  }

  @Test
  void aThrottleThatDropsReadsOn() throws Exception {
    Map<String, String> settings =
        Map.of("LOGSHIPPER_THROTTLE", "10", "LOGSHIPPER_THROTTLE_OVER", "drop");

    assertThat(events(settings, "line\n".repeat(25))).hasSize(10);
  }

  private List<String> events(Map<String, String> settings, String text) throws IOException {
    byte[] file = text.getBytes(StandardCharsets.UTF_8);
    Preparation preparation =
        preparations(settings).prepare(origin, file, Math.min(HEAD, file.length), READ_AT);
    var read = new Reading();
    assertThat(read.on(file, Anchor.BEGINNING, preparation).offset()).isEqualTo(file.length);
    return read.events;
  }

  private Preparations preparations(Map<String, String> environment) {
    Settings settings = Settings.of("LOGSHIPPER_", environment);
    Shaping shaping = settings.read(Shaping::read).orElseThrow();
    settings.finish();
    return new Preparations(shaping, ticker);
  }

  /** As an event is written, with {@code '} for the quotes of {@code rest}. */
  private static String json(String time, String message, int offset, String rest) {
    return "{\"time\":\"%s\",\"message\":\"%s\",\"file\":\"/logs/app.log\",\"offset\":%d%s}"
        .formatted(time, message, offset, rest.replace('\'', '"'));
  }

  /** What an output does with a file. */
  private final class Reading {
    private final List<String> events = new ArrayList<>();
    private final Event event = new Event(origin);
    private final JsonEvent json = new JsonEvent();
    private final Cutter cutter = new Cutter(1 << 20, 256 << 10, 1_000);

    /** Reads on as far as it may; returns where it stands. */
    Anchor on(byte[] file, Anchor from, Preparation preparation) throws IOException {
      Cut cut =
          cutter.cut(
              (target, start, length, offset) -> {
                int more = (int) Math.max(0, Math.min(length, file.length - offset));
                System.arraycopy(file, (int) Math.min(offset, file.length), target, start, more);
                return more;
              },
              from,
              new Ending(file.length, true),
              preparation.grouping(),
              (bytes, start, end, offset, length, piece) -> {
                if (preparation.stage().delayNanos() > 0) {
                  return false;
                }
                event.begin(bytes, start, end, offset, length, piece);
                event.time(READ_AT, 0, false);
                if (preparation.stage().pass(event)) {
                  var to = new Sink(256);
                  json.write(event, to);
                  events.add(new String(to.array(), 0, to.length(), StandardCharsets.UTF_8));
                }
                return true;
              });
      return cut.next();
    }
  }
}
