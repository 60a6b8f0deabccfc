package io.containerpatterns.chassis.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.ManualTicker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class LogTest {
  private final ManualTicker ticker = new ManualTicker();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Log log = Log.of(LogTest.class);

  @Test
  void anEventIsALineOfConstantMessageAndPairs() {
    open(false, Level.INFO);

    log.warn(
        "batch rejected",
        "sink",
        "http",
        "records",
        3,
        "why",
        "too big",
        "empty",
        "",
        "none",
        null);

    assertThat(text())
        .isEqualTo(
            "2026-01-01T00:00:00.000Z WARN  chassis.log.LogTest: batch rejected sink=http records=3"
                + " why=\"too big\" empty=\"\" none=null\n");
  }

  @Test
  void asJsonItIsAnObject() throws Exception {
    open(true, Level.INFO);

    log.info("a \"quoted\" message", "key", "line\nbreak", "level", "mine");

    assertThat(text()).endsWith("}\n").hasLineCount(1);
    assertThat(new ObjectMapper().readTree(text()).toString())
        .isEqualTo(
            "{\"time\":\"2026-01-01T00:00:00.000Z\",\"level\":\"info\",\"logger\":\"chassis.log.LogTest\",\"message\":\"a"
                + " \\\"quoted\\\" message\",\"key\":\"line\\nbreak\",\"_level\":\"mine\"}");
  }

  @Test
  void whatTheJdkTellsASystemLoggerComesOutTheSameWay() {
    open(false, Level.INFO);
    System.Logger foreign = System.getLogger("jdk.event.security");

    foreign.log(System.Logger.Level.DEBUG, "below the level");
    foreign.log(System.Logger.Level.WARNING, "weak key of {0} bits", 512);

    assertThat(text())
        .isEqualTo("2026-01-01T00:00:00.000Z WARN  jdk.event.security: weak key of 512 bits\n");
  }

  @Test
  void ourFinderAnswersForTheJdk() {
    assertThat(System.LoggerFinder.getLoggerFinder()).isInstanceOf(SystemLogs.class);
  }

  @Test
  void noValueEndsTheLineOrMovesTheCursor() {
    open(false, Level.INFO);

    log.info("seen", "value", "a\nb\r\u001b[31m\u2028\u202eevil\u0085 \"q\" \\");

    assertThat(text())
        .endsWith("seen value=\"a\\nb\\r\\u001b[31m\\u2028\\u202eevil\\u0085 \\\"q\\\" \\\\\"\n")
        .hasLineCount(1);
  }

  @Property(tries = 300)
  void oneEventIsOneLineWhateverIsInIt(@ForAll String message, @ForAll String value)
      throws Exception {
    LogEvent event =
        new LogEvent(
            1, Instant.EPOCH, Level.INFO, "x", message, List.of(new LogEvent.Pair("key", value)));

    assertThat(event.text().lines().count()).isEqualTo(1);
    assertThat(event.json().lines().count()).isEqualTo(1);
    assertThat(new ObjectMapper().readTree(event.json()).get("key").asText()).isEqualTo(value);
  }

  @Property(tries = 500)
  void theTimeIsThatOfTheCalendar(
      @ForAll @LongRange(min = -62_135_596_800_000L, max = 253_402_300_799_999L) long millis) {
    StringBuilder text = new StringBuilder();
    TextLine.appendTime(text, millis);

    var calendar =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    assertThat(text.toString()).isEqualTo(calendar.format(Instant.ofEpochMilli(millis)));
  }

  @Test
  void anErrorCarriesItsStackOnTheSameLine() {
    open(false, Level.INFO);

    log.error("cannot write", "cause", new IllegalStateException("disk\nfull"));

    assertThat(text())
        .contains(
            "cannot write cause=\"IllegalStateException: disk\\nfull\""
                + " stack=\"java.lang.IllegalStateException")
        .hasLineCount(1);
  }

  @Test
  void aWarningTellsTheCauseWithoutTheStack() {
    open(false, Level.INFO);

    log.warn("cannot write", "cause", new IllegalStateException());

    assertThat(text()).endsWith("cannot write cause=IllegalStateException\n");
  }

  @Test
  void longValuesAreCutAndSayHowMuch() {
    open(false, Level.INFO);

    log.info("long", "value", "x".repeat(5_000));

    assertThat(text()).endsWith("value=\"" + "x".repeat(2_048) + "...(2952 more)\"\n");
  }

  @Test
  void manyLongValuesStillMakeABoundedLine() {
    open(false, Level.INFO);
    Object[] pairs = new Object[200];
    for (int i = 0; i < pairs.length; i += 2) {
      pairs[i] = "k" + i;
      pairs[i + 1] = "x".repeat(2_000);
    }

    log.info("many", pairs);

    assertThat(text().length()).isLessThan(24_000);
  }

  @Test
  void linesOfOthersComeOutTheSameWay() {
    open(false, Level.INFO);

    Logger.getLogger("io.netty.example")
        .log(java.util.logging.Level.WARNING, "{0} of {1}\nlost", new Object[] {2, 3});

    assertThat(text())
        .isEqualTo("2026-01-01T00:00:00.000Z WARN  io.netty.example: 2 of 3\\nlost\n");
  }

  @Test
  void debugIsOursAloneSoThatNettyDoesNotDrownIt() {
    open(false, Level.DEBUG);

    log.debug("ours");
    Logger.getLogger("io.netty.example").fine("theirs");

    assertThat(text()).isEqualTo("2026-01-01T00:00:00.000Z DEBUG chassis.log.LogTest: ours\n");
  }

  @Test
  void belowItsLevelNothingIsSaid() {
    open(false, Level.WARN);

    log.info("quiet");

    assertThat(text()).isEmpty();
    assertThat(log.isOn(Level.INFO)).isFalse();
    assertThat(log.isOn(Level.WARN)).isTrue();
  }

  private LogOutput open(boolean json, Level level) {
    var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return LogOutput.open(stream, json, level, ticker.clock());
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
