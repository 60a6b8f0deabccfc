package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.kubernetes.TestCluster;
import io.containerpatterns.elector.kubernetes.TestCluster.Account;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole electors on a real API server, with the rights of the example's manifest, alone and beside
 * a candidate of another kind that competes for the same Lease as client-go does.
 */
@Tag("kubernetes")
class KubernetesElectionIT {
  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final Pattern TOKEN = Pattern.compile("\"token\":(\\d+)");
  private static final Pattern VALID = Pattern.compile("\"validForMs\":(\\d+)");

  @TempDir Path folder;
  private final Account account;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Beliefs.Interval> believed = new CopyOnWriteArrayList<>();
  private ElectorProcess.@Nullable Site site;

  KubernetesElectionIT() throws Exception {
    account = TestCluster.shared().account("orders");
  }

  @BeforeEach
  void site() throws Exception {
    site = ElectorProcess.Site.in(folder);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void anElectorThatIsKilledIsFollowedByAnotherWithAHigherToken() throws Exception {
    ElectorProcess first = elector(1);
    long token = first.awaitToken();
    ElectorProcess second = elector(2);
    second.ready();

    first.signal("KILL");

    assertThat(second.awaitToken()).isGreaterThan(token);
    assertNobodyOverlapped();
  }

  @Test
  void anElectorThatStopsHandsOverAtOnceAndTakesItsLabelAway() throws Exception {
    makePod("orders-0");
    ElectorProcess first =
        elector(1, "ELECTOR_POD_LABEL", "role=leader", "ELECTOR_POD_NAME", "orders-0");
    first.awaitToken();
    Await.until("labelled", () -> label("orders-0").equals("leader"));
    ElectorProcess second = elector(2);
    second.ready();

    first.signal("TERM");
    long stopped = System.nanoTime();
    second.awaitToken();
    Duration took = Duration.ofNanos(System.nanoTime() - stopped);

    assertThat(first.exitCode()).isZero();
    assertThat(took).isLessThan(LEASE);
    assertThat(label("orders-0")).isEmpty();
    assertNobodyOverlapped();
  }

  @Test
  void theLabelOfAKilledLeaderStaysUntilItsContainerStartsAgain() throws Exception {
    makePod("orders-0");
    String[] labelled = {"ELECTOR_POD_LABEL", "role=leader", "ELECTOR_POD_NAME", "orders-0"};
    ElectorProcess first = elector(1, labelled);
    first.awaitToken();
    Await.until("labelled", () -> label("orders-0").equals("leader"));

    first.signal("KILL");
    first.exitCode();
    assertThat(label("orders-0")).isEqualTo("leader");

    // Its successor waits for a whole lease, as long as which it is no leader.
    elector(2, labelled);
    Await.until("not labelled", () -> label("orders-0").isEmpty());
  }

  @Test
  void aLeaseDeletedByHandEndsTheTermAndTheNextTokenIsHigher() throws Exception {
    ElectorProcess first = elector(1);
    long token = first.awaitToken();

    account.cluster().api().call("DELETE", account.path("orders"), null);

    Await.until("another term", () -> first.token().orElse(token) > token);
    assertNobodyOverlapped();
  }

  @Test
  void withoutAServerTheLeaderStepsDownInTimeAndLeadsAgainAfterwards() throws Exception {
    ElectorProcess first = elector(1);
    long token = first.awaitToken();
    ElectorProcess second = elector(2);
    second.ready();

    account.cluster().api().stop();
    Await.until("nobody leads", () -> !first.leads() && !second.leads());
    assertThat(first.management("/readyz").statusCode()).isEqualTo(200);
    account.cluster().api().startAgain();

    Await.until("one leads", () -> first.leads() || second.leads());
    assertThat(Math.max(first.token().orElse(0), second.token().orElse(0)))
        .isGreaterThanOrEqualTo(token);
    assertNobodyOverlapped();
  }

  @Test
  void aFrozenLeaderAnswersNoWhenItGoesOn() throws Exception {
    ElectorProcess first = elector(1);
    long token = first.awaitToken();
    ElectorProcess second = elector(2);
    second.ready();

    first.signal("STOP");
    assertThat(second.awaitToken()).isGreaterThan(token);
    first.signal("CONT");

    assertThat(first.leads()).isFalse();
    assertNobodyOverlapped();
  }

  @Test
  void theOtherKindFollowsOursThatIsKilled() throws Exception {
    ElectorProcess ours = elector(1);
    ours.awaitToken();
    OtherKind other = otherKind(false);

    ours.signal("KILL");

    other.awaitLeading();
    assertThat(spec().path("leaseTransitions").asInt()).isEqualTo(1);
    assertNobodyOverlapped();
  }

  @Test
  void theOtherKindFollowsOursThatGivesBack() throws Exception {
    ElectorProcess ours = elector(1);
    ours.awaitToken();
    OtherKind other = otherKind(false);

    ours.post("/resign");

    other.awaitLeading();
    assertThat(spec().path("holderIdentity").asText()).isEqualTo("other");
    // While it leads, ours only follows, and knows whom.
    Await.until(
        () -> "followed: " + ours.get("/status").body(),
        () -> ours.get("/status").body().contains("\"leaderId\":\"other\""));
    assertNobodyOverlapped();
  }

  @Test
  void oursFollowsTheOtherKindThatCeasesToRenew() throws Exception {
    OtherKind other = otherKind(false);
    other.awaitLeading();
    ElectorProcess ours = elector(1);
    ours.ready();

    other.stop();

    ours.awaitToken();
    assertThat(spec().path("holderIdentity").asText()).isEqualTo("replica-1");
    assertThat(spec().path("leaseTransitions").asInt()).isEqualTo(1);
    assertNobodyOverlapped();
  }

  @Test
  void oursFollowsTheOtherKindThatGivesBackAtOnce() throws Exception {
    OtherKind other = otherKind(true);
    other.awaitLeading();
    ElectorProcess ours = elector(1);
    ours.ready();
    Await.until("followed", () -> ours.get("/status").body().contains("\"leaderId\":\"other\""));

    other.stop();
    long stopped = System.nanoTime();

    ours.awaitToken();
    assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(LEASE);
    assertNobodyOverlapped();
  }

  // ---- who competes ----

  private ElectorProcess elector(int n, String... more) throws Exception {
    String[] ours = {"ELECTOR_NAMES", "orders", "ELECTOR_LEASE", LEASE.toSeconds() + "s"};
    String[] all = account.settings(ours);
    String[] settings = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, settings, all.length, more.length);
    ElectorProcess process = Objects.requireNonNull(site).start(n, settings);
    open.add(process);
    var poller = new Poller("replica-" + n, process);
    open.add(poller);
    return process;
  }

