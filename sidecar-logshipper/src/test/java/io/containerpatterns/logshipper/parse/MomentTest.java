package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MomentTest {
  private final Moment moment = new Moment();

  @ParameterizedTest
  @CsvSource({
    "1795613400,                    2026-11-25T13:30:00Z",
    "1795613400.25,                 2026-11-25T13:30:00.250Z",
    "1795613400.1234567891234,      2026-11-25T13:30:00.123456789Z",
    "1795613400123,                 2026-11-25T13:30:00.123Z",
    "1795613400123.5,               2026-11-25T13:30:00.123500Z",
    "1795613400123456,              2026-11-25T13:30:00.123456Z",
    "1795613400123456789,           2026-11-25T13:30:00.123456789Z",
    "2026-11-25T13:30:00.5Z,        2026-11-25T13:30:00.500Z",
    "2026-11-25 13:30:00 UTC,       2026-11-25T13:30:00Z",
    "25/Nov/2026:13:30:00 +0100,    2026-11-25T12:30:00Z"
  })
  void aTimeIsReadToTheNanosecond(String text, Instant expected) {
    assertThat(reads(text)).isTrue();
    assertThat(Instant.ofEpochSecond(moment.seconds(), moment.nanos())).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "20261125",
        "-1795613400",
        "1.795613400e9",
        "1795613400.",
        "1795613400x",
        "9999999999999999999",
        "17956134001234567890",
        "2026-11-25 13:30:00 CET",
        "2026-11-25",
        "noon"
      })
  void whatIsNotOnlyATimeIsNone(String text) {
    assertThat(reads(text)).isFalse();
  }

  private boolean reads(String text) {
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    return moment.read(b, 0, b.length, Told.NOW);
  }
}
