package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.FakeLeaseStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A world of a few machines with one election, one store and an adversary, in virtual time on one
 * thread. A seed decides everything, so the same seed always gives the same history.
 *
 * <pre>
 *   Adversary ---> SimulatedNode: VirtualClocks, SimulatedApp ---> Register
 *       |               '--> process: ManualLoop, Election
 *       |                                  '--> FakeLeaseStore -> FaultyWire -> Memory
 *       '-> Conditions ------------------------------------------'
 *
 *   Judge: looks at all of them before and after each event
 * </pre>
 */
final class Simulation {
  static final String ELECTION = "orders";

  /** Between which rates, true time being 1, the clocks of all machines run. */
  record Rates(double slowest, double fastest) {
    /** What the Contract allows. */
    static final Rates ALLOWED = new Rates(0.95, 1.05);
  }

  /** What a run went through. */
  record Tally(
      long steps,
      long terms,
      long writes,
      long refused,
      double leaderless,
      Map<Adversary.Deed, Long> deeds) {
    Tally plus(Tally other) {
      var sum = new EnumMap<Adversary.Deed, Long>(Adversary.Deed.class);
      sum.putAll(deeds);
      other.deeds.forEach((deed, times) -> sum.merge(deed, times, Long::sum));
      return new Tally(
          steps + other.steps,
          terms + other.terms,
          writes + other.writes,
          refused + other.refused,
          Math.max(leaderless, other.leaderless),
          sum);
    }
  }

  final VirtualTime time = new VirtualTime();
  final Trace trace = new Trace(time);
  final FakeLeaseStore.Memory memory = new FakeLeaseStore.Memory();
  final Register register = new Register();
  final Judge judge = new Judge(this);
  final List<SimulatedNode> nodes = new ArrayList<>();
  final RandomGenerator random;
  final LeaseRule rule;

  /** The longest lease in this world; other spans are told in it. */
  final long leaseNanos;

  final boolean preempts;

  /**
   * How long there may be no leader, counted from the last claim, the last write and the last thing
   * in a candidate's way: it reads at the latest a lease after its last read, waits out the lease
   * it finds, and writes.
   */
  final long leaderlessNanosMax;

  Conditions conditions;

  private final long seed;
  private final Rates rates;
  private final Adversary adversary;

  Simulation(long seed, Rates rates, LeaseRule rule) {
    this.seed = seed;
    this.rates = rates;
    this.rule = rule;
    random = new SplittableRandom(seed);
    leaseNanos = List.of(1_000L, 3_000L, 10_000L).get(random.nextInt(3)) * 1_000_000;
    preempts = random.nextInt(4) == 0;
    conditions = Conditions.calm(leaseNanos);
    // A lease to the next read and two tries of it, a lease to wait out, then priority and
    // successor.
    leaderlessNanosMax =
        (long) ((2 * leaseNanos + leaseNanos / 3 + leaseNanos / 4) / rates.slowest)
            + leaseNanos / 10
            + 100_000_000;
    boolean alike = random.nextInt(4) > 0;
    int count = 2 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      Duration lease = drawLease(alike ? leaseNanos : leaseNanos / 2);
      nodes.add(new SimulatedNode(this, "n" + i, id(i), clocks(), lease));
    }
    adversary = new Adversary(this);
    for (SimulatedNode node : nodes) {
      time.after(random.nextLong(leaseNanos), node::start);
      work(node);
    }
    memory.watch(ELECTION, judge::written);
    time.after(leaseNanos, adversary::beginStorm);
  }

  /** Lets so many events happen; throws an {@link AssertionError} at the first broken promise. */
  Tally run(int steps) {
    int step = 0;
    try {
      for (; step < steps && time.moveToNext(); step++) {
        judge.look();
        time.happen();
        judge.look();
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          """
          seed %d, step %d: %s
          replay with ./mvnw -pl leader-elector -am test -Dtest=ElectionSimulationTest \
            -Dsurefire.failIfNoSpecifiedTests=false -Dcontainerpatterns.seed=%d
          the last events before it:
          %s\
          """
              .formatted(seed, step, e.getMessage(), seed, trace),
          e);
    }
    return new Tally(
        step,
        judge.terms(),
        register.accepted(),
        register.refused(),
        judge.leaderless(),
        adversary.done());
  }

  double drawRate() {
    // The extremes are where it breaks, so they come often.
    return switch (random.nextInt(4)) {
      case 0 -> rates.slowest;
      case 1 -> rates.fastest;
      default -> random.nextDouble(rates.slowest, rates.fastest);
    };
  }

  /**
   * A lease between {@code shortest} and the longest of this world, in whole milliseconds as
   * settings have it.
   */
  Duration drawLease(long shortest) {
    long millis = random.nextLong(shortest, leaseNanos + 1) / 1_000_000;
    return Duration.ofMillis(Math.max(500, millis));
  }

  private VirtualClocks clocks() {
    long origin =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> Long.MAX_VALUE - random.nextLong(100 * leaseNanos);
          default -> random.nextLong(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
        };
    long wall = Duration.ofDays(20_000).toNanos() + random.nextLong(leaseNanos);
    var clocks = new VirtualClocks(time, origin, wall);
    clocks.rate(drawRate());
    return clocks;
  }

  /** Ids are unique, but for a misconfigured twin in some worlds. */
  private String id(int number) {
    return number == 1 && random.nextInt(8) == 0 ? "n0" : "n" + number;
  }

  /** The store tells everybody of a change that was none. */
  void hintForNothing() {
    memory.hintForNothing(ELECTION);
  }

  private void work(SimulatedNode node) {
    time.after(
        random.nextLong(leaseNanos),
        () -> {
          node.app.work();
          work(node);
        });
  }
}
