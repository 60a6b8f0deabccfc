package io.containerpatterns.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  enum Mode {
    AUTO,
    BY_HAND
  }

  /** One setting of each kind. */
  record Everything(
      String text,
      Duration duration,
      DataSize size,
      int number,
      boolean flag,
      Mode mode,
      URI uri,
      HostPort listen,
      Path path,
      Optional<Secret> secret,
      List<String> list) {
    static Everything read(Settings s) {
      return new Everything(
          s.text("STORE").meaning("m").oneOf("file", "etcd").orElse("file"),
          s.duration("LEASE")
              .meaning("m")
              .between(Duration.ofMillis(500), Duration.ofHours(1))
              .reloadable()
              .orElse("10s"),
          s.size("BODY").meaning("m").orElse("1MiB"),
          s.number("PRIORITY", 0, 100).meaning("m").orElse("50"),
          s.flag("DYNAMIC").meaning("m").orElse("off"),
          s.choice("MODE", Mode.class).meaning("m").orElse("auto"),
          s.uri("HEALTH_URL").meaning("m").orElse("http://127.0.0.1:8080/healthz"),
          s.hostPort("LISTEN").meaning("m").orElse("127.0.0.1:4040"),
          s.path("DIR").meaning("m").orElse("/state"),
          s.secret("TOKEN").meaning("m").reloadable().optional("/run/secrets/token"),
          s.list("NAMES", SettingsTest::name).meaning("m").orElse("default"));
    }
  }

  private static String name(String text) {
    if (!text.equals(text.toLowerCase(java.util.Locale.ROOT))) {
      throw new IllegalArgumentException("a name in lower case");
    }
    return text;
  }

  @TempDir Path folder;

  @Test
  void withoutAnythingGivenTheDefaultsHold() {
    assertThat(read(Map.of(), Everything::read))
        .isEqualTo(
            new Everything(
                "file",
                Duration.ofSeconds(10),
                new DataSize(1 << 20),
                50,
                false,
                Mode.AUTO,
                URI.create("http://127.0.0.1:8080/healthz"),
                new HostPort("127.0.0.1", 4040),
                Path.of("/state"),
                Optional.empty(),
                List.of("default")));
  }

  @Test
  void everySettingIsTakenFromTheEnvironment() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "honey\n");
    var environment =
        Map.of(
            "TOY_STORE", "etcd",
            "TOY_LEASE", " 1m30s ",
            "TOY_BODY", "64KiB",
            "TOY_PRIORITY", "7",
            "TOY_DYNAMIC", "on",
            "TOY_MODE", "by-hand",
            "TOY_HEALTH_URL", "https://example.org/",
            "TOY_LISTEN", ":5050",
            "TOY_DIR", "/data",
            "TOY_TOKEN_FILE", token.toString());

    assertThat(read(environment, Everything::read))
        .isEqualTo(
            new Everything(
                "etcd",
                Duration.ofSeconds(90),
                new DataSize(64 << 10),
                7,
                true,
                Mode.BY_HAND,
                URI.create("https://example.org/"),
                new HostPort("", 5050),
                Path.of("/data"),
                Optional.of(new Secret("honey")),
                List.of("default")));
  }

  @Test
  void everyProblemComesAtOnceInAWholeSentence() {
    var environment =
        Map.of(
            "TOY_STORE", "floppy",
            "TOY_LEASE", "2h",
            "TOY_BODY", "12q",
            "TOY_PRIORITY", "101",
            "TOY_DYNAMIC", "perhaps",
            "TOY_MODE", "AUTO",
            "TOY_HEALTH_URL", "localhost:8080",
            "TOY_LISTEN", "4040",
            "TOY_TOKEN_FILE", "/nowhere",
            "TOY_NAMES", "a, B");

    assertThat(problems(environment, Everything::read))
        .containsExactly(
            "TOY_STORE: \"floppy\" (expected: one of file, etcd); unset it to use file",
            "TOY_LEASE: \"2h\" (expected: a duration such as 10s, from 500ms to 1h); unset it to"
                + " use 10s",
            "TOY_BODY: \"12q\" (expected: a size such as 512KiB); unset it to use 1MiB",
            "TOY_PRIORITY: \"101\" (expected: a whole number, from 0 to 100); unset it to use 50",
            "TOY_DYNAMIC: \"perhaps\" (expected: on or off); unset it to use off",
            "TOY_MODE: \"AUTO\" (expected: one of auto, by-hand); unset it to use auto",
            "TOY_HEALTH_URL: \"localhost:8080\" (expected: a URL such as http://127.0.0.1:8080/);"
                + " unset it to use http://127.0.0.1:8080/healthz",
            "TOY_LISTEN: \"4040\" (expected: an address such as 127.0.0.1:4040, [::1]:4040 or"
                + " :4040); unset it to use 127.0.0.1:4040",
            "TOY_TOKEN_FILE: \"/nowhere\" (expected: a readable file: it does not exist);"
                + " such as TOY_TOKEN_FILE=/run/secrets/token",
            "TOY_NAMES[1]: \"B\" (expected: a name in lower case); unset it to use default");
  }

  @Test
  void aRequiredSettingThatIsMissingNamesAnExample() {
    assertThat(problems(Map.of(), s -> s.text("STORE").meaning("m").oneOf("file").required("file")))
        .containsExactly(
            "TOY_STORE: not set (expected: one of file); set it, such as TOY_STORE=file");
  }

  @Test
  void anEmptyValueCountsAsNone() {
    assertThat(
            problems(Map.of("TOY_STORE", "  "), s -> s.text("STORE").meaning("m").required("file")))
        .containsExactly("TOY_STORE: not set (expected: a text); set it, such as TOY_STORE=file");
  }

  @Test
  void rulesAcrossSettingsAreToldOnlyWhenTheSettingsThemselvesAreRight() {
    Function<Settings, Object> reader =
        s -> {
          Duration renew = s.duration("RENEW").meaning("m").orElse("2s");
          Duration lease = s.duration("LEASE").meaning("m").orElse("10s");
          if (renew.compareTo(lease) >= 0) {
            throw new InvalidSettings(
                new Problem("TOY_RENEW", Durations.text(renew), "less than TOY_LEASE", ""));
          }
          return renew;
        };

    assertThat(problems(Map.of("TOY_RENEW", "20s"), reader))
        .containsExactly("TOY_RENEW: \"20s\" (expected: less than TOY_LEASE)");
    assertThat(problems(Map.of("TOY_RENEW", "20s", "TOY_LEASE", "1"), reader))
        .containsExactly(
            "TOY_LEASE: \"1\" (expected: a duration such as 10s); unset it to use 10s");
  }

  @Test
  void anUnknownNameWithOurPrefixIsAnErrorWithTheNearestKnownOne() {
    assertThat(
            problems(
                Map.of("TOY_LAESE", "1s", "TOY_SOMETHING_ELSE", "x", "PATH", "/bin"),
                Everything::read))
        .containsExactlyInAnyOrder(
            "unknown setting: \"TOY_LAESE\" (expected: a name that --help lists); did you mean"
                + " TOY_LEASE?",
            "unknown setting: \"TOY_SOMETHING_ELSE\" (expected: a name that --help lists); unset"
                + " it");
  }

  @Test
  void aRetiredNameSaysWhatReplacedIt() {
    Function<Settings, Object> reader =
        s -> {
          s.retired("TTL", "use TOY_LEASE");
          return s.duration("LEASE").meaning("m").orElse("10s");
        };

    assertThat(problems(Map.of("TOY_TTL", "1s"), reader))
        .containsExactly(
            "retired setting: \"TOY_TTL\" (expected: a name that --help lists); use TOY_LEASE");
  }

  @Test
  void namesThatKubernetesInjectsForAServiceAreIgnored() {
    var injected =
        Map.of(
            "TOY_SERVICE_HOST", "10.0.0.1",
            "TOY_SERVICE_PORT", "80",
            "TOY_SERVICE_PORT_HTTP", "80",
            "TOY_PORT", "tcp://10.0.0.1:80",
            "TOY_PORT_80_TCP", "tcp://10.0.0.1:80",
            "TOY_PORT_80_TCP_ADDR", "10.0.0.1",
            "TOY_BOX_SERVICE_HOST", "10.0.0.2",
            "MANAGEMENT_PORT", "tcp://10.0.0.3:80");

    assertThat(read(injected, Everything::read).text()).isEqualTo("file");
  }

  @Test
  void aSettingWithSuchANameCannotBeDeclared() {
    Settings settings = Settings.of("TOY_", Map.of());

    assertThatThrownBy(() -> settings.text("PORT").meaning("m").orElse("1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("TOY_PORT looks like a variable that Kubernetes injects for a Service");
  }

  @Test
  void sharedPrefixesBelongToOthersTooSoOnlyASlipIsRefused() {
    Function<Settings, Object> reader = s -> ProcessConfig.read(s, 9_474);

    assertThat(
            problems(
                Map.of("LOG_LEVLE", "info", "LOG_DIRECTORY", "/x", "MANAGEMENT_ENDPOINTS_WEB", "*"),
                reader))
        .containsExactly(
            "unknown setting: \"LOG_LEVLE\" (expected: a name that --help lists); did you mean"
                + " LOG_LEVEL?");
  }

  @Test
  void aDefaultThatDoesNotParseNeverShips() {
    Settings settings = Settings.of("TOY_", Map.of("TOY_LEASE", "5s"));

    assertThatThrownBy(() -> settings.duration("LEASE").meaning("m").orElse("10"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("TOY_LEASE: the declared text 10 does not parse");
  }

  @Test
  void describingAnswersRequiredSettingsByTheirExamples() {
    Settings settings = Settings.describing("TOY_");

    String store = settings.text("STORE").meaning("where").oneOf("file").required("file");

    assertThat(store).isEqualTo("file");
    assertThat(settings.declarations())
        .contains(
            new Declaration("TOY_STORE", "one of file", null, "file", true, "where", false, false));
  }

  @Test
  void valuesKnowTheirOrigin() throws Exception {
    Path file = Files.writeString(folder.resolve("toy.yaml"), "# bears\n\nbody: 2MiB\nlease: 3s\n");
    var environment = Map.of("TOY_CONFIG", file.toString(), "TOY_LEASE", "5s");
    Settings settings = Settings.of("TOY_", environment);
    settings.read(Everything::read);

    assertThat(settings.values())
        .contains(
            new SettingValue("TOY_LEASE", "5s", new Origin(Origin.Kind.ENV, "")),
            new SettingValue("TOY_BODY", "2MiB", new Origin(Origin.Kind.FILE, file + ":3")),
            new SettingValue("TOY_STORE", "file", new Origin(Origin.Kind.DEFAULT, "")),
            new SettingValue("TOY_TOKEN_FILE", "", new Origin(Origin.Kind.UNSET, "")));
  }

  @Test
  void passwordsAreShownNowhere() {
    Settings settings =
        Settings.of("TOY_", Map.of("TOY_URL", "redis://bear:honey@den:6379/", "TOY_KEY", "honey"));
    settings.read(s -> s.uri("URL").meaning("m").orElse("redis://den/"));
    settings.read(s -> s.text("KEY").meaning("m").hidden().orElse("x"));

    assertThat(settings.values().toString())
        .doesNotContain("honey")
        .contains("redis://***@den:6379/", "shown=***");
    assertThat(
            problems(
                Map.of("TOY_URL", "://bear:honey@den"),
                s -> s.uri("URL").meaning("m").orElse("redis://den/")))
        .containsExactly(
            "TOY_URL: \"://***@den\" (expected: a URL such as http://127.0.0.1:8080/); unset it to"
                + " use redis://den/");
  }

  @Test
  void aSecretNeverPrintsItself() {
    assertThat(new Secret("honey")).hasToString("***").isEqualTo(new Secret("honey"));
    assertThat(new Secret("honey").reveal()).isEqualTo("honey");
  }

  @Test
  void aSecretThatWasReplacedInItsFileIsAChange() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "honey");
    var environment = Map.of("TOY_TOKEN_FILE", token.toString());
    Settings before = Settings.of("TOY_", environment);
    before.read(Everything::read);
    Files.writeString(token, "jam");
    Settings after = Settings.of("TOY_", environment);
    after.read(Everything::read);

    assertThat(after.changedSince(before))
        .extracting(Declaration::name)
        .containsExactly("TOY_TOKEN_FILE");
  }

  @Test
  void anEmptySecretFileIsRefused() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "\n");

    assertThat(problems(Map.of("TOY_TOKEN_FILE", token.toString()), Everything::read))
        .containsExactly(
            "TOY_TOKEN_FILE: \"%s\" (expected: a file that is not empty); such as TOY_TOKEN_FILE=/run/secrets/token"
                .formatted(token));
  }

  @Test
  void aListWithAHoleIsRefused() {
    assertThat(problems(Map.of("TOY_NAMES", "a,,b"), Everything::read))
        .containsExactly(
            "TOY_NAMES[1]: \",\" (expected: a value between the commas); unset it to use default");
    assertThat(read(Map.of("TOY_NAMES", " a , b "), Everything::read).list())
        .containsExactly("a", "b");
  }

  @Test
  void aProblemShowsAtMost80CharactersOfTheValue() {
    assertThat(problems(Map.of("TOY_LEASE", "x".repeat(500)), Everything::read))
        .containsExactly(
            "TOY_LEASE: \""
                + "x".repeat(80)
                + "...\" (expected: a duration such as 10s, from 500ms to 1h);"
                + " unset it to use 10s");
  }

  static <C> C read(Map<String, String> environment, Function<Settings, C> reader) {
    Settings settings = Settings.of("TOY_", environment);
    Optional<C> value = settings.read(reader);
    settings.finish();
    return value.orElseThrow();
  }

  static List<String> problems(Map<String, String> environment, Function<Settings, ?> reader) {
    Settings settings = Settings.of("TOY_", environment);
    settings.read(reader);
    try {
      settings.finish();
      return List.of();
    } catch (InvalidSettings e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }
}
