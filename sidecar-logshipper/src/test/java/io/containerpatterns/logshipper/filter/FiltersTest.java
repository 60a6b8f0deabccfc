package io.containerpatterns.logshipper.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.event.Severity;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FiltersTest {
  private final ManualTicker ticker = new ManualTicker();

  @Test
  void whatIsLessSeriousIsLeftOutAndWhatDoesNotSayStays() {
    var floor = new SeverityFloor(Severity.INFO);

    assertThat(Arrays.stream(Severity.values()).filter(it -> floor.pass(Made.event(it))))
        .containsExactly(
            Severity.NONE, Severity.INFO, Severity.WARN, Severity.ERROR, Severity.FATAL);
  }

  @Test
  void aPatternKeepsOrDrops() {
    var pattern = Pattern.compile("GET /health");

    assertThat(Match.dropping(pattern).pass(Made.event("GET /healthz 200"))).isFalse();
    assertThat(Match.dropping(pattern).pass(Made.event("GET / 200"))).isTrue();
    assertThat(Match.keeping(pattern).pass(Made.event("GET /healthz 200"))).isTrue();
    assertThat(Match.keeping(pattern).pass(Made.event("GET / 200"))).isFalse();
  }

  @Test
  void aReplayOfASampleKeepsTheSame() {
    var first = new Sample(0.5, null);
    var again = new Sample(0.5, null);

    for (int offset = 0; offset < 1_000; offset++) {
      assertThat(again.pass(Made.event("/a", offset, "x")))
          .isEqualTo(first.pass(Made.event("/a", offset, "x")));
    }
  }

  @Test
  void aSampleIsTheShareThatWasAskedFor() {
    for (double share : new double[] {0, 0.01, 0.25, 1}) {
      var sample = new Sample(share, null);
      int kept = 0;
      for (int line = 0; line < 40_000; line++) {
        kept += sample.pass(Made.event("/logs/a.log", line * 100L, "x")) ? 1 : 0;
      }

      assertThat(kept / 40_000.0).isBetween(share - 0.01, share + 0.01);
    }
  }

  @Test
  void whatASampleIsNotTakenOfStays() {
    var sample = new Sample(0, Pattern.compile("health"));

    assertThat(sample.pass(Made.event("GET /healthz"))).isFalse();
    assertThat(sample.pass(Made.event("GET /"))).isTrue();
  }

  @Test
  void aShareAboveAllIsRefused() {
    assertThatThrownBy(() -> new Sample(1.5, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share: 1.5 (expected: 0 to 1)");
  }

  @Test
  void whatIsTooMuchInASecondIsLeftOut() {
    var throttle = Throttle.dropping(ticker, 10);

    int first = passed(throttle, 25);
    ticker.advance(Duration.ofMillis(500));
    int second = passed(throttle, 25);

    assertThat(List.of(first, second)).containsExactly(10, 5);
    assertThat(throttle.delayNanos()).isZero();
  }

  @Test
  void whatIsTooMuchInASecondWaitsAndNothingIsLeftOut() {
    var throttle = Throttle.delaying(ticker, 10);

    assertThat(passed(throttle, 10)).isEqualTo(10);
    assertThat(throttle.delayNanos()).isEqualTo(100_000_000);
    ticker.advance(Duration.ofMillis(60));
    assertThat(throttle.delayNanos()).isEqualTo(40_000_000);
    ticker.advance(Duration.ofMillis(40));
    assertThat(throttle.delayNanos()).isZero();
    assertThat(throttle.pass(Made.event("x"))).isTrue();
    assertThat(throttle.delayNanos()).isEqualTo(100_000_000);
  }

  @Test
  void aRateOfNothingIsRefused() {
    assertThatThrownBy(() -> Throttle.delaying(ticker, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("events per second: 0 (expected: 1 to 1,000,000,000)");
  }

  @Test
  void theFirstFilterThatLeavesAnEventOutIsTheReason() {
    var filters =
        new Filters(
            List.of(
                new SeverityFloor(Severity.INFO),
                Match.dropping(Pattern.compile("x")),
                new Sample(0, null),
                Throttle.delaying(ticker, 1)));

    filters.pass(Made.event(Severity.DEBUG));
    filters.pass(Made.event(Severity.INFO));
    filters.pass(Made.event("y"));

    assertThat(Arrays.stream(DropReason.values()).map(filters::dropped))
        .containsExactly(1L, 1L, 1L, 0L);
    assertThat(filters.delayNanos()).isZero();
  }

  @Test
  void theLongestDelayCounts() {
    var filters = new Filters(List.of(Throttle.delaying(ticker, 1), Throttle.delaying(ticker, 2)));

    filters.pass(Made.event("x"));

    assertThat(filters.delayNanos()).isEqualTo(1_000_000_000);
  }

  private static int passed(Throttle throttle, int events) {
    int passed = 0;
    for (int i = 0; i < events; i++) {
      passed += throttle.pass(Made.event("x")) ? 1 : 0;
    }
    return passed;
  }
}
