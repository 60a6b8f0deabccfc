package io.containerpatterns.elector.election;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The clocks of one machine in a simulated world: they run at a rate of their own, the wall clock
 * can be set, and while the machine is suspended the monotonic clock stands still.
 */
public final class VirtualClocks implements Clocks {
  private final VirtualTime time;
  private final List<Runnable> changed = new ArrayList<>();

  // The readings at the true time `since`, from which they run on at the rate.
  private long since;
  private long monotonic;
  private long boot;
  private long wall;
  private double rate = 1;
  private boolean suspended;

  /** Clocks that run true; the wall clocks of all machines made so agree. */
  public VirtualClocks(VirtualTime time) {
    this(time, 0, Duration.ofDays(20_000).toNanos() + time.now());
  }

  /**
   * @param origin what the monotonic and the boot clock show first; only differences of them mean
   *     something, so tests begin near the largest long, too
   * @param wall what the wall clock shows first
   */
  public VirtualClocks(VirtualTime time, long origin, long wall) {
    this.time = time;
    this.since = time.now();
    this.monotonic = origin;
    this.boot = origin;
    this.wall = wall;
  }

  @Override
  public long monotonicNanos() {
    return suspended ? monotonic : monotonic + run();
  }

  @Override
  public long bootNanos() {
    return boot + run();
  }

  @Override
  public long wallNanos() {
    return wall + run();
  }

  /** Lets all clocks run {@code rate} times as fast as true time from now on. */
  void rate(double rate) {
    set(() -> this.rate = rate);
  }

  /** Sets the wall clock forward, or back when negative. */
  void stepWall(Duration step) {
    set(() -> wall += step.toNanos());
  }

  void suspend() {
    set(() -> suspended = true);
  }

  void wake() {
    set(() -> suspended = false);
  }

  boolean isSuspended() {
    return suspended;
  }

  /**
   * The true time at which the monotonic clock will show {@code reading}; now when it already has.
   */
  long trueTimeOf(long reading) {
    long left = reading - monotonicNanos();
    return left <= 0 ? time.now() : time.now() + (long) Math.ceil(left / rate);
  }

  /** Runs {@code task} whenever a {@link #trueTimeOf} told before is no longer right. */
  void onChange(Runnable task) {
    changed.add(task);
  }

  private void set(Runnable change) {
    monotonic = monotonicNanos();
    boot = bootNanos();
    wall = wallNanos();
    since = time.now();
    change.run();
    changed.forEach(Runnable::run);
  }

  private long run() {
    return (long) ((time.now() - since) * rate);
  }
}
