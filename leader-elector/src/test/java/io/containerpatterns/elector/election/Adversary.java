package io.containerpatterns.elector.election;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Does something to the simulated world every now and then, to the leader more often than to
 * others. Storms, in which the network is bad and deeds come quickly, alternate with calms, in
 * which a leader must be found.
 */
final class Adversary {
  /** Everything it does; each is as likely as any other. */
  enum Deed {
    STOP,
    STOP_SHORTLY,
    STOP_ASKING,
    STOP_ALL,
    SUSPEND,
    CRASH,
    CRASH_ASKING,
    LEAVE,
    CUT,
    CUT_ASKING,
    OUTAGE,
    SET_WALL_CLOCK,
    CHANGE_RATE,
    FALL_ILL,
    DRAIN,
    RESIGN,
    BECOME,
    RENEW,
    CHANGE_PRIORITY,
    CHANGE_LEASE
  }

  private static final List<Deed> DEEDS = List.of(Deed.values());

  private final Simulation world;
  private final RandomGenerator random;
  private final Map<Deed, Long> done = new EnumMap<>(Deed.class);
  private long stormEnds;
  private long pauseNanosMax;

  Adversary(Simulation world) {
    this.world = world;
    this.random = world.random;
  }

  /** How often each deed was done. */
  Map<Deed, Long> done() {
    return done;
  }

  void beginStorm() {
    world.trace.add("a storm begins");
    world.conditions = Conditions.storm(world.leaseNanos, random);
    // From some ten deeds in a lease to one in two leases.
    pauseNanosMax = (long) (0.3 * Math.pow(13, random.nextDouble()) * world.leaseNanos);
    stormEnds = world.time.now() + span(60);
    act();
  }

  private void beginCalm() {
    world.trace.add("a calm begins");
    world.conditions = Conditions.calm(world.leaseNanos);
    world.nodes.forEach(SimulatedNode::disturb);
    // Long enough, mostly, for the judge to see that somebody leads.
    world.time.after(world.leaderlessNanosMax + span(4), this::beginStorm);
  }

  private void act() {
    if (world.time.now() >= stormEnds) {
      beginCalm();
      return;
    }
    Deed deed = DEEDS.get(random.nextInt(DEEDS.size()));
    done.merge(deed, 1L, Long::sum);
    SimulatedNode leader = world.judge.leader();
    SimulatedNode anyone = world.nodes.get(random.nextInt(world.nodes.size()));
    commit(deed, leader != null && random.nextBoolean() ? leader : anyone);
    // Whatever was done, somebody looks at the store again soon.
    world.time.after(random.nextLong(world.leaseNanos / 4), world::hintForNothing);
    world.time.after(random.nextLong(pauseNanosMax), this::act);
  }

  private void commit(Deed deed, SimulatedNode victim) {
    switch (deed) {
      case STOP -> victim.stop(span(3));
      case STOP_SHORTLY -> victim.stop(span(0.2));
      case STOP_ASKING -> victim.whileAsking(() -> victim.stop(span(3)));
      case STOP_ALL -> {
        long span = span(2);
        world.nodes.forEach(node -> node.stop(span + span(0.01)));
      }
      case SUSPEND -> victim.suspend(span(3));
      case CRASH -> victim.crash(span(2));
      case CRASH_ASKING -> victim.whileAsking(() -> victim.crash(span(2)));
      case LEAVE -> victim.leave(span(4), span(1));
      case CUT -> victim.cut(span(3));
      case CUT_ASKING -> victim.whileAsking(() -> victim.cut(span(3)));
      case OUTAGE -> {
        long span = span(3);
        world.nodes.forEach(node -> node.cut(span));
      }
      case SET_WALL_CLOCK -> victim.stepWall(step());
      case CHANGE_RATE -> victim.rate(world.drawRate());
      case FALL_ILL -> {
        victim.healthy(false);
        world.time.after(span(2), () -> victim.healthy(true));
      }
      case DRAIN -> victim.drain(span(2));
      case RESIGN ->
          victim.resign(
              Duration.ofNanos(random.nextBoolean() ? 0 : span(2)),
              random.nextBoolean() ? null : "n" + random.nextInt(world.nodes.size()));
      case BECOME -> victim.become(Duration.ofNanos(span(3)), random.nextInt(3) == 0);
      case RENEW -> victim.renew(Duration.ofNanos(span(0.5)));
      case CHANGE_LEASE -> victim.lease(world.drawLease(world.leaseNanos / 5));
      case CHANGE_PRIORITY -> victim.priority(random.nextInt(8) == 0 ? -1 : random.nextInt(101));
    }
  }

  private Duration step() {
    Duration step = random.nextBoolean() ? Duration.ofHours(1) : Duration.ofNanos(span(2));
    return random.nextBoolean() ? step : step.negated();
  }

  /** Up to so many leases, short ones more often. */
  private long span(double leases) {
    double share = random.nextDouble();
    return 1 + (long) (share * share * leases * world.leaseNanos);
  }
}
