package io.containerpatterns.elector;

import java.util.ArrayList;
import java.util.List;

/**
 * A resource that applications of several pods write to, each with the token of its term. It takes
 * a write only if it has seen no higher token, and remembers what came. Any thread.
 */
final class FencedRegister {
  private final List<Write> accepted = new ArrayList<>(); // guarded by this
  private final List<Write> refusedLeaders = new ArrayList<>(); // guarded by this
  private long highest; // guarded by this
  private long refused; // guarded by this

  /** One write, when the resource decided on it, in nanoseconds of the clock of all processes. */
  record Write(String node, long token, long at) {}

  /**
   * A write that arrives now.
   *
   * @param believedUntil until when the writer believes to lead; a moment that has passed for a
   *     write that lingered on its way
   */
  synchronized void write(String node, long token, long believedUntil) {
    var write = new Write(node, token, System.nanoTime());
    if (token >= highest) {
      highest = token;
      accepted.add(write);
      return;
    }
    refused++;
    if (write.at() - believedUntil < 0) {
      refusedLeaders.add(write);
    }
  }

  /** The highest token seen; 0 before the first. */
  synchronized long highest() {
    return highest;
  }

  /** What was taken, in this order. */
  synchronized List<Write> accepted() {
    return List.copyOf(accepted);
  }

  /** How many came too late. */
  synchronized long refused() {
    return refused;
  }

  /** Refused although the writer led at that moment, as far as he could know; must be empty. */
  synchronized List<Write> refusedLeaders() {
    return List.copyOf(refusedLeaders);
  }
}