  private OtherKind otherKind(boolean givesBack) throws Exception {
    var other = new OtherKind(givesBack);
    open.add(other);
    other.start();
    return other;
  }

  private JsonNode spec() throws InterruptedException {
    return account.lease("orders").path("spec");
  }

  private void assertNobodyOverlapped() {
    List<Beliefs.Interval> sorted = new ArrayList<>(believed);
    sorted.sort(Comparator.comparingLong(Beliefs.Interval::from));
    assertThat(sorted).isNotEmpty();
    assertThat(new Beliefs(sorted).overlaps()).isEmpty();
  }

  private void makePod(String name) throws Exception {
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", name);
    pod.putObject("spec")
        .putArray("containers")
        .addObject()
        .put("name", "app")
        .put("image", "busybox:1.35");
    String pods = "/api/v1/namespaces/" + account.namespace() + "/pods";
    assertThat(account.cluster().api().call("POST", pods, pod).status()).isEqualTo(201);
  }

  private String label(String pod) {
    String path = "/api/v1/namespaces/" + account.namespace() + "/pods/" + pod;
    try {
      return account
          .cluster()
          .api()
          .call("GET", path, null)
          .body()
          .at("/metadata/labels/role")
          .asText("");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks an elector of ours every few milliseconds and notes what its application may believe. */
  private final class Poller implements AutoCloseable {
    private final Thread thread;
    private volatile boolean closed;

    Poller(String name, ElectorProcess process) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                while (!closed) {
                  poll(name, process);
                  LockSupport.parkNanos(10_000_000);
                }
              });
    }

    private void poll(String name, ElectorProcess process) {
      try {
        long asked = System.nanoTime();
        HttpResponse<String> answer = process.get("/status");
        long answered = System.nanoTime();
        Matcher token = TOKEN.matcher(answer.body());
        Matcher valid = VALID.matcher(answer.body());
        if (answer.body().contains("\"leader\":true") && token.find() && valid.find()) {
          long until = asked + Long.parseLong(valid.group(1)) * 1_000_000;
          if (until > answered) {
            believed.add(
                new Beliefs.Interval(name, answered, until, Long.parseLong(token.group(1))));
          }
        } else {
          // It was asked again and said no: the application stops there.
          believed.replaceAll(interval ->
              interval.node().equals(name) && interval.until() > answered
                  ? new Beliefs.Interval(
                      name, interval.from(), Math.max(interval.from(), asked), interval.token())
                  : interval);
        }
      } catch (UncheckedIOException away) {
        // Not started yet, or killed: what it was told before stays true until it ends.
        LockSupport.parkNanos(10_000_000);
      }
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      thread.join();
    }
  }

  /** The LeaderElector of fabric8's client: client-go's algorithm and fields, another author. */
  private final class OtherKind implements AutoCloseable {
    private final KubernetesClient client;
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final LeaderElector elector;
    private final CompletableFuture<Long> leadsSince = new CompletableFuture<>();
    private @Nullable CompletableFuture<?> running;

    OtherKind(boolean givesBack) throws Exception {
      client =
          new KubernetesClientBuilder()
              .withConfig(
                  new ConfigBuilder()
                      .withMasterUrl(account.cluster().api().server().toString())
                      // It patches, which our Role does not allow.
                      .withOauthToken(account.cluster().api().token())
                      .withCaCertFile(account.cluster().api().certificates().toString())
                      .withNamespace(account.namespace())
                      .build())
              .build();
      elector =
          new LeaderElector(
              client,
              new LeaderElectionConfigBuilder()
                  .withName("orders")
                  .withLock(new LeaseLock(account.namespace(), "orders", "other"))
                  .withLeaseDuration(LEASE)
                  .withRenewDeadline(Duration.ofSeconds(2))
                  .withRetryPeriod(Duration.ofMillis(500))
                  .withReleaseOnCancel(givesBack)
                  .withLeaderCallbacks(
                      new LeaderCallbacks(
                          () -> leadsSince.complete(System.nanoTime()), () -> {}, holder -> {}))
                  .build(),
              threads);
    }

    void start() {
      running = elector.start();
    }

    void awaitLeading() {
      Await.until("the other kind leads", leadsSince::isDone);
    }

    /** Believes to lead until now. */
    void stop() {
      long now = System.nanoTime();
      leadsSince.thenAccept(since -> believed.add(new Beliefs.Interval("other", since, now, 0)));
      if (running != null) {
        running.cancel(true);
      }
    }

    @Override
    public void close() throws Exception {
      stop();
      threads.shutdownNow();
      threads.awaitTermination(5, TimeUnit.SECONDS);
      client.close();
    }
  }
}
