package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration MOST = Duration.ofSeconds(1);

  private final ManualTicker ticker = new ManualTicker();

  @Property(tries = 100)
  void pausesGrowInTheUpperHalfOfTheirRangeAndStayBounded(@ForAll long seed) {
    Backoff backoff = backoff(new Random(seed));

    assertThat(backoff.failed()).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(backoff.failed()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(backoff.failed()).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
    assertThat(backoff.failed()).isBetween(Duration.ofMillis(400), Duration.ofMillis(800));
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.failed()).isBetween(Duration.ofMillis(500), MOST);
    }
  }

  @Test
  void successBeginsAnew() {
    Backoff backoff = backoff(new Random(1));
    backoff.failed();
    backoff.failed();

    backoff.succeeded();

    assertThat(backoff.failed()).isLessThanOrEqualTo(FIRST);
  }

  @Test
  void aLongQuietTimeBeginsAnew() {
    Backoff backoff = backoff(new Random(1));
    backoff.failed();
    Duration second = backoff.failed();

    ticker.advance(second.plus(MOST).plusMillis(1));

    assertThat(backoff.failed()).isLessThanOrEqualTo(FIRST);
  }

  @Test
  void twoProcessesDoNotWaitEquallyLong() {
    assertThat(backoff(new Random(1)).failed()).isNotEqualTo(backoff(new Random(2)).failed());
  }

  @Test
  void aFirstPauseAboveTheBoundIsOurMistake() {
    assertThatThrownBy(() -> new Backoff(MOST, FIRST, new Random(1), ticker))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("first PT1S must be above zero and at most PT0.1S");
  }

  private Backoff backoff(RandomGenerator random) {
    return new Backoff(FIRST, MOST, random, ticker);
  }
}
