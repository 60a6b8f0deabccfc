package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** For how long there was no leader, and for how long that may be. */
final class Leaderless {
  private final Duration lease;
  private final Map<After, List<Duration>> spans = new EnumMap<>(After.class);

  /** From when it counts. */
  enum After {
    /**
     * The leader could not know, or could do nothing about it: others wait until it has run out.
     */
    CRASH,
    /** The leader gave the lease back. */
    HAND_OVER,
    /** The store is well again, or the record. */
    FAULT
  }

  Leaderless(Duration lease) {
    this.lease = lease;
  }

  /**
   * What is promised. The others wait for a lease; then each is given a pause after a failure, a
   * read and a write of a sixth of a lease, and the spread by priority. Handing over is a write, a
   * hint and a write.
   */
  private Duration bound(After after) {
    return after == After.HAND_OVER
        ? Duration.ofMillis(250)
        : lease.plus(lease.dividedBy(2)).plusMillis(100);
  }

  void add(After after, Duration span) {
    spans.computeIfAbsent(after, a -> new ArrayList<>()).add(span);
  }

  /**
   * The longest was at most five times as long as is promised; with {@code truly} the p99 at most
   * as long.
   */
  void assertPromised(boolean truly) {
    spans.forEach((after, each) ->
        assertThat(quantile(each, truly ? 0.99 : 1))
            .as("%s after %s: %s", truly ? "p99" : "the longest", after, each)
            .isLessThanOrEqualTo(bound(after).multipliedBy(truly ? 1 : 5)));
  }

  private static Duration quantile(List<Duration> spans, double share) {
    var sorted = new ArrayList<>(spans);
    Collections.sort(sorted);
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  /** A line for each kind. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    spans.forEach((after, each) ->
        text.append(
            "  after %-9s %3d times, ms: median %5d, p99 %5d, most %5d; bound %5d%n"
                .formatted(
                    after,
                    each.size(),
                    quantile(each, 0.5).toMillis(),
                    quantile(each, 0.99).toMillis(),
                    quantile(each, 1).toMillis(),
                    bound(after).toMillis())));
    return text.toString();
  }
}
