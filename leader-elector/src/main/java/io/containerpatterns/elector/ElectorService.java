package io.containerpatterns.elector;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.containerpatterns.chassis.Chassis;
import io.containerpatterns.chassis.Check;
import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.Load;
import io.containerpatterns.chassis.Service;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.elector.api.ApiServer;
import io.containerpatterns.elector.application.Application;
import io.containerpatterns.elector.application.HealthGate;
import io.containerpatterns.elector.application.HealthProbes;
import io.containerpatterns.elector.application.HttpHooks;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.ThreadLoop;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.spread.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The elector as its process sees it: what is begun in which order, what is told to the probes, and
 * how it ends.
 *
 * <pre>
 *   start   store -> pod label -> seat -> elections -> health gate -> API
 *   drain   seat given back; answer "no" -> lost hooks -> leases given back
 *   close   API -> health gate -> seat -> elections -> pod label -> hooks -> loop -> store
 * </pre>
 */
final class ElectorService implements Service<ElectorConfig> {
  private static final Log log = Log.of(ElectorService.class);
  private static final String LOOP = "elections";
  private static final int NAMED_MAX = 10;

  private final String boot;
  private final Chassis chassis;
  private final Lifecycle lifecycle;
  private final Network network;
  private final ThreadLoop loop;
  private final ThreadLoop healthLoop;
  private final Application application;
  private final HttpHooks hooks;
  private final Reporter reporter;
  private final Tally tally;
  private final Elections elections;
  private final Spread spread;
  private final HealthGate healthGate;
  private final ApiServer api;
  private final Feed feed;

  private volatile ElectorConfig config;
  private volatile @Nullable LeaseStore store;
  private volatile @Nullable PodLabel podLabel;

  ElectorService(
      ElectorConfig config,
      String boot,
      Chassis chassis,
      ThreadLoop loop,
      ThreadLoop healthLoop,
      Application application,
      HttpHooks hooks,
      Reporter reporter,
      Tally tally,
      Elections elections,
      Spread spread,
      HealthGate healthGate,
      ApiServer api,
      Feed feed) {
    this.config = config;
    this.boot = boot;
    this.chassis = chassis;
    this.lifecycle = chassis.lifecycle();
    this.network = chassis.network();
    this.loop = loop;
    this.healthLoop = healthLoop;
    this.application = application;
    this.hooks = hooks;
    this.reporter = reporter;
    this.tally = tally;
    this.elections = elections;
    this.spread = spread;
    this.healthGate = healthGate;
    this.api = api;
    this.feed = feed;
  }

  @Override
  public void start() throws IOException {
    warnOfShortGrace(config);
    Candidate candidate = config.candidate(boot);
    var opening = new StoreOpening(chassis, config.lease(), candidate.answerWithin());
    LeaseStore opened = config.store().open(opening);
    store = opened;
    log.info(
        "store opened",
        "store",
        elections.storeName(),
        "place",
        config.store().place(),
        "guarantee",
        ElectorMetrics.word(opened.guarantee()));
    network.watch(LOOP, loop::execute);
    // Before the elections begin: it removes what a killed predecessor left behind.
    podLabel = opening.podLabel(config, loop, feed).orElse(null);
    if (config.spread()) {
      spread.start(opened);
    }
    elections.start(opened, candidate, spread);
    if (config.health().isAsked()) {
      healthGate.watch(HealthProbes.of(config.health(), application::send));
    }
    api.start();
  }

  /** Not a mistake that forbids the start: it shows only when the application is slow to stop. */
  private void warnOfShortGrace(ElectorConfig next) {
    Duration most = lifecycle.workTime();
    if (next.hooks().lost().isPresent() && next.drain().compareTo(most) > 0) {
      log.warn(
          "ELECTOR_DRAIN is longer than a stop may take",
          "drain",
          next.drain(),
          "stopMayTake",
          most,
          "consequence",
          "an application that needs longer leaves the lease behind, and nobody leads until it has"
              + " run out",
          "action",
          "raise TERMINATION_GRACE_SECONDS and the orchestrator's own, or lower ELECTOR_DRAIN");
    }
  }

