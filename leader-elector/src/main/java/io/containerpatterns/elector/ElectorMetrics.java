package io.containerpatterns.elector;

import io.containerpatterns.chassis.metrics.Family;
import io.containerpatterns.chassis.metrics.Flow;
import io.containerpatterns.chassis.metrics.Level;
import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.elector.application.HttpHooks;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Status;
import io.containerpatterns.elector.election.Status.LostReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What an elector counts. The series of an election begin when it is joined and end when it is
 * left; their names are the operator's, or bounded by {@link Elections#COUNT_MAX}. Any thread.
 */
final class ElectorMetrics implements Feed.Subscriber, Elections.Attendance {
  private static final Duration[] RENEWALS =
      millis(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000);
  private static final Duration[] HOOKS =
      millis(5, 10, 50, 100, 500, 1000, 2000, 5000, 10_000, 30_000);

  private final Flow requests;
  private final Level elections;
  private final Family<Level> leader;
  private final Family<Level> token;
  private final Family<Level> valid;
  private final Family<Counter> transitions;
  private final Timer renewals;
  private final Counter renewFailures;
  private final Level live;
  private final Level storeUp;
  private final Level leaderless;
  private final Counter leaderlessSeconds;
  private final Family<Timer> hooks;
  private final Counter twins;

  private final Map<String, Election> attending = new ConcurrentHashMap<>();

  private ElectorMetrics(Metrics metrics) {
    requests = metrics.flow("requests of the API", "call");
    elections =
        metrics.level("elector.elections", "", "elections that this process takes part in").with();
    leader =
        metrics.level("elector.leader", "", "1 while this process leads, by its claim", "election");
    token =
        metrics.level(
            "elector.token", "", "fencing token of our term; 0 while we do not lead", "election");
    valid =
        metrics.level(
            "elector.valid",
            "seconds",
            "how long the claim still holds without another renewal",
            "election");
    transitions =
        metrics.counter(
            "elector.transitions",
            "terms of ours that began (acquired) or ended, by reason",
            "reason");
    renewals =
        metrics.timer("elector.renew", "time the store took to confirm a renewal", RENEWALS).with();
    renewFailures =
        metrics
            .counter("elector.renew.failures", "renewals that the store refused or did not answer")
            .with();
    live =
        metrics
            .level(
                "elector.live",
                "",
                "live replicas over which the elections are spread; 0 when that is off, we are none"
                    + " of them, or the store is silent")
            .with();
    storeUp =
        metrics
            .level("elector.store.up", "", "1 while the store answers for every election")
            .with();
    leaderless =
        metrics
            .level("elector.leaderless", "", "elections without a leader that we know of")
            .with();
    leaderlessSeconds =
        metrics
            .counter(
                "elector.leaderless.seconds",
                "time without a known leader, added up over the elections")
            .with();
    hooks =
        metrics.timer(
            "elector.hook",
            "time until a hook was acknowledged or given up, retries included",
            HOOKS,
            "hook",
            "acknowledged");
    twins = metrics.counter("elector.twins", "sightings of another process with our id").with();
  }

  /** Declares everything, for the table of the README. */
  static void declare(Metrics metrics) {
    new ElectorMetrics(metrics);
  }

  /** Counts from now on. */
  public static ElectorMetrics of(Metrics metrics, Tally tally) {
    var counting = new ElectorMetrics(metrics);
    metrics.beforeScrape(() -> counting.update(tally));
    return counting;
  }

  /** The requests of the API. */
  Flow requests() {
    return requests;
  }

  /** The store took so long to confirm a renewal, or did not. */
  void renewed(long nanos, boolean confirmed) {
    if (confirmed) {
      renewals.record(nanos, TimeUnit.NANOSECONDS);
    } else {
      renewFailures.increment();
    }
  }

  /** A hook ended. */
  void hook(HttpHooks.Kind kind, boolean acknowledged, long nanos) {
    hooks.with(kind.wire(), Boolean.toString(acknowledged)).record(nanos, TimeUnit.NANOSECONDS);
  }

  /** So many replicas share the elections, 0 when that is not known. */
  void live(int replicas) {
    live.set(replicas);
  }

  /** Another process with our id was seen. */
  void twin() {
    twins.increment();
  }

  @Override
  public void joined(String name, Election election) {
    attending.put(name, election);
  }

  @Override
  public void left(String name) {
    attending.remove(name);
    forget(name);
  }

  private void forget(String name) {
    leader.forget(name);
    token.forget(name);
    valid.forget(name);
  }

  @Override
  public void happened(Event event, Status status) {
    if (event == Event.ACQUIRED) {
      transitions.with("acquired").increment();
    } else if (event == Event.LOST) {
      LostReason reason = status.lostReason();
      transitions.with(reason == null ? "unknown" : reason.wire()).increment();
    }
  }

  /** What changes with time alone is computed for each scrape, like every answer of the API. */
  private synchronized void update(Tally tally) {
    attending.forEach((name, election) -> {
      Status status = election.glance();
      leader.with(name).set(status.leader() ? 1 : 0);
      token.with(name).set(status.token());
      valid.with(name).set(status.validForMillis() / 1e3);
      if (!attending.containsKey(name)) {
        // It left meanwhile.
        forget(name);
      }
    });
    Tally.Count count = tally.count();
    elections.set(count.elections());
    storeUp.set(count.storeSilent() == 0 ? 1 : 0);
    leaderless.set(count.leaderless());
    leaderlessSeconds.increment(tally.leaderlessSeconds() - leaderlessSeconds.count());
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Duration[] millis(long... millis) {
    var bounds = new Duration[millis.length];
    for (int i = 0; i < millis.length; i++) {
      bounds[i] = Duration.ofMillis(millis[i]);
    }
    return bounds;
  }
}
