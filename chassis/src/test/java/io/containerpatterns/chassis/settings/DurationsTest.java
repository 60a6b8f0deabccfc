package io.containerpatterns.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S, 500ms",
    "10s, PT10S, 10s",
    "1m30s, PT1M30S, 1m30s",
    "2h, PT2H, 2h",
    "7d, PT168H, 168h",
    "90s, PT1M30S, 1m30s",
    "0s, PT0S, 0s",
    "5us, PT0.000005S, 5us",
    "1h0m1s, PT1H1S, 1h1s"
  })
  void aDurationIsReadAsPeopleWriteIt(String text, Duration duration, String shortest) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.text(duration)).isEqualTo(shortest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "s",
        "10 s",
        "-1s",
        "+1s",
        "1.5s",
        "1s1m",
        "1s1s",
        "10S",
        "1x",
        "PT10S",
        "9223372036854775807h",
        "99999999999999999999s",
        "١s"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a duration such as 10s");
  }

  @Property
  void theTextRoundTrips(@ForAll @LongRange(min = 0) long nanos) {
    Duration duration = Duration.ofNanos(nanos);

    assertThat(Durations.parse(Durations.text(duration))).isEqualTo(duration);
  }
}
