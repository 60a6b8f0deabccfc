package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import io.containerpatterns.elector.Simulation.Rates;
import io.containerpatterns.elector.Simulation.Tally;
import java.util.EnumMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The safety of the engine, shown over histories that no real test could wait for.
 *
 * <ul>
 *   <li>{@code -Dcontainerpatterns.seed=42} replays one world.
 *   <li>{@code -Dcontainerpatterns.long=true} runs fifty times as many, and others each time; an
 *       ordinary run always takes the same ones, so that a commit is either good or not.
 * </ul>
 */
final class ElectionSimulationTest {
  private static final int STEPS_PER_WORLD = 10_000;
  private static final int WORLDS = 110;
  private static final int WORLDS_LONG = 50 * WORLDS;

  @Test
  void neverDoTwoLeadWhateverHappensInAMillionSteps() {
    Long replayed = Long.getLong("containerpatterns.seed");
    if (replayed != null) {
      run(replayed, Rates.ALLOWED, new LeaseRule());
      return;
    }
    boolean thorough = Boolean.getBoolean("containerpatterns.long");
    long first = thorough ? new Random().nextInt(Integer.MAX_VALUE) : 1;
    int worlds = thorough ? WORLDS_LONG : WORLDS;

    var sum = new Tally(0, 0, 0, 0, 0, new EnumMap<>(Adversary.Deed.class));
    for (long seed = first; seed < first + worlds; seed++) {
      sum = sum.plus(run(seed, Rates.ALLOWED, new LeaseRule()));
    }

    System.out.printf("seeds from %d: %s%n", first, sum);
    assertThat(sum.steps()).isGreaterThanOrEqualTo(1_000_000);
    assertThat(sum.deeds()).containsOnlyKeys(Adversary.Deed.values());
    assertThat(sum.terms()).isGreaterThan(10L * worlds);
    assertThat(sum.writes()).isGreaterThan(100L * worlds);
    assertThat(sum.refused()).as("stale writes that only the token stopped").isPositive();
  }

  @Test
  void aClaimMeasuredFromTheReceiptIsFound() {
    assertFound(
        Rates.ALLOWED,
        new LeaseRule() {
          @Override
          Moment claimFrom(Moment sent, Moment received) {
            return received;
          }
        });
  }

  @Test
  void aTakeoverByTheWallClockIsFound() {
    assertFound(
        Rates.ALLOWED,
        new LeaseRule() {
          @Override
          long leftNanos(Lease lease, Moment seen, Moment now) {
            return lease.leaseMillis() * 1_000_000L - (now.wall() - seen.wall());
          }
        });
  }

  @Test
  void clocksThatDifferMoreThanTheContractAllowsAreFound() {
    assertFound(new Rates(0.9, 1.1), new LeaseRule());
  }

  @Test
  void aSeedGivesTheSameHistoryEachTime() {
    Tally once = run(7, Rates.ALLOWED, new LeaseRule());

    assertThat(run(7, Rates.ALLOWED, new LeaseRule())).isEqualTo(once);
  }

  /** The suite would be worth nothing if it did not find what it looks for. */
  private static void assertFound(Rates rates, LeaseRule rule) {
    for (long seed = 1; seed <= WORLDS; seed++) {
      long world = seed;
      Throwable found = catchThrowable(() -> run(world, rates, rule));
      if (found != null && String.valueOf(found.getMessage()).contains("two electors lead")) {
        System.out.println("found by seed " + seed);
        return;
      }
    }
    fail("no two electors led at one instant in %d worlds", WORLDS);
  }

  private static Tally run(long seed, Rates rates, LeaseRule rule) {
    return new Simulation(seed, rates, rule).run(STEPS_PER_WORLD);
  }
}
