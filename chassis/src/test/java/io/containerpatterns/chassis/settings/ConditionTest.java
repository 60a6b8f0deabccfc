package io.containerpatterns.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Settings that count only beside a certain value of another one. */
final class ConditionTest {
  /** The stores of the toy. */
  enum Store {
    FILE,
    ETCD
  }

  /** Each store with a required setting, one of them with others too. */
  record Config(Store store, Path dir, Duration timeout, Optional<String> prefix, String host) {
    static Config read(Settings s) {
      Store store = s.choice("STORE", Store.class).meaning("where").required("file");
      Settings file = s.beside("STORE", "file");
      Settings etcd = s.beside("STORE", "etcd");
      return new Config(
          store,
          file.path("FILE_DIR").meaning("the directory").required("/leases"),
          etcd.duration("ETCD_TIMEOUT").meaning("patience").orElse("1s"),
          etcd.text("ETCD_PREFIX").meaning("where in it").optional("/leases"),
          etcd.text("ETCD_HOST").meaning("which").required("etcd:2379"));
    }
  }

  @Test
  void whatIsRequiredIsSoOnlyBesideItsValue() {
    assertThat(read(Map.of("TOY_STORE", "file", "TOY_FILE_DIR", "/shared")).dir())
        .isEqualTo(Path.of("/shared"));
    assertThatThrownBy(() -> read(Map.of("TOY_STORE", "etcd")))
        .hasMessage(
            "TOY_ETCD_HOST: not set (expected: a text); set it, such as TOY_ETCD_HOST=etcd:2379");
  }

  @Test
  void whatIsGivenBesideAnotherValueIsAMistake() {
    assertThatThrownBy(() ->
            read(
                Map.of(
                    "TOY_STORE", "file",
                    "TOY_FILE_DIR", "/shared",
                    "TOY_ETCD_TIMEOUT", "soon",
                    "TOY_ETCD_PREFIX", "/x",
                    "TOY_ETCD_HOST", "etcd:2379")))
        .hasMessage(
            """
            TOY_ETCD_TIMEOUT: "soon" (expected: TOY_STORE=etcd beside it); unset it
            TOY_ETCD_PREFIX: "/x" (expected: TOY_STORE=etcd beside it); unset it
            TOY_ETCD_HOST: "etcd:2379" (expected: TOY_STORE=etcd beside it); unset it\
            """);
  }

  @Test
  void aMistakeInTheFileIsToldByItsPlace() {
    Settings settings =
        Settings.of("TOY_", Map.of(), "store: etcd\netcd-host: a:1\nfile-dir: /shared\n");
    settings.read(Config::read);

    assertThatThrownBy(settings::finish)
        .hasMessage("body:3 file-dir: \"/shared\" (expected: TOY_STORE=file beside it); unset it");
  }

  @Test
  void whileTheOtherSettingIsMissingOrWrongOnlyThatIsTold() {
    assertThatThrownBy(() -> read(Map.of("TOY_FILE_DIR", "/shared")))
        .hasMessage(
            "TOY_STORE: not set (expected: one of file, etcd); set it, such as TOY_STORE=file");
    assertThatThrownBy(() -> read(Map.of("TOY_STORE", "disk", "TOY_ETCD_HOST", "etcd:2379")))
        .hasMessage("TOY_STORE: \"disk\" (expected: one of file, etcd); such as TOY_STORE=file");
  }

  @Test
  void whatDoesNotCountIsNotInForce() {
    Settings settings = Settings.of("TOY_", Map.of("TOY_STORE", "file", "TOY_FILE_DIR", "/shared"));
    settings.read(Config::read);
    settings.finish();

    assertThat(settings.values())
        .extracting(SettingValue::name)
        .containsExactly("TOY_CONFIG", "TOY_STORE", "TOY_FILE_DIR");
  }

  @Test
  void helpListsAllAndSaysBesideWhat() {
    Settings settings = Settings.describing("TOY_");
    settings.read(Config::read);

    assertThat(SettingsHelp.markdown(settings.declarations()))
        .contains(
            "| `TOY_FILE_DIR` | **required**, such as `/leases` | the directory, for"
                + " `TOY_STORE=file` (a path such as /state) |",
            "| `TOY_ETCD_TIMEOUT` | `1s` | patience, for `TOY_STORE=etcd` (a duration such as 10s)"
                + " |");
  }

  @Test
  void theOtherSettingIsReadFirst() {
    Settings settings = Settings.of("TOY_", Map.of());

    assertThatThrownBy(() -> settings.beside("STORE", "file"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("TOY_STORE is not declared yet");
  }

  private static Config read(Map<String, String> environment) {
    Settings settings = Settings.of("TOY_", environment);
    Optional<Config> config = settings.read(Config::read);
    settings.finish();
    return config.orElseThrow();
  }
}
