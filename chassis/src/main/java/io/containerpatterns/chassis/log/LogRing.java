package io.containerpatterns.chassis.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The last events, for whoever looks into a running process, and a tap for those who stay to watch.
 * Bounded in number and in memory; a watcher that is too slow loses events, and is told how many.
 */
public final class LogRing {
  private static final int EVENTS_MAX = 1_000;
  private static final int BYTES_MAX = 512 << 10;
  private static final int WATCHERS_MAX = 16;

  // guarded by this
  private final ArrayDeque<LogEvent> events = new ArrayDeque<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private int bytes;

  LogRing() {}

  void add(LogEvent event) {
    synchronized (this) {
      events.addLast(event);
      bytes += event.bytes();
      while (events.size() > EVENTS_MAX || (bytes > BYTES_MAX && events.size() > 1)) {
        bytes -= events.removeFirst().bytes();
      }
    }
    for (Watcher watcher : watchers) {
      watcher.offer(event);
    }
  }

  /** The newest {@code limit} events of at least {@code least}, oldest first. */
  public synchronized List<LogEvent> last(Level least, int limit) {
    List<LogEvent> found = new ArrayList<>();
    var newestFirst = events.descendingIterator();
    while (newestFirst.hasNext() && found.size() < limit) {
      LogEvent event = newestFirst.next();
      if (event.level().compareTo(least) >= 0) {
        found.add(event);
      }
    }
    Collections.reverse(found);
    return List.copyOf(found);
  }

  /**
   * Begins to watch events of at least {@code least}.
   *
   * @param waitingMax how many events wait for this watcher; more are dropped and counted
   * @param available called on the thread that logs, when there is something to {@link
   *     Watcher#poll} again; must return at once and must not log
   * @return null when there are too many watchers
   */
  public synchronized @Nullable Watcher watch(Level least, int waitingMax, Runnable available) {
    if (watchers.size() >= WATCHERS_MAX) {
      return null;
    }
    Watcher watcher = new Watcher(this, least, waitingMax, available);
    watchers.add(watcher);
    return watcher;
  }

  /** One who watches. Any thread. */
  public static final class Watcher implements AutoCloseable {
    private final LogRing ring;
    private final Level least;
    private final int waitingMax;
    private final Runnable available;
    // guarded by waiting
    private final ArrayDeque<LogEvent> waiting = new ArrayDeque<>();
    private long dropped;

    private Watcher(LogRing ring, Level least, int waitingMax, Runnable available) {
      this.ring = ring;
      this.least = least;
      this.waitingMax = waitingMax;
      this.available = available;
    }

    private void offer(LogEvent event) {
      if (event.level().compareTo(least) < 0) {
        return;
      }
      boolean first;
      synchronized (waiting) {
        if (waiting.size() >= waitingMax) {
          dropped++;
          return;
        }
        first = waiting.isEmpty();
        waiting.addLast(event);
      }
      if (first) {
        available.run();
      }
    }

    /** The next event, or null when there is none yet. */
    public @Nullable LogEvent poll() {
      synchronized (waiting) {
        return waiting.pollFirst();
      }
    }

    /** How many events were lost since the last call. */
    public long takeDropped() {
      synchronized (waiting) {
        long lost = dropped;
        dropped = 0;
        return lost;
      }
    }

    /** Stops watching. */
    @Override
    public void close() {
      ring.watchers.remove(this);
    }
  }
}
