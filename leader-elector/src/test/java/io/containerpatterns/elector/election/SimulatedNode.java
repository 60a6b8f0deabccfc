package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Candidate.Mode;
import io.containerpatterns.elector.election.Outcome.Verdict;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One machine of a simulation: its clocks, its application, and the elector process that runs on it
 * at the moment. What can be done to it is one method each; a machine to which that has already
 * been done is left alone.
 */
final class SimulatedNode {
  final String name;
  final VirtualClocks clocks;
  final SimulatedApp app;

  private final Simulation world;
  private final String id;
  private final Mode mode;
  private Duration lease;
  private int priority;
  private int boots;
  private boolean healthy = true;
  private long disturbedAt;

  /** Null while no process runs here. */
  private @Nullable Process process;

  SimulatedNode(Simulation world, String name, String id, VirtualClocks clocks, Duration lease) {
    this.world = world;
    this.name = name;
    this.id = id;
    this.clocks = clocks;
    this.lease = lease;
    this.mode = world.random.nextInt(6) == 0 ? Mode.MANUAL : Mode.AUTO;
    this.priority = world.random.nextInt(3) == 0 ? world.random.nextInt(101) : 0;
    this.app = new SimulatedApp(world, this);
  }

  /** What the elector here would answer now, even a stopped one; null while there is none. */
  @Nullable Status status() {
    return process == null ? null : process.election.glance();
  }

  /** What the elector answers somebody who will act on it. */
  @Nullable Status ask() {
    return process == null ? null : process.election.status();
  }

  @Nullable Process process() {
    return process;
  }

  /** Something went wrong here, so nobody may expect this node to win from before now. */
  void disturb() {
    disturbedAt = world.time.now();
  }

  /**
   * Since when this node has been able to lead without anything in its way; the largest long when
   * it is not.
   */
  long eligibleSince() {
    boolean able =
        process != null
            && process.loop.isRunning()
            && !process.leaving
            && !process.drained
            && !process.wire.isCut()
            && healthy
            && priority >= 0
            && mode == Mode.AUTO;
    return able ? disturbedAt : Long.MAX_VALUE;
  }

  // ---- the process comes and goes ----

  void start() {
    if (process == null) {
      process = new Process(name + "." + ++boots);
      app.returns();
      world.trace.add(name, "starts as", process.boot);
      disturb();
      process.election.start();
    }
  }

  /** SIGKILL: all memory is lost, what is on the way to the store is not. */
  void crash(long forNanos) {
    Process dying = process;
    if (dying != null) {
      world.trace.add(name, "crashes");
      end(dying, forNanos);
    }
  }

  /**
   * SIGTERM: steps down, waits for the application, gives the lease back, exits; killed when that
   * takes too long.
   */
  void leave(long graceNanos, long forNanos) {
    Process leaving = process;
    if (leaving == null || leaving.leaving) {
      return;
    }
    world.trace.add(name, "is told to leave");
    leaving.leaving = true;
    app.retire();
    leaving
        .election
        .pause(LostReason.SHUTDOWN)
        .thenAccept(outcome -> {
          leaving.election.close();
          world.time.after(world.leaseNanos / 100, () -> end(leaving, forNanos));
        });
    world.time.after(graceNanos, () -> end(leaving, forNanos));
  }

  private void end(Process ending, long forNanos) {
    if (process == ending) {
      process = null;
      ending.loop.kill();
      ending.store.close();
      world.trace.add(name, "is gone");
      world.time.after(forNanos, this::start);
    }
  }

  // ---- what happens to the machine ----

  /** SIGSTOP, and SIGCONT later. */
  void stop(long forNanos) {
    Process stopped = process;
    if (stopped != null && stopped.loop.isRunning()) {
      world.trace.add(name, "is stopped for", Duration.ofNanos(forNanos));
      stopped.loop.stop();
      world.time.after(
          forNanos,
          () -> {
            world.trace.add(name, "is continued");
            disturb();
            stopped.loop.proceed();
            stopped.flush();
          });
    }
  }

  /** The whole machine sleeps; its monotonic clock with it. */
  void suspend(long forNanos) {
    if (!clocks.isSuspended()) {
      world.trace.add(name, "is suspended for", Duration.ofNanos(forNanos));
      clocks.suspend();
      world.time.after(
          forNanos,
          () -> {
            world.trace.add(name, "wakes");
            clocks.wake();
            disturb();
            if (process != null) {
              process.flush();
            }
          });
    }
  }

  /** Does {@code deed} the moment this node waits for an answer of the store. */
  void whileAsking(Runnable deed) {
    if (process != null) {
      process.wire.atNextCall(deed);
    }
  }

  void cut(long forNanos) {
    Process lonely = process;
    if (lonely != null && !lonely.wire.isCut()) {
      world.trace.add(name, "is cut off for", Duration.ofNanos(forNanos));
      lonely.wire.cut(true);
      world.time.after(
          forNanos,
          () -> {
            world.trace.add(name, "is connected again");
            lonely.wire.cut(false);
          });
    }
  }

