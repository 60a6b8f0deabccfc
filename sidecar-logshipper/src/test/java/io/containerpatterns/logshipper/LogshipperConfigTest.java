package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import io.containerpatterns.chassis.settings.DataSize;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.filter.Redaction;
import io.containerpatterns.logshipper.parse.Format;
import io.containerpatterns.logshipper.ship.Terms;
import io.containerpatterns.logshipper.text.Encoding;
import io.containerpatterns.logshipper.text.Grouping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LogshipperConfigTest {
  private static final Map<String, String> LEAST =
      Map.of("LOGSHIPPER_PATHS", "/logs/*.log", "LOGSHIPPER_SHIP_TO", "http://collector:8080/logs");

  @Test
  void theDefaultsAreThose() {
    LogshipperConfig config = read(Map.of());

    assertThat(config)
        .isEqualTo(
            new LogshipperConfig(
                config.paths(),
                List.of(ShipTo.parse("http://collector:8080/logs")),
                Path.of("/state"),
                500,
                LogshipperConfig.Start.BEGINNING,
                List.of(),
                new Shaping(
                    Optional.empty(),
                    Format.AUTO,
                    Optional.empty(),
                    Grouping.Mode.AUTO,
                    Set.of(),
                    List.of(),
                    "***",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    1,
                    Optional.empty(),
                    0,
                    false),
                Terms.DEFAULT,
                Duration.ofSeconds(30),
                new DataSize(64 << 20),
                Duration.ofSeconds(2),
                LogshipperConfig.AtDeadline.LEAVE,
                new DataSize(1 << 20),
                Optional.empty()));
    assertThat(config.shipsToStdout()).isFalse();
  }

  @Test
  void everySettingCanBeSet() {
    LogshipperConfig config =
        read(
            Map.ofEntries(
                Map.entry("LOGSHIPPER_SHIP_TO", "stdout:, file:/out/all.ndjson?id=all"),
                Map.entry("LOGSHIPPER_STATE_DIR", "/var/state"),
                Map.entry("LOGSHIPPER_START", "end"),
                Map.entry("LOGSHIPPER_LABELS", "app=shop, env=a=b"),
                Map.entry("LOGSHIPPER_ENCODING", "utf-16le"),
                Map.entry("LOGSHIPPER_PARSE", "regex"),
                Map.entry("LOGSHIPPER_PATTERN", "^(?P<time>\\S+) (?P<message>.*)$"),
                Map.entry("LOGSHIPPER_MULTILINE", "timestamp"),
                Map.entry("LOGSHIPPER_REDACT", "cards,tokens"),
                Map.entry("LOGSHIPPER_REDACT_PATTERNS", "a,b\n\nc"),
                Map.entry("LOGSHIPPER_REDACT_WITH", "-"),
                Map.entry("LOGSHIPPER_DROP_BELOW", "info"),
                Map.entry("LOGSHIPPER_DROP_MATCHING", "healthz"),
                Map.entry("LOGSHIPPER_KEEP_MATCHING", "payment"),
                Map.entry("LOGSHIPPER_SAMPLE_SHARE", "0.25"),
                Map.entry("LOGSHIPPER_SAMPLE_MATCHING", "hit"),
                Map.entry("LOGSHIPPER_THROTTLE", "100"),
                Map.entry("LOGSHIPPER_THROTTLE_OVER", "drop"),
                Map.entry("LOGSHIPPER_BATCH_BYTES", "1MiB"),
                Map.entry("LOGSHIPPER_BATCH_LINES", "17"),
                Map.entry("LOGSHIPPER_BATCH_WAIT", "3s"),
                Map.entry("LOGSHIPPER_IN_FLIGHT", "5"),
                Map.entry("LOGSHIPPER_ORDER", "none"),
                Map.entry("LOGSHIPPER_RETRY_MIN", "1s"),
                Map.entry("LOGSHIPPER_RETRY_MAX", "2m"),
                Map.entry("LOGSHIPPER_EVENT_MAX", "64KiB"),
                Map.entry("LOGSHIPPER_EVENT_LINES", "50"),
                Map.entry("LOGSHIPPER_EVENT_IDLE", "4s"),
                Map.entry("LOGSHIPPER_TIMEOUT", "9s"),
                Map.entry("LOGSHIPPER_DEAD_LETTER_MAX", "1MiB"),
                Map.entry("LOGSHIPPER_IN_FLIGHT_BYTES", "64MiB"),
                Map.entry("LOGSHIPPER_DONE_FILE", "/logs/done"),
                Map.entry("POD_NAME", "shop-0"),
                Map.entry("POD_NAMESPACE", "prod"),
                Map.entry("NODE_NAME", "worker-1"),
                Map.entry("LOGSHIPPER_OPEN_FILES", "64"),
                Map.entry("LOGSHIPPER_AT_DEADLINE", "stdout"),
                Map.entry("LOGSHIPPER_AT_DEADLINE_MAX", "64KiB"),
                Map.entry("LOGSHIPPER_DRAIN_QUIET", "0s")));

    assertThat(config)
        .isEqualTo(
            new LogshipperConfig(
                config.paths(),
                List.of(ShipTo.parse("stdout:"), ShipTo.parse("file:/out/all.ndjson?id=all")),
                Path.of("/var/state"),
                64,
                LogshipperConfig.Start.END,
                List.of(
                    new Origin.Label("app", "shop"),
                    new Origin.Label("env", "a=b"),
                    new Origin.Label("pod", "shop-0"),
                    new Origin.Label("namespace", "prod"),
                    new Origin.Label("node", "worker-1")),
                new Shaping(
                    Optional.of(Encoding.UTF_16LE),
                    Format.REGEX,
                    Optional.of(pattern("^(?P<time>\\S+) (?P<message>.*)$")),
                    Grouping.Mode.TIMESTAMP,
                    Set.of(Redaction.Preset.CARDS, Redaction.Preset.TOKENS),
                    List.of(pattern("a,b"), pattern("c")),
                    "-",
                    Optional.of(Severity.INFO),
                    Optional.of(pattern("healthz")),
                    Optional.of(pattern("payment")),
                    0.25,
                    Optional.of(pattern("hit")),
                    100,
                    true),
                new Terms(
                    1 << 20,
                    17,
                    Duration.ofSeconds(3),
                    5,
                    Terms.Order.NONE,
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    64 << 10,
                    50,
                    Duration.ofSeconds(4)),
                Duration.ofSeconds(9),
                new DataSize(1 << 20),
                Duration.ZERO,
                LogshipperConfig.AtDeadline.STDOUT,
                new DataSize(64 << 10),
                Optional.of(Path.of("/logs/done"))));
    assertThat(config.shipsToStdout()).isTrue();
  }

  @Test
  void whatWeWriteOurselvesIsNeverReadAndWhatLiesBesideItIs() {
    var paths =
        read(Map.of(
                "LOGSHIPPER_PATHS",
                "/logs/*",
                "LOGSHIPPER_STATE_DIR",
                "/logs",
                "LOGSHIPPER_SHIP_TO",
                "file:/logs/all.ndjson"))
            .paths();

    assertThat(paths.matches(Path.of("/logs/app.log"))).isTrue();
    for (String ours :
        List.of("checkpoint", "instance", "lock", "dead-letters-main.ndjson", "all.ndjson")) {
      assertThat(paths.matches(Path.of("/logs").resolve(ours))).as(ours).isFalse();
    }
  }

  @Test
  void rotatedNamesAreMeantUnlessThatIsOffAndExcludedOnesNever() {
    var on = read(Map.of("LOGSHIPPER_EXCLUDE", "**/debug*")).paths();
    var off = read(Map.of("LOGSHIPPER_ROTATED", "off")).paths();

    assertThat(on.matches(Path.of("/logs/app.log"))).isTrue();
    assertThat(on.matches(Path.of("/logs/app.log.1"))).isTrue();
    assertThat(on.matches(Path.of("/logs/debug.log"))).isFalse();
    assertThat(off.matches(Path.of("/logs/app.log"))).isTrue();
    assertThat(off.matches(Path.of("/logs/app.log.1"))).isFalse();
  }

  @Test
  void whatIsMissingIsToldAtOnce() {
    assertThatThrownBy(() -> readOnly(Map.of()))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("LOGSHIPPER_PATHS: not set")
        .hasMessageContaining("LOGSHIPPER_SHIP_TO: not set");
  }

  @Test
  void theLongestPauseIsNotBelowTheFirst() {
    assertRefused(
        Map.of("LOGSHIPPER_RETRY_MIN", "2s", "LOGSHIPPER_RETRY_MAX", "1s"),
        "LOGSHIPPER_RETRY_MAX: \"1000ms\" (expected: at least LOGSHIPPER_RETRY_MIN, 2000ms); raise"
            + " it, or lower the other");
  }

  @Test
  void noDestinationIsThereTwice() {
    assertRefused(
        Map.of("LOGSHIPPER_SHIP_TO", "http://a/b,http://a/b?timeout=1s"),
        "LOGSHIPPER_SHIP_TO: \"http://a/b\" (expected: each destination once); remove one, or give"
            + " one of them another name, such as ?id=second");
  }

  @Test
  void userAndPasswordGoTogether() {
    assertRefused(
        Map.of("LOGSHIPPER_SHIP_TO", "http://a/b?user=me"),
        "LOGSHIPPER_SHIP_TO: \"http://a/b\" (expected: user and password_file together); add the"
            + " other one");
  }

  @Test
  void aPatternGoesWithRegexAndHasANamedGroup() {
    assertRefused(
        Map.of("LOGSHIPPER_PARSE", "regex"),
        "LOGSHIPPER_PATTERN: not set (expected: together with LOGSHIPPER_PARSE=regex, and only with"
            + " it); set both, or neither");
    assertRefused(
        Map.of("LOGSHIPPER_PARSE", "regex", "LOGSHIPPER_PATTERN", "(a)"),
        "LOGSHIPPER_PATTERN: \"(a)\" (expected: at least one named group); write it as"
            + " (?P<name>...)");
  }

  private static void assertRefused(Map<String, String> more, String sentence) {
    assertThatThrownBy(() -> read(more))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(sentence);
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(text, Pattern.DOTALL);
  }

  private static LogshipperConfig read(Map<String, String> more) {
    var environment = new HashMap<>(LEAST);
    environment.putAll(more);
    return readOnly(environment);
  }

  private static LogshipperConfig readOnly(Map<String, String> environment) {
    Settings settings = Settings.of("LOGSHIPPER_", environment);
    Optional<LogshipperConfig> config = settings.read(LogshipperConfig::read);
    settings.finish();
    return config.orElseThrow();
  }
}
