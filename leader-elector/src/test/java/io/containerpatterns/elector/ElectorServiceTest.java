package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Chassis;
import io.containerpatterns.chassis.Check;
import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.Load;
import io.containerpatterns.chassis.Service;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Settings;
import io.containerpatterns.elector.application.Beside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole elector inside one test, over a real directory and a real port, called as its process
 * calls it.
 */
final class ElectorServiceTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path folder;
  private final Map<String, String> settings = new HashMap<>();
  private final List<Service<ElectorConfig>> services = new ArrayList<>();
  private final Metrics metrics = new Metrics("elector");
  private final Lifecycle lifecycle =
      new Lifecycle(Ticker.system(), InstantSource.system(), () -> Duration.ofSeconds(30));
  private int port;

  @BeforeEach
  void settings() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    settings.put("ELECTOR_STORE", "file");
    settings.put("ELECTOR_FILE_DIR", folder.resolve("leases").toString());
    settings.put("ELECTOR_ID", "orders-0");
    settings.put("ELECTOR_LISTEN", "127.0.0.1:" + port);
    // Without a lost hook a lease that was given up is kept for nine tenths of it.
    settings.put("ELECTOR_LEASE", "2s");
  }

  @AfterEach
  void close() throws InterruptedException {
    for (Service<ElectorConfig> service : services) {
      service.close(soon());
    }
  }

  @Test
  void itLeadsGivesTheLeaseBackAndLeavesNothingBehind() throws Exception {
    Service<ElectorConfig> service = started();
    awaitLeading();
    assertThat(service.load()).isEqualTo(new Load(1, 0, ""));

    service.drain(soon());

    assertThat(service.load()).isEqualTo(Load.NONE);
    assertThat(service.close(soon())).isEmpty();
  }

  @Test
  void aDrainedElectorStandsAgainWhenItResumes() throws Exception {
    Service<ElectorConfig> service = started();
    awaitLeading();

    service.drain(soon());
    assertThat(get("/leading").statusCode()).isEqualTo(503);
    assertThat(get("/status").body()).contains("\"state\":\"IDLE\"", "\"lostReason\":\"paused\"");

    service.resume();
    awaitLeading();
  }

  @Test
  void aCloseWithoutADrainSaysWhoseLeaseRunsOutByItself() throws Exception {
    settings.put("ELECTOR_NAMES", "orders,bills");
    Service<ElectorConfig> service = started();
    awaitStatus("/v1/elections?leading=true", "\"election\":\"bills\"", "\"election\":\"orders\"");

    assertThat(service.close(soon()))
        .get()
        .asString()
        .matches(
            "the leases of 2 elections \\(orders, bills\\) were not given back and run out by"
                + " themselves within [12] s");
  }

  @Test
  void aDirectoryThatIsAFileStopsTheStart() throws Exception {
    Files.writeString(folder.resolve("leases"), "");
    Service<ElectorConfig> service = assembled();

    assertThatThrownBy(service::start)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith("ELECTOR_FILE_DIR: ");
    assertThat(service.close(soon())).isEmpty();
  }

  @Test
  void aPortInUseStopsTheStartAndNothingStaysBehind() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Service<ElectorConfig> service = assembled();

      assertThatThrownBy(service::start).isInstanceOf(BindException.class);
      assertThat(taken.isBound()).isTrue();
    }
  }

  @Test
  void aNewPriorityCountsForEveryElection() throws Exception {
    settings.put("ELECTOR_NAMES", "orders,bills");
    Service<ElectorConfig> service = started();

    service.priority(70);

    awaitStatus("/v1/elections/orders", "\"priority\":70");
    awaitStatus("/v1/elections/bills", "\"priority\":70");
  }

  @Test
  void aReloadTakesOverLeaseAndMetaAndLeavesTheRest() throws Exception {
    Service<ElectorConfig> service = started();
    service.priority(70);
    awaitLeading();
    awaitStatus("/status", "\"priority\":70");

    settings.put("ELECTOR_LEASE", "20s");
    settings.put("ELECTOR_META", "zone=b");
    service.reload(config());

    awaitStatus(
        "/status", "\"leaseMs\":20000", "\"leaderMeta\":{\"zone\":\"b\"}", "\"priority\":70");
  }

  @Test
  void aReloadBringsInHooks() throws Exception {
    try (var app = new Beside()) {
      Service<ElectorConfig> service = started();
      awaitLeading();

      settings.put("ELECTOR_HOOK_LOST", app.uri("/stop").toString());
      service.reload(config());
      service.drain(soon());

      assertThat(app.paths()).containsExactly("/stop");
    }
  }

  @Test
  void anApplicationLeadsOnlyWhileItIsHealthy() throws Exception {
    Path healthy = folder.resolve("healthy");
    settings.put("ELECTOR_HEALTH_FILE", healthy.toString());
    started();
    awaitStatus("/status", "\"state\":\"IDLE\"", "\"healthy\":false");

    Files.createFile(healthy);
    awaitLeading();

    Files.delete(healthy);
    awaitStatus("/status", "\"leader\":false", "\"healthy\":false", "\"lostReason\":\"unhealthy\"");
  }

  @Test
  void aReloadBringsInAHealthCheckAndTakesItAway() throws Exception {
    try (var app = new Beside()) {
      app.onHealth = Beside.REFUSES;
      Service<ElectorConfig> service = started();
      awaitLeading();

      settings.put("ELECTOR_HEALTH_URL", app.uri("/healthz").toString());
      service.reload(config());
      awaitStatus("/status", "\"leader\":false", "\"healthy\":false");

      settings.remove("ELECTOR_HEALTH_URL");
      service.reload(config());
      awaitLeading();
    }
  }

  @Test
  void theGateOpensWhenTheApplicationAgrees() throws Exception {
    try (var app = new Beside()) {
      app.onAcquired = Beside.REFUSES;
      settings.put("ELECTOR_HOOK_ACQUIRED", app.uri("/lead").toString());
      settings.put("ELECTOR_HOOK_GATE", "on");
      started();
      Await.until("the application was asked", () -> app.told.size() > 1);
      assertThat(get("/leading").statusCode()).isEqualTo(503);

      app.onAcquired = Beside.AGREES;

      awaitLeading();
    }
  }

  @Test
  void aStoreThatIsGoneDegradesAndDoesNotMakeUsUnready() throws Exception {
    settings.put("ELECTOR_LEASE", "1s");
    Service<ElectorConfig> service = started();
    awaitLeading();
    assertThat(service.checks()).extracting(Check::health).containsOnly(Health.UP);

    Files.move(folder.resolve("leases"), folder.resolve("gone"));

    Await.until(() -> "degraded: " + service.checks(), () -> isDegraded(service));
    assertThat(service.checks())
        .extracting(Check::health)
        .contains(
            new Health.Degraded(
                "the store does not answer for 1 of 1 elections; whoever leads does so until its"
                    + " lease ends"))
        .noneMatch(Health.Down.class::isInstance);
    // Not the failed renewals: where a hint came first it is a read that failed, and then no write
    // is tried.
    assertThat(scrape()).contains("elector_store_up 0.0");
  }

  @Test
  void whatAStoreSaysOfItsSilenceStandsInTheCheck() {
    var silent = new Tally.Count(3, 0, 0, 3, 2, 3);

    assertThat(ElectorService.storeHealth(silent, "cannot reach etcd:2379: connection refused"))
        .isEqualTo(
            new Health.Degraded(
                "the store does not answer for 2 of 3 elections; whoever leads does so until its"
                    + " lease ends: cannot reach etcd:2379: connection refused"));
  }

  @Test
  void aCheckpointCarriesWhatJoinedAndWhatWasChangedAndNoClaim() throws Exception {
    settings.put("ELECTOR_DYNAMIC", "on");
    Service<ElectorConfig> first = started();
    awaitLeading();
    put(
        "/v1/elections/batch-17",
        "{\"mode\":\"manual\",\"leaseMs\":3000,\"meta\":{\"zone\":\"a\"}}");
    put("/v1/elections/default", "{\"priority\":9}");
    awaitStatus("/v1/elections/default", "\"priority\":9");
    Service.Checkpoint checkpoint = first.checkpoint().orElseThrow();
    byte[] saved = checkpoint.save();
    assertThat(new String(saved, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"elections\":["
                + "{\"name\":\"default\",\"joined\":false,\"mode\":\"auto\",\"leaseMs\":2000,\"priority\":9,\"meta\":{}},"
                + "{\"name\":\"batch-17\",\"joined\":true,\"mode\":\"manual\",\"leaseMs\":3000,\"priority\":0,"
                + "\"meta\":{\"zone\":\"a\"}}]}");
    first.drain(soon());
    first.close(soon());

    Service<ElectorConfig> second = started();
    second.checkpoint().orElseThrow().restore(checkpoint.format(), saved);

    awaitStatus(
        "/v1/elections/batch-17", "\"mode\":\"manual\"", "\"leaseMs\":3000", "\"leader\":false");
    awaitStatus("/v1/elections/default", "\"priority\":9");
  }

  @Test
  void aWrongCheckpointChangesNothing() throws Exception {
    Service<ElectorConfig> service = started();
    Service.Checkpoint checkpoint = service.checkpoint().orElseThrow();
    String wrong =
        "{\"elections\":["
            + "{\"name\":\"batch-17\",\"joined\":true,\"mode\":\"auto\",\"leaseMs\":3000,\"priority\":0,\"meta\":{}},"
            + "{\"name\":\"batch-18\",\"joined\":true,\"mode\":\"auto\",\"leaseMs\":3,\"priority\":0,\"meta\":{}}]}";

    assertThatThrownBy(() -> checkpoint.restore(1, wrong.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "this is no checkpoint of an elector: batch-18: leaseMs from 500 to 3600000 is"
                + " expected; nothing was changed");
    assertThat(get("/v1/elections/batch-17").statusCode()).isEqualTo(404);
  }

  @Test
  void whatCameInWentOutFailedOrIsHeld() throws Exception {
    started();
    awaitLeading();
    get("/leading");
    get("/v1/elections/nobody");
    post("/renew?timeout=never");

    double in = sum("elector_in_total");
    assertThat(in).isGreaterThanOrEqualTo(4);
    assertThat(
            sum("elector_out_total")
                + sum("elector_failed_total")
                + sum("elector_dropped_total")
                + sum("elector_held"))
        .isEqualTo(in);
    assertThat(scrape())
        .contains(
            "elector_failed_total{reason=\"unknown_election\",stage=\"request\",} 1.0",
            "elector_failed_total{reason=\"bad_request\",stage=\"request\",} 1.0",
            "elector_in_total{call=\"GET /v1/elections/{election}\",} 1.0");
  }

  @Test
  void anElectionThatWasLeftIsMeasuredNoMore() throws Exception {
    settings.put("ELECTOR_DYNAMIC", "on");
    started();
    put("/v1/elections/batch-17", "{}");
    awaitStatus("/v1/elections/batch-17", "\"leader\":true");
    assertThat(scrape())
        .contains("elector_leader{election=\"batch-17\",} 1.0", "elector_elections 2.0");

    delete("/v1/elections/batch-17");

    assertThat(scrape()).doesNotContain("batch-17\"").contains("elector_elections 1.0");
  }

  private Service<ElectorConfig> started() throws Exception {
    Service<ElectorConfig> service = assembled();
    service.start();
    return service;
  }

  private Service<ElectorConfig> assembled() {
    var chassis =
        new Chassis(
            Ticker.system(),
            InstantSource.system(),
            metrics,
            new Network(Ticker.system()),
            lifecycle);
    Service<ElectorConfig> service = Main.IMAGE.assembly().assemble(config(), chassis);
    services.add(service);
    return service;
  }

  private ElectorConfig config() {
    Settings read = Settings.of("ELECTOR_", settings);
    var config = read.read(ElectorConfig::read);
    read.finish();
    return config.orElseThrow();
  }

  private void awaitLeading() {
    Await.until("leading", () -> get("/leading").statusCode() == 200);
  }

  private void awaitStatus(String path, String... parts) {
    Await.until(
        () -> List.of(parts) + " in " + get(path).body(),
        () -> {
          String body = get(path).body();
          return List.of(parts).stream().allMatch(body::contains);
        });
  }

  private static boolean isDegraded(Service<ElectorConfig> service) {
    return service.checks().stream()
        .anyMatch(check ->
            check.name().equals("store")
                && check.health() instanceof Health.Degraded(String reason)
                && reason.startsWith("the store does not answer"));
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
  }

  private double sum(String metric) {
    Matcher series = Pattern.compile("(?m)^" + metric + "(?:\\{.*\\})? (\\S+)$").matcher(scrape());
    double sum = 0;
    while (series.find()) {
      sum += Double.parseDouble(series.group(1));
    }
    return sum;
  }

  private HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  private HttpResponse<String> post(String path) {
    return send(request(path).POST(BodyPublishers.noBody()));
  }

  private void put(String path, String json) {
    HttpResponse<String> answer =
        send(
            request(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json)));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
  }

  private void delete(String path) {
    assertThat(send(request(path).DELETE()).statusCode()).isEqualTo(204);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(10));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(15), Ticker.system());
  }
}
