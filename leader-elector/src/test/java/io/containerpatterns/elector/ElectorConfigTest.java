package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.HostName;
import io.containerpatterns.chassis.settings.HostPort;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.application.HealthCheck;
import io.containerpatterns.elector.application.Hook;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.etcd.EtcdAccess;
import io.containerpatterns.elector.kubernetes.KubernetesPlace;
import io.containerpatterns.elector.postgresql.PostgresqlUrl;
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
            ELECTOR_STORE: not set (expected: one of file, kubernetes, etcd, postgresql); say where the leases live, such as
              ELECTOR_STORE=file
              ELECTOR_FILE_DIR=/leases\
            """);
  }

  @Test
  void theStorePostgresqlHasThreeSettings() {
    Map<String, String> least =
        Map.of("ELECTOR_STORE", "postgresql", "ELECTOR_POSTGRESQL_URL", "postgresql://e@db/leases");
    var all = new HashMap<>(least);
    all.put("ELECTOR_POSTGRESQL_PASSWORD_FILE", "/run/secrets/password");
    all.put("ELECTOR_POSTGRESQL_CREATE_SCHEMA", "off");

    assertThat(readOnly(least).store())
        .isEqualTo(
            new StoreConfig.Postgresql(
                PostgresqlUrl.parse("postgresql://e@db:5432/leases"), Optional.empty(), true));
    assertThat(readOnly(all).store())
        .isEqualTo(
            new StoreConfig.Postgresql(
                PostgresqlUrl.parse("postgresql://e@db:5432/leases"),
                Optional.of(Path.of("/run/secrets/password")),
                false));
  }

  @Test
  void aPasswordInTheUrlIsRefusedAndNotShown() {
    Map<String, String> environment =
        Map.of(
            "ELECTOR_STORE",
            "postgresql",
            "ELECTOR_POSTGRESQL_URL",
            "postgresql://elector:geheim@db/leases");

    assertThatThrownBy(() -> readOnly(environment))
        .hasMessage(
            "ELECTOR_POSTGRESQL_URL: \"postgresql://elector:***@db/leases\" (expected: a URL such"
                + " as postgresql://elector@db:5432/leases?sslmode=verify-full, without a password:"
                + " that stands in ELECTOR_POSTGRESQL_PASSWORD_FILE); such as"
                + " ELECTOR_POSTGRESQL_URL=postgresql://elector@db:5432/leases?sslmode=verify-full");
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
        Map.of("ELECTOR_STORE", "zookeeper"),
        "ELECTOR_STORE: \"zookeeper\" (expected: one of file, kubernetes, etcd, postgresql); such"
            + " as ELECTOR_STORE=file");
  }

  @Test
  void theStoreKubernetesNeedsNothingElseInAPod() {
    ElectorConfig config = readOnly(Map.of("ELECTOR_STORE", "kubernetes"));

    Path account = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    assertThat(config.store())
        .isEqualTo(
            new StoreConfig.Kubernetes(
                new KubernetesPlace(
                    Optional.empty(),
                    Optional.empty(),
                    account.resolve("token"),
                    account.resolve("ca.crt"),
                    ""),
                Optional.empty()));
    assertThat(config.store().place()).isEqualTo("the pod's namespace at the pod's cluster");
  }

  @Test
  void everySettingOfTheStoreKubernetesCanBeSet() {
    ElectorConfig config =
        readOnly(
            Map.of(
                "ELECTOR_STORE", "kubernetes",
                "ELECTOR_KUBERNETES_API", "https://10.0.0.1:6443",
                "ELECTOR_KUBERNETES_NAMESPACE", "shop",
                "ELECTOR_KUBERNETES_TOKEN_FILE", "/run/token",
                "ELECTOR_KUBERNETES_CA_FILE", "/run/ca.crt",
                "ELECTOR_KUBERNETES_LEASE_PREFIX", "shop-",
                "ELECTOR_POD_LABEL", "example.org/role=leader",
                "ELECTOR_POD_LABEL_FOLLOWER", "follower",
                "ELECTOR_POD_NAME", "orders-0"));

    assertThat(config.store())
        .isEqualTo(
            new StoreConfig.Kubernetes(
                new KubernetesPlace(
                    Optional.of(URI.create("https://10.0.0.1:6443")),
                    Optional.of("shop"),
                    Path.of("/run/token"),
                    Path.of("/run/ca.crt"),
                    "shop-"),
                Optional.of(
                    new PodLabel.Setting(
                        "example.org/role", "leader", Optional.of("follower"), "orders-0"))));
  }

  @Test
  void anElectionThatCannotNameALeaseIsRefused() {
    assertThatThrownBy(
            () -> readOnly(Map.of("ELECTOR_STORE", "kubernetes", "ELECTOR_NAMES", "a_b,ok,a..b")))
        .hasMessage(
            "ELECTOR_NAMES: \"a_b\" (expected: "
                + KubernetesPlace.NAME_EXPECTED
                + "); choose another name, or another ELECTOR_KUBERNETES_LEASE_PREFIX\n"
                + "ELECTOR_NAMES: \"a..b\" (expected: "
                + KubernetesPlace.NAME_EXPECTED
                + "); choose another name, or another ELECTOR_KUBERNETES_LEASE_PREFIX");
  }

  @Test
  void aLabelThatKubernetesWouldRefuseIsRefused() {
    for (String label :
        List.of("leader", "=leader", "role=", "ro le=leader", "role=-", "a/b/c=d")) {
      assertThatThrownBy(
              () -> readOnly(Map.of("ELECTOR_STORE", "kubernetes", "ELECTOR_POD_LABEL", label)))
          .hasMessageStartingWith("ELECTOR_POD_LABEL: \"" + label + "\" (expected: ");
    }
  }

  @Test
  void theStoreEtcdNeedsItsEndpointsOnly() {
    assertThatThrownBy(() -> readOnly(Map.of("ELECTOR_STORE", "etcd")))
        .hasMessage(
            "ELECTOR_ETCD_ENDPOINTS: not set (expected: values separated by commas); set it, such"
                + " as ELECTOR_ETCD_ENDPOINTS=http://etcd-0:2379,http://etcd-1:2379,http://etcd-2:2379");
    assertThat(etcd("ELECTOR_ETCD_ENDPOINTS", "http://etcd-0:2379/, http://[::1]:2379"))
        .isEqualTo(
            new EtcdAccess(
                List.of(URI.create("http://etcd-0:2379"), URI.create("http://[::1]:2379")),
                "/containerpatterns/leader/",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void everySettingOfEtcdCanBeSet() {
    assertThat(
            etcd(
                "ELECTOR_ETCD_ENDPOINTS", "https://etcd:2379",
                "ELECTOR_ETCD_PREFIX", "/teams/a/",
                "ELECTOR_ETCD_USER", "elector",
                "ELECTOR_ETCD_PASSWORD_FILE", "/run/secrets/password",
                "ELECTOR_ETCD_CA_FILE", "/tls/ca.crt",
                "ELECTOR_ETCD_CERT_FILE", "/tls/tls.crt",
                "ELECTOR_ETCD_KEY_FILE", "/tls/tls.key"))
        .isEqualTo(
            new EtcdAccess(
                List.of(URI.create("https://etcd:2379")),
                "/teams/a/",
                Optional.of("elector"),
                Optional.of(Path.of("/run/secrets/password")),
                Optional.of(Path.of("/tls/ca.crt")),
                Optional.of(Path.of("/tls/tls.crt")),
                Optional.of(Path.of("/tls/tls.key"))));
  }

  @Test
  void anEndpointOfEtcdIsASchemeAHostAndAPort() {
    for (String wrong :
        List.of("etcd:2379", "http://etcd", "http://etcd:2379/v3", "http://a:1?b=c", "ftp://a:1")) {
      assertEtcdRefused(
          "ELECTOR_ETCD_ENDPOINTS[0]: \""
              + wrong
              + "\" (expected: an address with its port, such as http://etcd-0:2379 or"
              + " https://10.0.0.7:2379); such as"
              + " ELECTOR_ETCD_ENDPOINTS=http://etcd-0:2379,http://etcd-1:2379,http://etcd-2:2379",
          "ELECTOR_ETCD_ENDPOINTS",
          wrong);
    }
  }

  @Test
  void theTokenIsSentToNobodyWithoutTls() {
    assertThatThrownBy(() ->
            readOnly(
                Map.of(
                    "ELECTOR_STORE",
                    "kubernetes",
                    "ELECTOR_KUBERNETES_API",
                    "http://10.0.0.1:8001")))
        .hasMessage(
            "ELECTOR_KUBERNETES_API: \"http://10.0.0.1:8001\" (expected: an address such as"
                + " https://10.96.0.1:443, no path); such as"
                + " ELECTOR_KUBERNETES_API=https://10.96.0.1:443");
  }

  @Test
  void aPasswordIsNoPartOfAnEndpointAndIsNotShown() {
    assertEtcdRefused(
        "ELECTOR_ETCD_ENDPOINTS: \"http://***@etcd:2379\" (expected: addresses without user and"
            + " password); set ELECTOR_ETCD_USER and ELECTOR_ETCD_PASSWORD_FILE",
        "ELECTOR_ETCD_ENDPOINTS",
        "http://me:secret@etcd:2379");
  }

  @Test
  void theEndpointsOfEtcdAreAllEncryptedOrNone() {
    assertEtcdRefused(
        "ELECTOR_ETCD_ENDPOINTS: \"http:// and https://\" (expected: all with or all without TLS);"
            + " a password or a lease that is encrypted on one way only is not encrypted",
        "ELECTOR_ETCD_ENDPOINTS",
        "http://a:2379,https://b:2379");
  }

  @Test
  void thePrefixEndsWithASlash() {
    assertEtcdRefused(
        "ELECTOR_ETCD_PREFIX: \"/teams/a\" (expected: 1 to 256 visible ASCII characters, the last"
            + " one a slash); unset it to use /containerpatterns/leader/",
        "ELECTOR_ETCD_ENDPOINTS",
        "http://etcd:2379",
        "ELECTOR_ETCD_PREFIX",
        "/teams/a");
  }

  @Test
  void whatBelongsTogetherIsSetTogether() {
    assertEtcdRefused(
        """
        ELECTOR_ETCD_USER: "me" (expected: ELECTOR_ETCD_PASSWORD_FILE beside it); set it to the file with the password of that user, or unset both
        ELECTOR_ETCD_CERT_FILE: "/c" (expected: ELECTOR_ETCD_KEY_FILE beside it); set it to the key of that certificate, or unset both
        ELECTOR_ETCD_CERT_FILE: "/c" (expected: endpoints that begin with https:// beside it); write https:// in ELECTOR_ETCD_ENDPOINTS, or unset it\
        """,
        "ELECTOR_ETCD_ENDPOINTS",
        "http://etcd:2379",
        "ELECTOR_ETCD_USER",
        "me",
        "ELECTOR_ETCD_CERT_FILE",
        "/c");
    assertEtcdRefused(
        """
        ELECTOR_ETCD_PASSWORD_FILE: "/p" (expected: ELECTOR_ETCD_USER beside it); set it to the user whose password that is, or unset both
        ELECTOR_ETCD_KEY_FILE: "/k" (expected: ELECTOR_ETCD_CERT_FILE beside it); set it to the certificate of that key, or unset both
        ELECTOR_ETCD_CA_FILE: "/a" (expected: endpoints that begin with https:// beside it); write https:// in ELECTOR_ETCD_ENDPOINTS, or unset it\
        """,
        "ELECTOR_ETCD_ENDPOINTS",
        "http://etcd:2379",
        "ELECTOR_ETCD_PASSWORD_FILE",
        "/p",
        "ELECTOR_ETCD_KEY_FILE",
        "/k",
        "ELECTOR_ETCD_CA_FILE",
        "/a");
  }

  @Test
  void aSettingOfEtcdBesideAnotherStoreIsAMistake() {
    assertRefused(
        Map.of("ELECTOR_ETCD_USER", "me"),
        "ELECTOR_ETCD_USER: \"me\" (expected: ELECTOR_STORE=etcd beside it); unset it");
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

  private static EtcdAccess etcd(String... settings) {
    var environment = new HashMap<>(Map.of("ELECTOR_STORE", "etcd"));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    if (readOnly(environment).store() instanceof StoreConfig.Etcd(EtcdAccess access)) {
      return access;
    }
    throw new AssertionError("another store than etcd");
  }

  private static void assertEtcdRefused(String message, String... settings) {
    assertThatThrownBy(() -> etcd(settings))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(message);
  }

  private static void assertRefused(Map<String, String> more, String message) {
    assertThatThrownBy(() -> read(more)).isInstanceOf(InvalidSettings.class).hasMessage(message);
  }
}
