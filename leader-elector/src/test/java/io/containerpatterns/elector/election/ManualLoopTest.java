package io.containerpatterns.elector.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The time that the other tests live in runs as real time would. */
final class ManualLoopTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime();
  private final VirtualClocks clocks = new VirtualClocks(time, Long.MAX_VALUE - 500_000_000, 0);
  private final ManualLoop loop = new ManualLoop(time, clocks);
  private final List<String> ran = new ArrayList<>();

  @Test
  void whatIsGivenRunsInOrderAndNotBeforeTimeGoesOn() {
    loop.execute(() -> ran.add("first"));
    loop.execute(() -> ran.add("second"));
    assertThat(ran).isEmpty();

    time.settle();

    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void whatIsScheduledRunsAtItsTimeAlsoWhereTheClockOverflows() {
    loop.schedule(SECOND.multipliedBy(2), () -> ran.add("late"));
    loop.schedule(SECOND, () -> ran.add("early"));

    time.advance(SECOND.minusNanos(1));
    assertThat(ran).isEmpty();

    time.advance(Duration.ofNanos(1));
    assertThat(ran).containsExactly("early");

    time.advance(SECOND);
    assertThat(ran).containsExactly("early", "late");
  }

  @Test
  void whatIsCancelledNeverRuns() {
    loop.schedule(SECOND, () -> ran.add("cancelled")).cancel();
    loop.schedule(SECOND, () -> ran.add("kept"));

    time.advance(SECOND);

    assertThat(ran).containsExactly("kept");
  }

  @Test
  void aFastClockRunsItsTimersEarlyAndAChangeOfRateCountsForThoseAlreadySet() {
    loop.schedule(SECOND.multipliedBy(3), () -> ran.add("timer"));

    time.advance(SECOND);
    clocks.rate(2);
    time.advance(SECOND.minusNanos(1));
    assertThat(ran).isEmpty();

    time.advance(Duration.ofNanos(1));
    assertThat(ran).containsExactly("timer");
  }

  @Test
  void aStoppedLoopRunsEverythingLate() {
    loop.stop();
    loop.execute(() -> ran.add("given"));
    loop.schedule(SECOND, () -> ran.add("due"));
    time.advance(SECOND.multipliedBy(5));
    assertThat(ran).isEmpty();

    loop.proceed();
    time.settle();

    assertThat(ran).containsExactlyInAnyOrder("given", "due");
  }

  @Test
  void aSuspendedMachineRunsNothingAndOnlyItsMonotonicClockStandsStill() {
    loop.schedule(SECOND, () -> ran.add("timer"));
    long monotonic = clocks.monotonicNanos();
    long boot = clocks.bootNanos();
    long wall = clocks.wallNanos();

    clocks.suspend();
    time.advance(SECOND.multipliedBy(5));
    assertThat(clocks.monotonicNanos() - monotonic).isZero();
    assertThat(clocks.bootNanos() - boot).isEqualTo(SECOND.multipliedBy(5).toNanos());
    assertThat(clocks.wallNanos() - wall).isEqualTo(SECOND.multipliedBy(5).toNanos());
    clocks.wake();
    time.advance(SECOND.minusNanos(1));
    assertThat(ran).isEmpty();

    time.advance(Duration.ofNanos(1));
    assertThat(ran).containsExactly("timer");
  }

  @Test
  void aKilledLoopRunsNothingEverAgain() {
    loop.execute(() -> ran.add("given"));
    loop.schedule(SECOND, () -> ran.add("due"));

    loop.kill();
    loop.execute(() -> ran.add("given later"));
    time.advance(SECOND.multipliedBy(5));

    assertThat(ran).isEmpty();
  }
}
