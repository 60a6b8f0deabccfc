package io.containerpatterns.chassis.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RepeatsTest {
  private final ManualTicker ticker = new ManualTicker();
  private final Repeats repeats =
      new Repeats(Log.of(RepeatsTest.class), ticker, Duration.ofMinutes(1));

  @Test
  void theFirstIsToldAtOnceAndTheRestOncePerInterval() {
    try (CapturedLog log = CapturedLog.of(RepeatsTest.class)) {
      for (int second = 0; second <= 60; second++) {
        repeats.warn("store unreachable", "second", second);
        ticker.advance(Duration.ofSeconds(1));
      }

      assertThat(log.lines())
          .containsExactly(
              "WARN  chassis.log.RepeatsTest: store unreachable second=0",
              "WARN  chassis.log.RepeatsTest: store unreachable second=60 repeated=59");
    }
  }

  @Test
  void theEndIsToldWithWhatWasKeptBack() {
    try (CapturedLog log = CapturedLog.of(RepeatsTest.class)) {
      repeats.error("store unreachable");
      repeats.error("store unreachable");
      ticker.advance(Duration.ofSeconds(7));

      repeats.over("store unreachable");
      repeats.over("store unreachable");

      assertThat(log.lines())
          .containsExactly(
              "ERROR chassis.log.RepeatsTest: store unreachable",
              "INFO  chassis.log.RepeatsTest: over: store unreachable repeated=1 lastedMs=7000");
    }
  }

  @Test
  void differentFailuresDoNotHideEachOther() {
    try (CapturedLog log = CapturedLog.of(RepeatsTest.class)) {
      repeats.warn("store unreachable");
      repeats.warn("hook failed");

      assertThat(log.lines()).hasSize(2);
    }
  }
}
