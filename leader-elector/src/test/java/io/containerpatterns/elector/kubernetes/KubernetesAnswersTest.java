package io.containerpatterns.elector.kubernetes;

import static io.containerpatterns.elector.lease.StoreProcesses.hearing;
import static io.containerpatterns.elector.lease.StoreProcesses.lease;
import static io.containerpatterns.elector.lease.StoreProcesses.outcome;
import static io.containerpatterns.elector.lease.StoreProcesses.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.elector.kubernetes.ScriptedServer.Reply;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each answer of the API server means. */
final class KubernetesAnswersTest {
  private static final String NOT_FOUND =
      "{\"kind\":\"Status\",\"reason\":\"NotFound\",\"details\":{\"kind\":\"leases\",\"name\":\"orders\"},\"code\":404}";

  @TempDir Path folder;
  private final ScriptedServer server;
  private LeaseStore store;

  KubernetesAnswersTest() throws IOException {
    server = new ScriptedServer();
    store = new FakeLeaseStore();
  }

  @BeforeEach
  void open() throws Exception {
    Files.writeString(folder.resolve("token"), "secret");
    Files.writeString(folder.resolve("ca.crt"), anyAuthority());
    store = open(place());
  }

  private static LeaseStore open(KubernetesPlace place) {
    return KubernetesLeaseStore.open(
        place,
        Duration.ofSeconds(5),
        new Network(Ticker.system()),
        InstantSource.system(),
        Map.of());
  }

  private KubernetesPlace place() {
    return new KubernetesPlace(
        Optional.of(server.uri()),
        Optional.of("shop"),
        folder.resolve("token"),
        folder.resolve("ca.crt"),
        "");
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  @Test
  void aConflictIsAConflict() {
    server.onWrite = Reply.of(409, "{}");

    assertThat(outcome(store.compareAndSet("orders", 0, lease("a"))))
        .isEqualTo(new Swap.Conflict());
    assertThat(outcome(store.compareAndSet("orders", 7, lease("a"))))
        .isEqualTo(new Swap.Conflict());
    assertThat(server.requests)
        .containsExactly(
            "POST /apis/coordination.k8s.io/v1/namespaces/shop/leases",
            "GET /apis/coordination.k8s.io/v1/namespaces/shop/leases/orders",
            "PUT /apis/coordination.k8s.io/v1/namespaces/shop/leases/orders");
  }

  @Test
  void aLeaseThatIsGoneWhenItIsReplacedIsAConflict() {
    server.onWrite = Reply.of(404, NOT_FOUND);

    assertThat(outcome(store.compareAndSet("orders", 7, lease("a"))))
        .isEqualTo(new Swap.Conflict());
  }

  @Test
  void onlyTheServersOwn404SaysThatThereIsNoLease() {
    server.onGet = Reply.of(404, NOT_FOUND);
    assertThat(read(store, "orders")).isEqualTo(Stored.ABSENT);

    server.onGet = Reply.of(404, "404 page not found");
    assertThat(outcome(store.read("orders")))
        .asString()
        .endsWith("get of leases \"orders\" in namespace \"shop\" was answered with 404");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 301, 400, 422, 500, 502, 503, 504})
  void anyOtherAnswerLeavesTheOutcomeUnknown(int status) {
    server.onWrite = Reply.of(status, "not JSON");

    assertThat(outcome(store.compareAndSet("orders", 0, lease("a"))))
        .isInstanceOf(KubernetesFailure.class);
    assertThat(store.trouble()).isNotNull();
  }

  @Test
  void aServerThatIsBusyIsNotAskedBeforeItWants() {
    server.onGet = new Reply(429, "", "3600", false);
    assertThat(outcome(store.read("orders")))
        .asString()
        .endsWith("was not done, the server is busy (429)");
    server.onGet = ScriptedServer.lease(7);

    assertThat(outcome(store.read("orders"))).isInstanceOf(KubernetesFailure.class);
    assertThat(server.requests).hasSize(1);

    // Yet not longer than an answer may take.
    Await.until("it is asked again", () -> outcome(store.read("orders")) instanceof Stored);
  }

  @Test
  void anAnswerBeyondAllBoundsIsAFailure() {
    server.onGet = Reply.of(200, "x".repeat(ApiCalls.OBJECT_BYTES_MAX + 1));

    assertThat(outcome(store.read("orders"))).isInstanceOf(IOException.class);
  }

  @Test
  void aWatchThatIsSilentThoughTheLeaseChangedIsCutAndOpenedAgain() {
    store.watch("orders", hearing(() -> {}));
    Await.until("watched", () -> server.watches() == 1);

    assertThat(read(store, "orders").version()).isEqualTo(7);

    Await.until("watched again", () -> server.watches() > 1);
  }

