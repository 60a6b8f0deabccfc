package io.containerpatterns.elector.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.containerpatterns.elector.election.Simulation.Rates;
import io.containerpatterns.elector.election.Simulation.Tally;
import io.containerpatterns.elector.lease.Lease;
import java.util.EnumMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The safety of the engine, shown over histories that no test in real time could wait for.
 *
 * <ul>
 *   <li>{@code -Dcontainerpatterns.seed=42} replays one world.
 *   <li>{@code -Dcontainerpatterns.long=true} runs fifty times as many, and others each time; an
 *       ordinary run always takes the same ones, so that a commit is either good or not.
 * </ul>
 */
final class ElectionSimulationTest {
  private static final int STEPS_PER_WORLD = 10_000;
  private static final int WORLDS = 400;
  private static final int WORLDS_LONG = 50 * WORLDS;

  @Test
  void inMillionsOfStepsNoPromiseIsBrokenWhateverHappens() {
    Long replayed = Long.getLong("containerpatterns.seed");
    if (replayed != null) {
      System.out.println(run(replayed, Rates.ALLOWED, new LeaseRule()));
      return;
    }
    boolean thorough = Boolean.getBoolean("containerpatterns.long");
    int worlds = thorough ? WORLDS_LONG : WORLDS;
    long first = thorough ? new Random().nextInt(Integer.MAX_VALUE) : 1;
    System.out.printf("election simulation: %d worlds, seeds from %d%n", worlds, first);

    var sum = new Tally(0, 0, 0, 0, 0, new EnumMap<>(Adversary.Deed.class));
    for (long seed = first; seed < first + worlds; seed++) {
      sum = sum.plus(run(seed, Rates.ALLOWED, new LeaseRule()));
    }

    System.out.println("election simulation: " + sum);
    assertThat(sum.steps()).isGreaterThanOrEqualTo(1_000_000);
    assertThat(sum.deeds()).containsOnlyKeys(Adversary.Deed.values());
    assertThat(sum.terms()).isGreaterThan(10L * worlds);
    assertThat(sum.writes()).isGreaterThan(50L * worlds);
    assertThat(sum.refused()).as("late writes that only their token gave away").isPositive();
    assertThat(sum.leaderless()).as("share of the promised time").isBetween(0.4, 1.0);
  }

  @Test
  void aClaimMeasuredFromTheReceiptIsFound() {
    assertFound(
        "two electors lead at one instant",
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
        "two electors lead at one instant",
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
    assertFound("two electors lead at one instant", new Rates(0.9, 1.1), new LeaseRule());
  }

  @Test
  void aCandidateThatWaitsTooLongIsFound() {
    assertFound(
        "nobody leads",
        Rates.ALLOWED,
        new LeaseRule() {
          @Override
          long leftNanos(Lease lease, Moment seen, Moment now) {
            return super.leftNanos(lease, seen, now) + 2 * lease.leaseMillis() * 1_000_000L;
          }
        });
  }

  @Test
  void aSeedGivesTheSameHistoryEachTime() {
    Tally once = run(7, Rates.ALLOWED, new LeaseRule());

    assertThat(run(7, Rates.ALLOWED, new LeaseRule())).isEqualTo(once);
  }

  /**
   * A judge who finds nothing proves nothing, so he must find what is planted, in no more worlds
   * than an ordinary run.
   */
  private static void assertFound(String violation, Rates rates, LeaseRule planted) {
    for (long seed = 1; seed <= WORLDS; seed++) {
      try {
        run(seed, rates, planted);
      } catch (AssertionError found) {
        if (String.valueOf(found.getMessage()).contains(violation)) {
          return;
        }
      }
    }
    fail("no world of %d showed: %s", WORLDS, violation);
  }

  private static Tally run(long seed, Rates rates, LeaseRule rule) {
    return new Simulation(seed, rates, rule).run(STEPS_PER_WORLD);
  }
}