  void stepWall(Duration step) {
    world.trace.add(name, "has its wall clock set by", step);
    clocks.stepWall(step);
    disturb();
  }

  void rate(double rate) {
    world.trace.add(name, "has clocks of rate", rate);
    clocks.rate(rate);
  }

  // ---- what is asked of the elector ----

  void healthy(boolean healthy) {
    world.trace.add(name, healthy ? "is healthy" : "is unhealthy");
    this.healthy = healthy;
    disturb();
    if (process != null) {
      process.election.healthy(healthy);
    }
  }

  void drain(long forNanos) {
    Process drained = process;
    if (drained != null && !drained.drained && !drained.leaving) {
      world.trace.add(name, "is drained for", Duration.ofNanos(forNanos));
      drained.drained = true;
      long token = token();
      drained.election.pause(LostReason.PAUSED).thenAccept(o -> drained.gaveUp(token, o));
      world.time.after(
          forNanos,
          () -> {
            drained.drained = false;
            disturb();
            if (!drained.leaving) {
              drained.election.resume();
            }
          });
    }
  }

  void resign(Duration cooldown, @Nullable String successor) {
    Process asked = process;
    long token = token();
    if (asked != null && token != 0) {
      world.trace.add(name, "is asked to resign token", token, "for", successor);
      app.retire();
      asked
          .election
          .resign(OptionalLong.of(token), cooldown, successor)
          .thenAccept(outcome -> {
            asked.gaveUp(token, outcome);
            if (!asked.leaving) {
              app.returns();
            }
            disturbedAt = world.time.now() + cooldown.multipliedBy(2).toNanos();
          });
    }
  }

  void become(Duration wait, boolean withdraws) {
    Process asked = process;
    if (asked != null) {
      world.trace.add(name, "is asked to become leader within", wait);
      Becoming becoming = asked.election.become(wait);
      if (withdraws) {
        world.time.after(world.random.nextLong(world.leaseNanos), becoming.withdrawal());
      }
    }
  }

  void renew(Duration timeout) {
    Process asked = process;
    long token = token();
    if (asked != null && token != 0) {
      long askedAt = world.time.now();
      asked
          .election
          .renew(OptionalLong.of(token), timeout)
          .thenAccept(outcome -> {
            if (outcome.verdict() == Verdict.LEADING && asked.wire.arrivedAt() < askedAt) {
              world.judge.fail(name + " confirmed a renewal without a store call begun since");
            }
          });
    }
  }

  void priority(int priority) {
    world.trace.add(name, "gets the priority", priority);
    this.priority = priority;
    changed();
  }

  void lease(Duration lease) {
    world.trace.add(name, "gets the lease", lease);
    this.lease = lease;
    changed();
  }

  private void changed() {
    disturb();
    if (process != null) {
      Election election = process.election;
      election.candidate(election.candidate().with(lease, mode, priority, Map.of()));
    }
  }

  private long token() {
    Status status = status();
    return status == null ? 0 : status.token();
  }

  /** An elector process; a restart makes a new one. */
  final class Process {
    final String boot;
    final ManualLoop loop;
    final FaultyWire wire;
    private final FakeLeaseStore store;
    private final Election election;
    private final Deque<Runnable> arrived = new ArrayDeque<>();
    private boolean leaving;
    private boolean drained;
    private long gaveUp;

    Process(String boot) {
      this.boot = boot;
      loop = new ManualLoop(world.time, clocks, world.random, world.leaseNanos / 1_000);
      wire =
          new FaultyWire(
              1,
              world.time,
              world.random,
              () -> world.conditions,
              this::arrive,
              SimulatedNode.this::disturb);
      store = new FakeLeaseStore(world.memory, wire);
      var candidate =
          new Candidate(
              id, boot, lease, mode, priority, world.preempts, Duration.ZERO, lease, Map.of());
      election =
          new Election(
              Simulation.ELECTION,
              candidate,
              healthy,
              store,
              loop,
              clocks,
              world.random,
              world.rule,
              app,
              (event, status) -> world.trace.add(name, "says", event, "token", status.token()),
              Patience.NONE);
    }

    /**
     * Runs {@code task} on a thread of this process, late when it is stopped, never when it is
     * dead.
     */
    void arrive(Runnable task) {
      if (loop.isRunning()) {
        task.run();
      } else if (!loop.isKilled()) {
        arrived.add(task);
      }
    }

    /**
     * Whether an answer to a resignation or a drain said that no token up to this one is ours any
     * more.
     */
    boolean hasGivenUp(long token) {
      return token <= gaveUp;
    }

    private void gaveUp(long token, Outcome outcome) {
      switch (outcome.verdict()) {
        case RELEASED, STEPPED_DOWN -> gaveUp = Math.max(gaveUp, token);
        default -> {}
      }
    }

    /** What came in meanwhile is taken from the sockets by several threads, so in any order. */
    private void flush() {
      while (!arrived.isEmpty()) {
        Runnable task = arrived.remove();
        world.time.after(world.random.nextLong(world.leaseNanos / 1_000), () -> arrive(task));
      }
    }
  }
}
