package io.containerpatterns.elector.api;

import io.containerpatterns.elector.election.Clocks;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes when a test says so, and loops on real threads that live in it: what they are
 * given runs at once, what is scheduled runs when time has come to it. For everything that talks to
 * real sockets; {@link VirtualTime} is for what does not.
 */
final class SteppedTime implements Clocks, AutoCloseable {
  // The versions of a status begin at the milliseconds of the wall clock: small ones read better.
  private static final long WALL = Duration.ofMillis(1).toNanos();

  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(); // guarded by this
  private final List<ExecutorService> threads = new ArrayList<>(); // test thread only
  private long now; // guarded by this
  private long scheduled; // guarded by this
  private int busy; // guarded by this: tasks given and not done

  /** A loop of its own thread. */
  SteppedLoop loop(String name) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
    threads.add(thread);
    return new SteppedLoop(thread);
  }

  /** Waits until no loop has anything to do at this moment. */
  synchronized void settle() {
    try {
      while (busy > 0) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while the loops were busy", e);
    }
  }

  /** Lets so much time pass; everything that comes due happens at its very moment. */
  void advance(Duration duration) {
    settle();
    long until = monotonicNanos() + duration.toNanos();
    for (Alarm next = next(until); next != null; next = next(until)) {
      next.loop.execute(next.task);
      settle();
    }
  }

  private synchronized @Nullable Alarm next(long until) {
    Alarm next = alarms.peek();
    if (next == null || next.due > until) {
      now = until;
      return null;
    }
    now = Math.max(now, next.due);
    return alarms.remove();
  }

  @Override
  public synchronized long monotonicNanos() {
    return now;
  }

  @Override
  public long bootNanos() {
    return monotonicNanos();
  }

  @Override
  public long wallNanos() {
    return WALL + monotonicNanos();
  }

  /** How much is scheduled and neither done nor cancelled. */
  synchronized int alarms() {
    return alarms.size();
  }

  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdownNow);
  }

  private synchronized void given() {
    busy++;
  }

  private synchronized void done() {
    busy--;
    notifyAll();
  }

  /** A loop that can be held, so that a test decides what it finds waiting when it goes on. */
  final class SteppedLoop implements Loop {
    private final ExecutorService thread;
    private @Nullable List<Runnable> held; // guarded by this

    private SteppedLoop(ExecutorService thread) {
      this.thread = thread;
    }

    /** Begins nothing until {@link #proceed()}. */
    synchronized void hold() {
      held = new ArrayList<>();
    }

    /** How many tasks were given since it is held. */
    synchronized int held() {
      return held == null ? 0 : held.size();
    }

    /** Does what it was given meanwhile, in that order. */
    synchronized void proceed() {
      List<Runnable> tasks = held == null ? List.of() : held;
      held = null;
      tasks.forEach(this::execute);
    }

    @Override
    public synchronized void execute(Runnable task) {
      if (held != null) {
        held.add(task);
        return;
      }
      given();
      try {
        thread.execute(() -> {
          try {
            task.run();
          } finally {
            done();
          }
        });
      } catch (RejectedExecutionException closed) {
        done();
      }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      synchronized (SteppedTime.this) {
        var alarm = new Alarm(now + delay.toNanos(), scheduled++, this, task);
        alarms.add(alarm);
        return () -> {
          synchronized (SteppedTime.this) {
            alarms.remove(alarm);
          }
        };
      }
    }
  }

  private record Alarm(long due, long order, Loop loop, Runnable task)
      implements Comparable<Alarm> {
    @Override
    public int compareTo(Alarm other) {
      int byTime = Long.compare(due, other.due);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }
}
