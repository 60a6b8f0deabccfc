package io.containerpatterns.elector;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Repeats;
import io.containerpatterns.elector.election.Clocks;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener;
import io.containerpatterns.elector.election.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what the elections tell: events to the {@link Feed}, renewals to the metrics, and a
 * second process with our id to whoever must repair that.
 */
final class Reporter implements Listener {
  private static final Log log = Log.of(Reporter.class);
  private static final Duration REPEAT = Duration.ofMinutes(1);

  /** How long a sighting counts: a twin that leads shows itself with each renewal. */
  private static final Duration TWIN_COUNTS = Duration.ofMinutes(1);

  private final Feed feed;
  private final ElectorMetrics metrics;
  private final Clocks clocks;
  private final Repeats repeats;
  private volatile @Nullable Twin twin;

  /** Another process with our id. */
  private record Twin(String election, String id, long seen) {}

  Reporter(Feed feed, ElectorMetrics metrics, Clocks clocks) {
    this.feed = feed;
    this.metrics = metrics;
    this.clocks = clocks;
    this.repeats = new Repeats(log, clocks::monotonicNanos, REPEAT);
  }

  @Override
  public void happened(Event event, Status status) {
    feed.happened(event, status);
  }

  @Override
  public void twin(String election, String id) {
    twin = new Twin(election, id, clocks.monotonicNanos());
    metrics.twin();
    repeats.error(
        "another elector has our id",
        "id",
        id,
        "election",
        election,
        "consequence",
        "nobody can tell from the id which of the two leads",
        "action",
        "give each elector its own ELECTOR_ID");
  }

  @Override
  public void renewed(String election, long nanos, boolean confirmed) {
    metrics.renewed(nanos, confirmed);
  }

  /** What is wrong with our id, in a sentence; null when nothing is. Any thread. */
  @Nullable String trouble() {
    Twin seen = twin;
    if (seen == null || clocks.monotonicNanos() - seen.seen() > TWIN_COUNTS.toNanos()) {
      return null;
    }
    return "another elector with the id "
        + seen.id()
        + " holds "
        + seen.election()
        + "; give each elector its own ELECTOR_ID";
  }
}
