package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.metrics.Family;
import io.containerpatterns.chassis.metrics.Flow;
import io.containerpatterns.chassis.metrics.Level;
import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.logshipper.ship.Remainder;
import io.containerpatterns.logshipper.ship.ShipperCounts;
import io.containerpatterns.logshipper.ship.Shipping;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a log shipper counts; destinations and files are the operator's, so their names may be
 * labels.
 */
final class LogshipperMetrics {
  private static final int FILES_MAX = 100;

  private static final Duration[] SENDS =
      millis(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000);

  private final Flow events;
  private final Family<Counter> readBytes;
  private final Family<Counter> again;
  private final Family<Counter> lost;
  private final Family<Counter> unreadable;
  private final Family<Timer> sends;
  private final Family<Level> lag;
  private final Family<Level> lagOfFile;
  private final Family<Level> behind;
  private final Level files;
  private final Level waiting;
  private final Level checkpointAge;
  private Set<String> lagging = Set.of(); // before a scrape only

  /** Where events can fail. */
  enum Stage {
    /** On their way to the store. */
    SEND
  }

  /** Why they fail. */
  enum Failure {
    /** The store would never take it; it is a dead letter. */
    REFUSED
  }

  /** Why they are left out. */
  enum Dropped {
    /** A filter of the settings. */
    FILTER
  }

  private LogshipperMetrics(Metrics metrics) {
    events = metrics.flow("events, once for each destination", "output");
    readBytes =
        metrics.counter(
            "logshipper.read.bytes", "bytes of log files that were read into events", "output");
    again =
        metrics.counter(
            "logshipper.again",
            "events that were sent again, because the store could not take them",
            "output");
    lost =
        metrics.counter(
            "logshipper.lost.bytes",
            "bytes that were truncated by somebody before they were read, and of which there is no"
                + " copy",
            "output");
    unreadable =
        metrics.counter("logshipper.unreadable", "reads of log files that failed", "output");
    sends =
        metrics.timer("logshipper.send", "time until the store answered a batch", SENDS, "output");
    lag =
        metrics.level(
            "logshipper.lag",
            "bytes",
            "bytes of log files that the store has not acknowledged",
            "output");
    behind =
        metrics.level(
            "logshipper.oldest.unacknowledged",
            "seconds",
            "how long ago the oldest byte was seen that the store has not acknowledged",
            "output");
    lagOfFile =
        metrics.level(
            "logshipper.file.lag",
            "bytes",
            "bytes of a file that the store has not acknowledged; only the "
                + FILES_MAX
                + " that lag most have a series",
            "output",
            "file");
    files = metrics.level("logshipper.files", "", "log files that are followed").with();
    waiting =
        metrics
            .level(
                "logshipper.files.waiting",
                "",
                "log files that are not followed yet, because no more may be open at once")
            .with();
    checkpointAge =
        metrics
            .level(
                "logshipper.checkpoint.age",
                "seconds",
                "how old the checkpoint is that a crash would leave")
            .with();
  }

  /** Declares everything, for the table of the README. */
  static void declare(Metrics metrics) {
    new LogshipperMetrics(metrics);
  }

  /** Counts in {@code metrics}. */
  static LogshipperMetrics of(Metrics metrics) {
    return new LogshipperMetrics(metrics);
  }

  /** Shows how {@code shipping} stands at each scrape. */
  void follow(Metrics metrics, Shipping shipping) {
    metrics.beforeScrape(() -> update(shipping));
  }

  private synchronized void update(Shipping shipping) {
    var now = new HashSet<String>();
    var bytes = new HashMap<String, Long>();
    List<Remainder> remainders = shipping.remainders();
    for (Remainder left : remainders) {
      bytes.merge(left.output(), left.bytes(), Long::sum);
    }
    remainders.stream()
        .sorted(Comparator.comparingLong(Remainder::bytes).reversed())
        .limit(FILES_MAX)
        .forEach(left -> {
          now.add(left.output() + "\0" + left.path());
          lagOfFile.with(left.output(), left.path()).set(left.bytes());
        });
    shipping.behind().forEach((id, time) -> behind.with(id).set(time.toMillis() / 1e3));
    for (Shipping.OutputHealth output : shipping.outputs()) {
      lag.with(output.id()).set(bytes.getOrDefault(output.id(), 0L));
    }
    for (String before : lagging) {
      if (!now.contains(before)) {
        lagOfFile.forget(before.split("\0", 2));
      }
    }
    lagging = now;
    files.set(shipping.files());
    waiting.set(shipping.waiting());
    checkpointAge.set(shipping.checkpointAge().toMillis() / 1e3);
  }

  /** The counts of one destination. */
  ShipperCounts output(String id) {
    return new OutputCounts(id);
  }

  private final class OutputCounts implements ShipperCounts {
    private final String id;
    private final Counter bytesRead;
    private final Timer answers;

    OutputCounts(String id) {
      this.id = id;
      this.bytesRead = readBytes.with(id);
      this.answers = sends.with(id);
      again.with(id);
      lost.with(id);
    }

    @Override
    public void read(int more, long bytes, int leftOut) {
      bytesRead.increment((double) bytes);
      if (more + leftOut > 0) {
        events.in((long) more + leftOut, id);
      }
      if (leftOut > 0) {
        events.dropped(leftOut, Dropped.FILTER);
      }
    }

    @Override
    public void unreadable() {
      unreadable.with(id).increment();
    }

    @Override
    public void taken(int some) {
      events.out(some, id);
    }

    @Override
    public void deadLettered(int some) {
      events.failed(some, Stage.SEND, Failure.REFUSED);
    }

    @Override
    public void again(int some) {
      again.with(id).increment(some);
    }

    @Override
    public void lost(long bytes) {
      lost.with(id).increment((double) bytes);
    }

    @Override
    public void answered(long nanos) {
      answers.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private static Duration[] millis(long... millis) {
    var bounds = new Duration[millis.length];
    for (int i = 0; i < millis.length; i++) {
      bounds[i] = Duration.ofMillis(millis[i]);
    }
    return bounds;
  }
}