  @Test
  void aWatchThatHasHeardOfTheChangeStays() throws Exception {
    var heard = new Semaphore(0);
    server.onWatch =
        ScriptedServer.events(
            "{\"type\":\"ADDED\",\"object\":" + ScriptedServer.object(7) + "}",
            "{\"type\":\"FUTURE\",\"object\":{}}",
            "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}");
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(20, SECONDS)).isTrue();

    assertThat(read(store, "orders").version()).isEqualTo(7);

    assertThat(heard.tryAcquire(3, SECONDS)).isFalse();
    assertThat(server.watches()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"200", "410"})
  void aForgottenVersionIsAHintAndTheWatchBeginsAnew(int status) throws Exception {
    var heard = new Semaphore(0);
    var changes = new Semaphore(0);
    server.onWatch =
        new Reply(
            200,
            "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}\n",
            "",
            false);
    store.watch(
        "orders",
        new LeaseStore.Watcher() {
          @Override
          public void changed(long version) {
            changes.release();
          }

          @Override
          public void reached(Stored stored) {
            heard.release();
          }
        });
    Await.until(
        "asked from the bookmark on",
        () -> server.requests.stream().anyMatch(request -> request.endsWith("&resourceVersion=9")));

    server.onWatch =
        status == 410
            ? Reply.of(410, "{\"kind\":\"Status\",\"code\":410}")
            : ScriptedServer.events(
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}");
    assertThat(changes.tryAcquire(20, SECONDS)).as("anything may have changed").isTrue();
    server.onWatch =
        ScriptedServer.events("{\"type\":\"ADDED\",\"object\":" + ScriptedServer.object(11) + "}");

    assertThat(heard.tryAcquire(20, SECONDS)).as("what is there now").isTrue();
    assertThat(server.requests.getLast()).doesNotContain("resourceVersion=9");
  }

  @Test
  void aFailureIsForgottenByALeaderThatOnlyWritesAndAFollowerThatOnlyReads() {
    server.onGet = Reply.of(500, "");
    outcome(store.read("orders"));
    assertThat(store.trouble()).isNotNull();
    outcome(store.compareAndSet("orders", 0, lease("a")));
    assertThat(store.trouble()).isNull();

    server.onGet = ScriptedServer.lease(8);
    server.onWrite = Reply.of(500, "");
    outcome(store.compareAndSet("orders", 0, lease("a")));
    assertThat(store.trouble()).isNotNull();
    read(store, "orders");
    assertThat(store.trouble()).isNull();
  }

  @Test
  void aRightThatIsMissingForWritesIsNotForgottenOverReads() {
    server.onWrite = Reply.of(403, "");
    outcome(store.compareAndSet("orders", 0, lease("a")));

    read(store, "orders");

    assertThat(store.trouble()).startsWith("create of leases \"orders\" in namespace \"shop\"");
  }

  @Test
  void theTokenIsShownNowhere() {
    server.onGet = Reply.of(500, "");

    assertThat(outcome(store.read("orders")).toString() + store.trouble()).doesNotContain("secret");
  }

  @Test
  void whatAPodWouldFindMustBeNamedOutsideOfOne() {
    var nowhere =
        new KubernetesPlace(
            Optional.empty(),
            Optional.empty(),
            folder.resolve("none"),
            folder.resolve("ca.crt"),
            "");

    assertThatThrownBy(() -> open(nowhere))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(
            "ELECTOR_KUBERNETES_API: not set (expected: KUBERNETES_SERVICE_HOST in the environment,"
                + " as in a pod, or an address here)");
  }

  @Test
  void aTokenThatIsNotThereStopsTheStart() throws IOException {
    Files.delete(folder.resolve("token"));

    assertThatThrownBy(() -> open(place()))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("ELECTOR_KUBERNETES_TOKEN_FILE: ")
        .hasMessageContaining("it does not exist");
  }

  @ParameterizedTest
  @CsvSource({"10.96.0.1,https://10.96.0.1:443", "fd00::1,https://[fd00::1]:443"})
  void aPodFindsTheServerByItsAddress(String host, String uri) {
    var place =
        new KubernetesPlace(
            Optional.empty(),
            Optional.of("shop"),
            folder.resolve("token"),
            folder.resolve("ca.crt"),
            "");

    assertThat(Cluster.of(place, Map.of("KUBERNETES_SERVICE_HOST", host)).server())
        .hasToString(uri);
  }

  /** Some certificate that the JDK trusts. */
  static String anyAuthority() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    Path file = Path.of(System.getProperty("java.home"), "lib/security/cacerts");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, null);
    }
    var certificate = (X509Certificate) store.getCertificate(store.aliases().nextElement());
    return "-----BEGIN CERTIFICATE-----\n"
        + new String(Base64.getMimeEncoder().encode(certificate.getEncoded()), UTF_8)
        + "\n-----END CERTIFICATE-----\n";
  }
}
