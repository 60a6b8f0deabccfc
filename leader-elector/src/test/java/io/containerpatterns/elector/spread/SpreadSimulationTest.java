package io.containerpatterns.elector.spread;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.election.Conditions;
import io.containerpatterns.elector.spread.SpreadWorld.Replica;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * The promises of spreading over many histories: replicas come, go, stop, are drained and cut off,
 * messages get lost, late and doubled; then it is calm.
 *
 * <ul>
 *   <li>At no time do two lead one election: {@link SpreadWorld} looks at each new term.
 *   <li>Six leases after the last disturbance everything is led and no two shares differ by more
 *       than one; a storm may leave more to move than one replica's coming or going.
 *   <li>From then on nothing moves.
 * </ul>
 *
 * {@code -Dcontainerpatterns.seed=42} replays one world; {@code -Dcontainerpatterns.long=true} runs
 * fifty times as many.
 */
final class SpreadSimulationTest {
  private static final int WORLDS = 60;
  private static final int CALM_AFTER = 6;

  @Test
  void afterEveryStormTheSpreadIsEvenAndStaysSo() {
    Long replayed = Long.getLong("containerpatterns.seed");
    if (replayed != null) {
      run(replayed);
      return;
    }
    int worlds = Boolean.getBoolean("containerpatterns.long") ? 50 * WORLDS : WORLDS;
    int moves = 0;
    for (long seed = 1; seed <= worlds; seed++) {
      moves += run(seed);
    }

    System.out.printf("spread simulation: %d worlds, %d hand-overs%n", worlds, moves);
    assertThat(moves).as("hand-overs in all storms").isGreaterThan(worlds);
  }

  private static int run(long seed) {
    try {
      return new Storms(new SplittableRandom(seed)).run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed %d: %s; replay with -Dcontainerpatterns.seed=%d"
              .formatted(seed, e.getMessage(), seed),
          e);
    }
  }

  /** One world. */
  private static final class Storms {
    private final RandomGenerator random;
    private final SpreadWorld world;
    private final List<Replica> running = new ArrayList<>();
    private final Set<Replica> drained = new HashSet<>();
    private int started;

    Storms(RandomGenerator random) {
      this.random = random;
      this.world = new SpreadWorld(1 + random.nextInt(40));
      world.faults(random);
    }

    int run() {
      int all = 0;
      for (int storm = 0; storm < 3; storm++) {
        world.conditions = Conditions.storm(SpreadWorld.LEASE.toNanos(), random);
        for (int i = 0; i < 12; i++) {
          disturb();
          world.leases(random.nextDouble());
        }
        settle();
        all += world.moves;
        checkCalm();
      }
      return all;
    }

    private void disturb() {
      int deed = running.isEmpty() ? 0 : random.nextInt(7);
      if (deed == 0) {
        if (running.size() < 7) {
          running.add(world.start("n" + started++));
        }
        return;
      }
      Replica one = running.get(random.nextInt(running.size()));
      switch (deed) {
        case 1 -> {
          one.crash();
          running.remove(one);
          drained.remove(one);
        }
        case 2 -> one.loop.stop();
        case 3 -> one.loop.proceed();
        case 4 -> one.cut(random.nextBoolean());
        case 5 -> {
          one.drain();
          drained.add(one);
        }
        default -> {
          one.resume();
          drained.remove(one);
        }
      }
    }

    private void settle() {
      world.conditions = Conditions.calm(SpreadWorld.LEASE.toNanos());
      for (Replica replica : running) {
        replica.cut(false);
        replica.loop.proceed();
      }
      if (running.size() == drained.size()) {
        running.add(world.start("n" + started++));
      }
      // What was stopped or cut off for long comes back within a lease; then the promise holds.
      world.leases(1 + CALM_AFTER);
    }

    private void checkCalm() {
      List<Replica> present = new ArrayList<>(running);
      present.removeAll(drained);
      Replica[] those = present.toArray(Replica[]::new);
      List<Integer> shares = SpreadWorld.shares(those);
      assertThat(SpreadWorld.sum(shares))
          .as("led, of all: %s", shares)
          .isEqualTo(world.names.size());
      assertThat(SpreadWorld.unevenness(shares)).as("%s", shares).isLessThanOrEqualTo(1);

      world.moves = 0;
      world.leases(10);
      assertThat(world.moves).as("hand-overs in calm").isZero();
      assertThat(SpreadWorld.shares(those)).isEqualTo(shares);
    }
  }
}
