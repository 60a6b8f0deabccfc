package io.containerpatterns.elector.postgresql;

import io.containerpatterns.chassis.Backoff;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Traffic;
import io.containerpatterns.elector.lease.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hears of writes, for all elections over one connection that does nothing else: {@code LISTEN},
 * and the {@code NOTIFY} that each write sends in its own transaction.
 *
 * <pre>
 *   NOTIFY elector_2200, 'orders 1785000000058'     2200: the schema of the table, since channels
 *                                                   belong to the whole database
 * </pre>
 *
 * <p>A hint carries a version and never a record. Whoever may connect to the database may send one,
 * whatever his rights; the worst that a forged one does is to cause a read.
 *
 * <p>After each time that the connection was made everybody is told that something may have
 * changed, because what was written before was not heard. A connection on which nothing comes looks
 * like one that was cut, so it is probed three times a lease. Where all this fails, the reads that
 * an election makes anyway are what is left.
 */
final class Hints implements AutoCloseable {
  /** What a hint tells that knows of no version. */
  private static final long UNKNOWN = 0;

  private final Server server;
  private final Duration probeEvery;
  private final Traffic traffic;
  private final Backoff backoff;
  private final Map<String, List<Subscription>> watchers = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private boolean started; // guarded by this
  private volatile @Nullable Session session; // written by the thread
  private volatile @Nullable String trouble; // written by the thread

  Hints(Server server, Duration lease, Ticker ticker, Traffic traffic) {
    this.server = server;
    this.probeEvery = lease.dividedBy(3);
    this.traffic = traffic;
    this.backoff =
        new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1), new SplittableRandom(), ticker);
    this.thread = Thread.ofPlatform().daemon().name("postgresql-hints").unstarted(this::run);
  }

  /** Tells {@code watcher} of what is written from now on, and once when the connection stands. */
  LeaseStore.Watch watch(String election, LeaseStore.Watcher watcher) {
    var subscription = new Subscription(watcher);
    watchers.compute(
        election,
        (name, present) -> {
          List<Subscription> all = present == null ? new CopyOnWriteArrayList<>() : present;
          all.add(subscription);
          return all;
        });
    startOnce();
    return () -> {
      subscription.ended = true;
      watchers.computeIfPresent(
          election,
          (name, all) -> {
            all.remove(subscription);
            return all.isEmpty() ? null : all;
          });
    };
  }

  private synchronized void startOnce() {
    if (!started) {
      started = true;
      thread.start();
    }
  }

  /** Why nothing is heard; null when it is. Any thread. */
  @Nullable String trouble() {
    return trouble;
  }

  private void run() {
    while (closed.getCount() > 0) {
      try {
        listen();
      } catch (RuntimeException e) {
        if (session != null) {
          traffic.error();
        }
        trouble = "hints do not come: " + e.getMessage();
      } finally {
        disconnect();
      }
      if (pausedUntilClosed(backoff.failed())) {
        return;
      }
    }
  }

  private boolean pausedUntilClosed(Duration pause) {
    try {
      return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Closing is the only reason.
      return true;
    }
  }

  /** Returns when closed; throws when the connection does not serve. */
  private void listen() {
    Session open = Session.open(server);
    session = open;
    traffic.opened();
    open.listen();
    trouble = null;
    backoff.succeeded();
    watchers.keySet().forEach(election -> tell(election, UNKNOWN));
    while (closed.getCount() > 0) {
      List<Session.Hint> hints = open.hints(probeEvery);
      for (Session.Hint hint : hints) {
        traffic.messageIn();
        tell(hint.election(), hint.version());
      }
      if (hints.isEmpty()) {
        open.probe();
      }
    }
  }

  private void tell(String election, long version) {
    for (Subscription subscription : watchers.getOrDefault(election, List.of())) {
      if (!subscription.ended) {
        subscription.watcher.changed(version);
      }
    }
  }

  private void disconnect() {
    Session open = session;
    if (open != null) {
      session = null;
      open.abort();
      traffic.closed();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    watchers.clear();
    thread.interrupt();
    Session open = session;
    if (open != null) {
      open.abort();
    }
  }

  /** One watch. */
  private static final class Subscription {
    final LeaseStore.Watcher watcher;
    volatile boolean ended;

    Subscription(LeaseStore.Watcher watcher) {
      this.watcher = watcher;
    }
  }
}
