package io.containerpatterns.elector.election;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one simulated process: it runs in virtual time, one task per event of the world, and
 * can be stopped and continued as by SIGSTOP and SIGCONT, or killed.
 *
 * <pre>{@code
 * var time = new VirtualTime();
 * var clocks = new VirtualClocks(time);
 * var loop = new ManualLoop(time, clocks);
 * loop.schedule(Duration.ofSeconds(3), task);
 * time.advance(Duration.ofSeconds(3)); // task has run
 * }</pre>
 */
public final class ManualLoop implements Loop {
  private final VirtualTime time;
  private final VirtualClocks clocks;
  private final @Nullable RandomGenerator random;
  private final long latencyNanosMax;
  private final Deque<Runnable> given = new ArrayDeque<>();
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
  private VirtualTime.@Nullable Event next;
  private long scheduled;
  private boolean stopped;
  private boolean killed;

  /** A loop that runs everything the moment it is due. */
  public ManualLoop(VirtualTime time, VirtualClocks clocks) {
    this(time, clocks, null, 0);
  }

  /**
   * A loop that runs everything a little late, by up to {@code latencyNanosMax}, and takes what it
   * was given and what is due by the clock in any order.
   */
  public ManualLoop(
      VirtualTime time,
      VirtualClocks clocks,
      @Nullable RandomGenerator random,
      long latencyNanosMax) {
    this.time = time;
    this.clocks = clocks;
    this.random = random;
    this.latencyNanosMax = latencyNanosMax;
    clocks.onChange(this::plan);
  }

  @Override
  public void execute(Runnable task) {
    if (!killed) {
      given.add(task);
      plan();
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    if (killed) {
      return () -> {};
    }
    var alarm = new Alarm(clocks.monotonicNanos() + delay.toNanos(), scheduled++, task);
    alarms.add(alarm);
    plan();
    return () -> {
      alarms.remove(alarm);
      plan();
    };
  }

  /** Nothing runs until {@link #proceed()}; time goes on. */
  public void stop() {
    stopped = true;
    plan();
  }

  /** Runs everything that became due meanwhile, late. */
  public void proceed() {
    stopped = false;
    plan();
  }

  /** Nothing runs ever again. */
  public void kill() {
    killed = true;
    given.clear();
    alarms.clear();
    plan();
  }

  /** Whether tasks of this process can run now. */
  public boolean isRunning() {
    return !killed && !stopped && !clocks.isSuspended();
  }

  boolean isKilled() {
    return killed;
  }

  /**
   * Sees to it that the next task runs when it should, and no event is planned when nothing should.
   */
  private void plan() {
    long at = nextAt();
    if (next != null) {
      if (next.at() >= at && next.at() - at <= latencyNanosMax) {
        return;
      }
      next.cancel();
      next = null;
    }
    if (at != Long.MAX_VALUE) {
      next = time.at(at + latency(), this::runOne);
    }
  }

  private long nextAt() {
    if (!isRunning()) {
      return Long.MAX_VALUE;
    }
    if (!given.isEmpty()) {
      return time.now();
    }
    return alarms.isEmpty() ? Long.MAX_VALUE : clocks.trueTimeOf(alarms.element().due);
  }

  private void runOne() {
    next = null;
    boolean due = !alarms.isEmpty() && clocks.monotonicNanos() - alarms.element().due >= 0;
    if (due && (given.isEmpty() || random == null || random.nextBoolean())) {
      alarms.remove().task.run();
    } else if (!given.isEmpty()) {
      given.remove().run();
    }
    plan();
  }

  private long latency() {
    return random == null ? 0 : random.nextLong(latencyNanosMax + 1);
  }

  /** A task and the reading of the monotonic clock at which it is due. */
  private record Alarm(long due, long order, Runnable task) implements Comparable<Alarm> {
    @Override
    public int compareTo(Alarm other) {
      int byTime = Long.signum(due - other.due);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }
}
