package io.containerpatterns.logshipper.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private final Backlog backlog = new Backlog();

  @Test
  void whoHasEverythingIsNotBehind() {
    backlog.saw(100, 100, seconds(7));

    assertThat(backlog.age(seconds(9))).isZero();
  }

  @Test
  void whoTakesNothingIsBehindSinceTheFirstByte() {
    backlog.saw(100, 100, seconds(1));
    backlog.saw(150, 100, seconds(2));
    backlog.saw(900, 100, seconds(50));

    assertThat(backlog.age(seconds(60))).isEqualTo(Duration.ofSeconds(58));
  }

  @Test
  void whoCatchesUpIsNotBehindAnyMore() {
    backlog.saw(150, 100, seconds(2));
    backlog.saw(150, 150, seconds(3));

    assertThat(backlog.age(seconds(60))).isZero();
  }

  @Test
  void whoIsAlwaysALittleBehindIsNotBehindForEver() {
    for (int second = 1; second <= 1_000; second++) {
      backlog.saw(10 * (second + 2), 10L * second, seconds(second));
    }

    assertThat(backlog.age(seconds(1_000))).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  @Test
  void itIsNeverTooShort() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var seen = new TreeMap<Long, Long>(); // when which size was seen first
    long size = 0;
    long acknowledged = 0;
    for (long now = 1; now < 10_000; now++) {
      size += random.nextInt(3) == 0 ? random.nextInt(50) : 0;
      acknowledged = Math.min(size, acknowledged + random.nextInt(15));
      seen.putIfAbsent(size, now);
      backlog.saw(size, acknowledged, now);

      long truth = acknowledged == size ? 0 : now - seen.higherEntry(acknowledged).getValue();
      assertThat(backlog.age(now).toNanos())
          .as("seed %d, at %d", seed, now)
          .isGreaterThanOrEqualTo(truth);
    }
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
