package io.containerpatterns.logshipper.loki;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StampTest {
  private final EventOf event = new EventOf(new Origin("/logs/app.log", List.of(), 1));

  @Test
  void equalLinesOfOneMillisecondHaveStampsOfTheirOwnInTheirOrder() {
    Set<Long> stamps = new HashSet<>();
    long before = Long.MIN_VALUE;
    for (int i = 0; i < 9_999; i++) {
      long stamp = Stamp.of(event.text("same", i * 100L).at("2026-11-25T13:29:12.983Z").get());
      assertThat(stamp).isGreaterThan(before);
      stamps.add(stamp);
      before = stamp;
    }
    // Past the divisor the order is lost, but not a line.
    for (int i = 9_999; i < 999_983; i++) {
      event.text("same", i * 100L).get().time(1_795_613_352, 983_000_000, true);
      stamps.add(Stamp.of(event.get()));
    }

    assertThat(stamps).hasSize(999_983);
  }

  @Test
  void theSameEventAlwaysHasTheSameStamp() {
    long first = Stamp.of(event.text("a", 12_345_678_901L).at("2026-11-25T13:29:12.983Z").get());
    Stamp.of(event.text("between", 1).at("2026-11-25T13:29:12.983Z").get());

    assertThat(Stamp.of(event.text("a", 12_345_678_901L).at("2026-11-25T13:29:12.983Z").get()))
        .isEqualTo(first);
  }

  @Test
  void digitsThatTheTextHasAreKept() {
    assertThat(Stamp.of(event.text("a", 5_000).at("2026-11-25T13:29:12.983Z").get()))
        .isEqualTo(1_795_613_352_983_005_000L);
    assertThat(Stamp.of(event.text("a", 5_000).at("2026-11-25T13:29:12.983456Z").get()))
        .isEqualTo(1_795_613_352_983_456_015L);
    assertThat(Stamp.of(event.text("a", 5_000).at("2026-11-25T13:29:12.983456789Z").get()))
        .isEqualTo(1_795_613_352_983_456_789L);
  }

  @Test
  void aTimeOfReadingIsOneForManyEventsAndGivesItsDigitsUp() {
    event.text("a", 5_000).get().time(1_764_077_352, 123_456_789, false);

    assertThat(Stamp.of(event.get())).isEqualTo(1_764_077_352_123_005_000L);
  }

  @Test
  void aTimeBeyondWhatNanosecondsReachIsTheNearest() {
    event.text("a", 0).get().time(Long.MAX_VALUE, 0, true);
    long last = Stamp.of(event.get());
    event.get().time(Long.MIN_VALUE, 0, true);

    assertThat(last).isEqualTo(9_223_372_035_000_000_000L);
    assertThat(Stamp.of(event.get())).isEqualTo(-9_223_372_035_000_000_000L);
  }
}
