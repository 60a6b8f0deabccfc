package io.containerpatterns.elector.etcd;

import java.net.URI;
import java.util.List;

/**
 * The members that may be asked, and the one that is asked now. Each of them serves every key, so
 * one is enough while it answers; after a failure the next one's turn comes. Loop only.
 */
final class Members {
  private final List<URI> endpoints;
  private int now;
  private Runnable moved = () -> {};

  /**
   * @param first whose turn it is, by index, so that not every process begins with the same
   */
  Members(List<URI> endpoints, int first) {
    this.endpoints = List.copyOf(endpoints);
    this.now = first;
  }

  /** Is run after each change of turn. */
  void onMove(Runnable action) {
    moved = action;
  }

  /** Whose turn it is. */
  URI current() {
    return endpoints.get(now);
  }

  /**
   * It did not answer as it should. Calls that were under way with one before it change nothing.
   */
  void failed(URI endpoint) {
    if (endpoints.size() > 1 && endpoint.equals(current())) {
      now = (now + 1) % endpoints.size();
      moved.run();
    }
  }
}
