package io.containerpatterns.chassis.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.log.LogRing.Watcher;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LogRingTest {
  private final LogRing ring = new LogRing();

  @Test
  void theNewestThousandAreKept() {
    for (int i = 1; i <= 1_500; i++) {
      ring.add(event(i, Level.INFO, "x"));
    }

    List<LogEvent> all = ring.last(Level.TRACE, 5_000);
    assertThat(all).hasSize(1_000);
    assertThat(all.getFirst().number()).isEqualTo(501);
    assertThat(all.getLast().number()).isEqualTo(1_500);
  }

  @Test
  void memoryIsBoundedAlsoWhenEventsAreLong() {
    for (int i = 1; i <= 1_000; i++) {
      ring.add(event(i, Level.INFO, "x".repeat(8_000)));
    }

    assertThat(ring.last(Level.TRACE, 5_000)).hasSizeLessThan(70);
  }

  @Test
  void aLimitAndALevelChooseTheNewest() {
    ring.add(event(1, Level.WARN, "a"));
    ring.add(event(2, Level.WARN, "b"));
    ring.add(event(3, Level.DEBUG, "c"));
    ring.add(event(4, Level.ERROR, "d"));

    assertThat(ring.last(Level.WARN, 2)).extracting(LogEvent::message).containsExactly("b", "d");
  }

  @Test
  void aWatcherGetsWhatComesFromThenOn() {
    var told = new AtomicInteger();
    ring.add(event(1, Level.INFO, "before"));
    try (Watcher watcher = watch(10, told::incrementAndGet)) {
      ring.add(event(2, Level.DEBUG, "too quiet"));
      ring.add(event(3, Level.INFO, "a"));
      ring.add(event(4, Level.INFO, "b"));

      assertThat(told).hasValue(1);
      assertThat(message(watcher)).isEqualTo("a");
      assertThat(message(watcher)).isEqualTo("b");
      assertThat(watcher.poll()).isNull();
      ring.add(event(5, Level.INFO, "c"));
      assertThat(told).hasValue(2);
    }
  }

  @Test
  void aSlowWatcherLosesEventsAndIsToldHowMany() {
    try (Watcher watcher = watch(2, () -> {})) {
      for (int i = 1; i <= 5; i++) {
        ring.add(event(i, Level.INFO, "m" + i));
      }

      assertThat(watcher.takeDropped()).isEqualTo(3);
      assertThat(watcher.takeDropped()).isZero();
      assertThat(message(watcher)).isEqualTo("m1");
    }
  }

  @Test
  void thereAreAtMostSixteenWatchers() {
    for (int i = 0; i < 15; i++) {
      watch(1, () -> {});
    }
    Watcher last = watch(1, () -> {});

    assertThat(ring.watch(Level.INFO, 1, () -> {})).isNull();
    last.close();
    assertThat(ring.watch(Level.INFO, 1, () -> {})).isNotNull();
  }

  private Watcher watch(int waitingMax, Runnable available) {
    return Objects.requireNonNull(ring.watch(Level.INFO, waitingMax, available));
  }

  private static String message(Watcher watcher) {
    return Objects.requireNonNull(watcher.poll()).message();
  }

  private static LogEvent event(int number, Level level, String message) {
    return new LogEvent(number, Instant.EPOCH, level, "x", message, List.of());
  }
}
