package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Listener.Event;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an election lets the others see. The loop publishes views; any thread reads the newest; the
 * listener hears of each change that shows.
 */
final class Notices {
  private final Clocks clocks;
  private final Listener listener;
  private Status shown; // loop only
  private volatile View view; // written by the loop

  /**
   * The claim of the newest answer "leader" that left us: somebody may rely on it until it ends.
   */
  private volatile @Nullable Claim promised;

  Notices(View first, Clocks clocks, Listener listener) {
    this.clocks = clocks;
    this.listener = listener;
    this.view = first;
    this.shown = first.at(clocks);
  }

  /** The newest view. Any thread. */
  View view() {
    return view;
  }

  /** The status of this instant, for our own use. */
  Status status() {
    return view.at(clocks);
  }

  /** The status of this instant, for somebody who will rely on it. Any thread. */
  @SuppressWarnings("ReferenceEquality") // The very view, not one like it.
  Status promise() {
    while (true) {
      View now = view;
      Status status = now.at(clocks);
      if (!status.leader()) {
        return status;
      }
      promised = now.claim();
      // Looked at again after the promise was noted: a loop that steps down later sees it and
      // waits.
      if (view == now) {
        return status;
      }
    }
  }

  /** For how long somebody may still rely on an answer that we gave, in nanoseconds. */
  long promisedNanos() {
    Claim newest = promised;
    return newest == null ? 0 : Math.max(0, newest.reliedOnNanos(clocks));
  }

  /** For how long our record still keeps the others out, in milliseconds. Any thread. */
  long keepsOthersOutMillis() {
    return view.keepsOthersOutMillis(clocks);
  }

  /** Where an election tells of things that no status shows. */
  Listener listener() {
    return listener;
  }

  /** Publishes {@code next}; {@link Event#CHANGED} is heard only when something shows. */
  void publish(Event event, View next) {
    View before = view;
    Status status = next.at(clocks);
    if (event == Event.CHANGED && status.isAlike(shown)) {
      view = next.withVersion(before.version());
      return;
    }
    view = next.withVersion(before.version() + 1);
    Event heard = event == Event.CHANGED ? kind(shown, status) : event;
    shown = status;
    listener.happened(heard, promise());
  }

  private static Event kind(Status before, Status after) {
    if (before.storeOk() != after.storeOk()) {
      return Event.STORE;
    }
    return Objects.equals(before.leaderId(), after.leaderId()) ? Event.CHANGED : Event.LEADER;
  }
}
