package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.settings.HostPort;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.application.HealthCheck;
import io.containerpatterns.elector.application.Hook;
import io.containerpatterns.elector.election.Candidate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ElectorConfigTest {
  private static final Map<String, String> LEAST =
      Map.of("ELECTOR_STORE", "file", "ELECTOR_FILE_DIR", "/leases");

  @Test
  void theDefaultsAreThose() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new ElectorConfig(
                List.of("default"),
                HostName.ours(),
                new StoreConfig.File(Path.of("/leases")),
                Duration.ofSeconds(10),
                Candidate.Mode.AUTO,
                0,
                false,
                false,
                Duration.ZERO,
                Duration.ofSeconds(10),
                Map.of(),
                new HealthCheck(Optional.empty(), Optional.empty()),
                new Hook(Optional.empty(), Optional.empty(), false),
                false,
                new HostPort("127.0.0.1", 4040),
                List.of()));
  }

  @Test
  void everySettingCanBeSet() {
    ElectorConfig config =
        read(
            Map.ofEntries(
                Map.entry("ELECTOR_NAMES", "orders, shard-[0-2]"),
                Map.entry("ELECTOR_ID", "orders-1"),
                Map.entry("ELECTOR_LEASE", "1m30s"),
                Map.entry("ELECTOR_MODE", "manual"),
                Map.entry("ELECTOR_PRIORITY", "-1"),
                Map.entry("ELECTOR_PREEMPT", "on"),
                Map.entry("ELECTOR_LEAD_UNHEALTHY_AFTER", "5m"),
                Map.entry("ELECTOR_DRAIN", "0s"),
                Map.entry("ELECTOR_META", "url=http://10.0.0.7:8080/?a=b, zone=a"),
                Map.entry("ELECTOR_HEALTH_FILE", "/run/app/healthy"),
                Map.entry("ELECTOR_HOOK_ACQUIRED", "http://127.0.0.1:8080/lead"),
                Map.entry("ELECTOR_HOOK_LOST", "http://127.0.0.1:8080/stop"),
                Map.entry("ELECTOR_HOOK_GATE", "on"),
                Map.entry("ELECTOR_DYNAMIC", "on"),
                Map.entry("ELECTOR_LISTEN", "127.0.0.2:4041"),
                Map.entry("ELECTOR_HOSTS", "elector.local,other")));

    assertThat(config)
        .isEqualTo(
            new ElectorConfig(
                List.of("orders", "shard-0", "shard-1", "shard-2"),
                "orders-1",
                new StoreConfig.File(Path.of("/leases")),
                Duration.ofSeconds(90),
                Candidate.Mode.MANUAL,
                -1,
                true,
                false,
                Duration.ofMinutes(5),
                Duration.ZERO,
                Map.of("url", "http://10.0.0.7:8080/?a=b", "zone", "a"),
                new HealthCheck(Optional.empty(), Optional.of(Path.of("/run/app/healthy"))),
                new Hook(
                    Optional.of(URI.create("http://127.0.0.1:8080/lead")),
                    Optional.of(URI.create("http://127.0.0.1:8080/stop")),
                    true),
                true,
                new HostPort("127.0.0.2", 4041),
                List.of("elector.local", "other")));
  }

  @Test
  void theHealthUrlIsTheOtherWayToAsk() {
    assertThat(read(Map.of("ELECTOR_HEALTH_URL", "http://127.0.0.1:8080/healthz")).health())
        .isEqualTo(
            new HealthCheck(
                Optional.of(URI.create("http://127.0.0.1:8080/healthz")), Optional.empty()));
  }

  @Test
  void withoutAStoreTheRemedyIsAnExampleOfTwoLines() {
    assertThatThrownBy(() -> readOnly(Map.of()))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            """
            ELECTOR_STORE: not set (expected: one of file); say where the leases live, such as
              ELECTOR_STORE=file
              ELECTOR_FILE_DIR=/leases\
            """);
  }

  @Test
  void theStoreFileNeedsItsDirectory() {
    assertThatThrownBy(() -> readOnly(Map.of("ELECTOR_STORE", "file")))
        .hasMessage(
            "ELECTOR_FILE_DIR: not set (expected: a path such as /state); set it, such as"
                + " ELECTOR_FILE_DIR=/leases");
  }

  @Test
  void anUnknownStoreIsRefused() {
    assertRefused(
        Map.of("ELECTOR_STORE", "etcd"),
        "ELECTOR_STORE: \"etcd\" (expected: one of file); such as ELECTOR_STORE=file");
  }

  @Test
  void aLeaseIsFromHalfASecondToAnHour() {
    assertRefused(
        Map.of("ELECTOR_LEASE", "499ms"),
        "ELECTOR_LEASE: \"499ms\" (expected: a duration such as 10s, from 500ms to 1h); unset it to"
            + " use 10s");
    assertRefused(
        Map.of("ELECTOR_LEASE", "61m"),
        "ELECTOR_LEASE: \"61m\" (expected: a duration such as 10s, from 500ms to 1h); unset it to"
            + " use 10s");
  }

  @Test
  void aWrongNameIsPointedOut() {
    assertRefused(
        Map.of("ELECTOR_NAMES", "orders,Bills"),
        "ELECTOR_NAMES[1]: \"Bills\" (expected: 1 to 63 of a-z, 0-9, dot, underscore and dash, the"
            + " first a letter or digit, or a range such as shard-[0-15]); unset it to use"
            + " default");
  }

  @Test
  void oneElectionTwiceIsRefused() {
    assertRefused(
        Map.of("ELECTOR_NAMES", "s-[0-3],s-2"),
        "ELECTOR_NAMES: \"s-2\" (expected: each election once); remove one of the two");
  }

  @Test
  void tooManyElectionsAreRefused() {
    assertRefused(
        Map.of("ELECTOR_NAMES", "a-[1-9999],b-[1-9]"),
        "ELECTOR_NAMES: \"10008 elections\" (expected: at most 10000); share them out among several"
            + " electors");
  }

  @Test
  void anIdTravelsInHeaders() {
    assertRefused(
        Map.of("ELECTOR_ID", "orders 1"),
        "ELECTOR_ID: \"orders 1\" (expected: 1 to 253 visible ASCII characters without blanks);"
            + " choose another that no other elector has");
  }

  @Test
  void aGateNeedsWhoOpensIt() {
    assertRefused(
        Map.of("ELECTOR_HOOK_GATE", "on"),
        "ELECTOR_HOOK_GATE: \"on\" (expected: ELECTOR_HOOK_ACQUIRED beside it; without one nobody"
            + " could open the gate); set ELECTOR_HOOK_ACQUIRED to the URL that agrees to lead, or"
            + " unset it");
  }

  @Test
  void theApplicationIsAskedInOneWay() {
    assertRefused(
        Map.of("ELECTOR_HEALTH_URL", "http://127.0.0.1:1/", "ELECTOR_HEALTH_FILE", "/run/healthy"),
        "ELECTOR_HEALTH_FILE: \"/run/healthy\" (expected: not together with ELECTOR_HEALTH_URL);"
            + " keep one of the two");
  }

  @Test
  void leadingUnhealthyNeedsAHealthCheck() {
    assertRefused(
        Map.of("ELECTOR_LEAD_UNHEALTHY_AFTER", "5m"),
        "ELECTOR_LEAD_UNHEALTHY_AFTER: \"300000ms\" (expected: a health check beside it; without"
            + " one every application counts as healthy); set ELECTOR_HEALTH_URL or"
            + " ELECTOR_HEALTH_FILE, or unset it");
  }

  @Test
  void theApplicationIsCalledWithoutEncryption() {
    assertRefused(
        Map.of("ELECTOR_HOOK_LOST", "https://127.0.0.1/stop"),
        "ELECTOR_HOOK_LOST: \"https://127.0.0.1/stop\" (expected: an address that begins with"
            + " http://; the application is in the same pod, so nothing is encrypted); name the"
            + " application's plain port");
  }

  @Test
  void theNamesOfTheSeatsAreNotForElections() {
    assertRefused(
        Map.of("ELECTOR_NAMES", "orders,elector-seat-0"),
        "ELECTOR_NAMES[1]: \"elector-seat-0\" (expected: not to begin with elector-seat-, which"
            + " electors keep for themselves); unset it to use default");
  }

  @Test
  void whoDecidesByHandIsNotSpread() {
    assertRefused(
        Map.of("ELECTOR_SPREAD", "on", "ELECTOR_MODE", "manual"),
        "ELECTOR_SPREAD: \"on\" (expected: ELECTOR_MODE=auto; in manual mode the application"
            + " decides what it stands for); unset one of the two");
  }

  @Test
  void metaHasNamesAndIsSmall() {
    assertRefused(
        Map.of("ELECTOR_META", "zone=a,b"),
        "ELECTOR_META[1]: \"b\" (expected: a name and a value such as url=http://10.0.0.7:8080);"
            + " such as ELECTOR_META=url=http://10.0.0.7:8080,zone=a");
    assertRefused(
        Map.of("ELECTOR_META", "a=" + "x".repeat(1024)),
        "ELECTOR_META: \"1025 bytes\" (expected: at most 1024 bytes in all); tell where to find the"
            + " rest");
    assertRefused(
        Map.of("ELECTOR_META", "a=1,a=2"),
        "ELECTOR_META: \"a\" (expected: each name once); remove one of the two");
  }

  @Test
  void aReloadChangesOnlyWhatWasChanged() {
    ElectorConfig before = read(Map.of("ELECTOR_PRIORITY", "5", "ELECTOR_META", "zone=a"));
    ElectorConfig next = read(Map.of("ELECTOR_PRIORITY", "5", "ELECTOR_META", "zone=b"));
    Candidate running =
        before
            .candidate("boot")
            .with(Duration.ofSeconds(3), Candidate.Mode.MANUAL, 50, Map.of("zone", "x"));

    assertThat(next.changed(before, running))
        .isEqualTo(
            running.with(Duration.ofSeconds(3), Candidate.Mode.MANUAL, 50, Map.of("zone", "b")));
  }

  private static ElectorConfig read(Map<String, String> more) {
    var environment = new HashMap<>(LEAST);
    environment.putAll(more);
    return readOnly(environment);
  }

  private static ElectorConfig readOnly(Map<String, String> environment) {
    Settings settings = Settings.of("ELECTOR_", environment);
    Optional<ElectorConfig> config = settings.read(ElectorConfig::read);
    settings.finish();
    return config.orElseThrow();
  }

  private static void assertRefused(Map<String, String> more, String message) {
    assertThatThrownBy(() -> read(more)).isInstanceOf(InvalidSettings.class).hasMessage(message);
  }
}
