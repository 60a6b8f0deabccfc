package io.containerpatterns.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigFileTest {
  record Config(String url, List<String> names, String delay) {
    static Config read(Settings s) {
      return new Config(
          s.text("HEALTH_URL").meaning("m").orElse("none"),
          s.list("NAMES", Parser.text()).meaning("m").orElse("default"),
          s.shared().text("MANAGEMENT_DRAIN_DELAY").meaning("m").orElse("0s"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "health: {url: x}",
        "health:\n  url: x",
        "healthUrl: x",
        "HEALTH_URL: x",
        "health-url: x"
      })
  void oneNameHasSeveralSpellings(String yaml) {
    assertThat(read(yaml).url()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({
    "health.url, HEALTH_URL",
    "healthUrl, HEALTH_URL",
    "HEALTH_URL, HEALTH_URL",
    "http2Port, HTTP2_PORT",
    "a.bC.d, A_B_C_D"
  })
  void aKeyBecomesTheNameOfAVariable(String key, String name) {
    assertThat(ConfigFile.nameOf(key)).isEqualTo(name);
  }

  @Test
  void aListIsTheSameAsValuesBetweenCommas() {
    assertThat(read("names: [a, b]").names()).containsExactly("a", "b");
    assertThat(read("names: a, b").names()).containsExactly("a", "b");
  }

  @Test
  void sharedSettingsHaveNoPrefixHereEither() {
    assertThat(read("management: {drainDelay: 5s}").delay()).isEqualTo("5s");
  }

  @Test
  void scalarsAreTakenAsWritten() {
    assertThat(read("healthUrl: 010").url()).isEqualTo("010");
    assertThat(read("healthUrl: off").url()).isEqualTo("off");
    assertThat(read("healthUrl: 'a: b'").url()).isEqualTo("a: b");
    assertThat(read("healthUrl: # nothing").url()).isEqualTo("none");
  }

  @Test
  void anEmptyFileGivesNothing() {
    assertThat(read("").url()).isEqualTo("none");
    assertThat(read("# only a comment\n").url()).isEqualTo("none");
  }

  @Test
  void theEnvironmentComesFirst() {
    Settings settings =
        Settings.of("TOY_", Map.of("TOY_HEALTH_URL", "stronger"), "healthUrl: weaker");

    assertThat(settings.read(Config::read).orElseThrow().url()).isEqualTo("stronger");
  }

  @Test
  void anUnknownKeyIsToldWithItsLineAndTheNearestKnownOne() {
    assertThat(problems("names: a\nhealth:\n  ulr: x\nwhatever: 1\n"))
        .containsExactly(
            "body:3: \"health.ulr\" (expected: a key that --help lists in capitals); did you mean"
                + " \"healthUrl\"?",
            "body:4: \"whatever\" (expected: a key that --help lists in capitals); remove it");
  }

  @Test
  void oneNameInTwoSpellingsIsRefused() {
    assertThat(problems("healthUrl: a\nhealth:\n  url: b\n"))
        .containsExactly(
            "body:3: \"health.url\" (expected: each key once); it already stands at body:1 as"
                + " healthUrl");
  }

  @Test
  void theSameKeyTwiceIsRefused() {
    assertThat(problems("names: a\nnames: b\n")).hasSize(1).allMatch(p -> p.startsWith("body:2: "));
  }

  @Test
  void aWrongValueIsToldWithItsLine() {
    Settings settings = Settings.of("TOY_", Map.of(), "\nlease: 10\n");
    settings.read(s -> s.duration("LEASE").meaning("m").orElse("10s"));

    assertThat(settings(settings))
        .containsExactly(
            "body:2 lease: \"10\" (expected: a duration such as 10s); unset it to use 10s");
  }

  @Test
  void whatIsNoSettingIsRefused() {
    assertThat(problems("- a\n- b\n"))
        .containsExactly("body:1: \"[\" (expected: a mapping of keys to values)");
    assertThat(problems("names:\n  - {a: b}\n"))
        .containsExactly("body:2: \"names\" (expected: a list of plain values without commas)");
    assertThat(problems("names: ['a,b']\n"))
        .containsExactly("body:1: \"names\" (expected: a list of plain values without commas)");
    assertThat(problems("names: a\n---\nnames: b\n"))
        .containsExactly("body:3: \"a second document\" (expected: one document)");
    assertThat(problems("names: &x a\nhealthUrl: *x\n"))
        .containsExactly(
            "body:2: \"healthUrl\" (expected: the value itself, not an alias of another)");
    assertThat(problems("a: {".repeat(20) + "}".repeat(20)))
        .hasSize(1)
        .allMatch(p -> p.contains("at most 16 levels"));
  }

  @Test
  void textThatIsNoYamlIsToldWithItsLine() {
    assertThat(problems("names: a\n  b: [\n"))
        .hasSize(1)
        .allMatch(p -> p.matches("body:[23]: \".*\" \\(expected: YAML\\)"));
  }

  @Test
  void aFileThatIsMissingOrTooBigIsAProblemOfItsSetting(@TempDir Path folder) throws Exception {
    assertThat(problemsOf(Map.of("TOY_CONFIG", "/nowhere.yaml")))
        .containsExactly(
            "TOY_CONFIG: \"/nowhere.yaml\" (expected: a readable file: it does not exist)");
    Path big = Files.writeString(folder.resolve("b"), "#".repeat((1 << 20) + 1));
    assertThat(problemsOf(Map.of("TOY_CONFIG", big.toString())))
        .containsExactly("TOY_CONFIG: \"%s\" (expected: a file of at most 1MiB)".formatted(big));
  }

  @Property(tries = 300)
  void noTextBreaksTheReader(@ForAll String yaml) {
    // Problems are fine, any other exception is not.
    assertThat(problems(yaml)).isNotNull();
  }

  private static Config read(String yaml) {
    Settings settings = Settings.of("TOY_", Map.of(), yaml);
    Config config = settings.read(Config::read).orElseThrow();
    settings.finish();
    return config;
  }

  private static List<String> problems(String yaml) {
    Settings settings = Settings.of("TOY_", Map.of(), yaml);
    settings.read(Config::read);
    return settings(settings);
  }

  private static List<String> problemsOf(Map<String, String> environment) {
    Settings settings = Settings.of("TOY_", environment);
    settings.read(Config::read);
    return settings(settings);
  }

  private static List<String> settings(Settings settings) {
    try {
      settings.finish();
      return List.of();
    } catch (InvalidSettings e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }
}
