package io.containerpatterns.elector.election;

import java.time.Duration;
import java.util.PriorityQueue;

/**
 * The true time of a simulated world and everything that will happen in it, in nanoseconds from its
 * beginning. Only the world knows it; those who live in it have {@link VirtualClocks}.
 * Single-threaded and exact: the same calls always give the same history, and events of one instant
 * happen in the order in which they were planned.
 */
public final class VirtualTime {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long planned;

  public long now() {
    return now;
  }

  /** Plans {@code task} for {@code at}, or for now when that has passed. */
  Event at(long at, Runnable task) {
    var event = new Event(Math.max(at, now), planned++, task);
    events.add(event);
    return event;
  }

  /** Plans {@code task} for {@code nanos} from now. */
  public Event after(long nanos, Runnable task) {
    return at(now + nanos, task);
  }

  /**
   * Moves to the moment of the next event, without letting it happen; false when nothing is planned
   * any more.
   */
  boolean moveToNext() {
    while (!events.isEmpty() && events.peek().cancelled) {
      events.poll();
    }
    if (events.isEmpty()) {
      return false;
    }
    now = events.peek().at;
    return true;
  }

  /** Lets the event happen that {@link #moveToNext()} moved to. */
  void happen() {
    events.remove().task.run();
  }

  /**
   * Lets everything happen that is planned for the next {@code duration}, which has then passed.
   */
  public void advance(Duration duration) {
    long until = now + duration.toNanos();
    while (true) {
      long before = now;
      if (!moveToNext() || now > until) {
        now = Math.max(before, until);
        return;
      }
      happen();
    }
  }

  /** Lets everything happen that is planned for now. */
  public void settle() {
    advance(Duration.ZERO);
  }

  /** Something planned. */
  static final class Event implements Comparable<Event> {
    private final long at;
    private final long order;
    private final Runnable task;
    private boolean cancelled;

    private Event(long at, long order, Runnable task) {
      this.at = at;
      this.order = order;
      this.task = task;
    }

    long at() {
      return at;
    }

    void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }
}