  @Override
  public List<Check> checks() {
    Tally.Count count = tally.count();
    return List.of(
        new Check(
            "store",
            storeHealth(count, trouble()),
            Map.of("store", elections.storeName(), "silentFor", count.storeSilent())),
        Check.of("id", degradedBy(reporter.trouble())),
        new Check(
            "elections",
            Health.UP,
            Map.of(
                "elections",
                count.elections(),
                "leading",
                count.leading(),
                "steppingDown",
                count.stepping(),
                "leaderless",
                count.leaderless(),
                "unknown",
                count.unknown())));
  }

  private @Nullable String trouble() {
    LeaseStore open = store;
    return open == null ? null : open.trouble();
  }

  /** Never unready: without the store an elector still answers, and its answer "no" is right. */
  static Health storeHealth(Tally.Count count, @Nullable String trouble) {
    if (count.storeSilent() == 0) {
      return degradedBy(trouble);
    }
    return new Health.Degraded(
        "the store does not answer for "
            + count.storeSilent()
            + " of "
            + count.elections()
            + " elections; whoever leads does so until its lease ends"
            + (trouble == null ? "" : ": " + trouble));
  }

  private static Health degradedBy(@Nullable String trouble) {
    return trouble == null ? Health.UP : new Health.Degraded(trouble);
  }

  @Override
  public Load load() {
    Tally.Count count = tally.count();
    int telling = hooks.underWay();
    String waitingFor =
        count.stepping() == 0
            ? ""
            : count.stepping()
                + " elections to be given back, "
                + telling
                + " hooks to be answered";
    return new Load(count.leading() + count.stepping(), telling, waitingFor);
  }

  @Override
  public void drain(Deadline deadline) throws InterruptedException {
    LostReason reason = lifecycle.status().stopping() ? LostReason.SHUTDOWN : LostReason.PAUSED;
    try {
      // Our seat first: nobody shall hand over to somebody who is about to leave.
      var left = spread.leave().toCompletableFuture();
      var quiet = elections.pauseAll(reason).toCompletableFuture();
      CompletableFuture.allOf(left, quiet).get(deadline.left().toNanos(), NANOSECONDS);
    } catch (TimeoutException e) {
      log.warn("not every lease was given back in time", "held", load());
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  @Override
  public void resume() {
    elections.resumeAll();
    spread.resume();
  }

  @Override
  public Optional<String> close(Deadline deadline) {
    api.close();
    healthLoop.close();
    Optional<String> left = leftBehind(elections.leftBehind());
    spread.close();
    elections.close();
    PodLabel label = podLabel;
    if (label != null) {
      label.close();
    }
    application.close();
    network.unwatch(LOOP);
    loop.close();
    LeaseStore open = store;
    if (open != null) {
      open.close();
    }
    return left;
  }

  /**
   * Others wait for what we did not give back, so a stop that leaves it behind is not a clean one.
   */
  private static Optional<String> leftBehind(Map<String, Long> left) {
    if (left.isEmpty()) {
      return Optional.empty();
    }
    long longest = 0;
    for (long millis : left.values()) {
      longest = Math.max(longest, millis);
    }
    var named = new ArrayList<>(left.keySet()).subList(0, Math.min(NAMED_MAX, left.size()));
    String names = String.join(", ", named) + (left.size() > NAMED_MAX ? ", ..." : "");
    long seconds = (longest + 999) / 1000;
    return Optional.of(
        left.size() == 1
            ? "the lease of "
                + names
                + " was not given back and runs out by itself within "
                + seconds
                + " s"
            : "the leases of "
                + left.size()
                + " elections ("
                + names
                + ") were not given back and run out by themselves within "
                + seconds
                + " s");
  }

  @Override
  public void reload(ElectorConfig next) {
    ElectorConfig before = config;
    config = next;
    warnOfShortGrace(next);
    hooks.terms(new HttpHooks.Terms(next.hooks(), next.drain()));
    elections.change(running -> next.changed(before, running));
    if (!next.health().equals(before.health())) {
      healthGate.watch(HealthProbes.of(next.health(), application::send));
    }
  }

  @Override
  public void priority(int priority) {
    elections.priority(priority);
  }

  @Override
  public Optional<Checkpoint> checkpoint() {
    return Optional.of(new ElectorCheckpoint(elections, () -> config.candidate(boot)));
  }
}
