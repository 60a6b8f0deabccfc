package io.containerpatterns.logshipper.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimestampTest {
  private static final Instant NOW = Instant.parse("2026-11-25T13:30:00Z");

  private final Timestamp timestamp = new Timestamp();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-11-25T13:29:12.983Z INFO x      | 2026-11-25T13:29:12.983Z       | 24",
        "2026-11-25T13:29:12Z                 | 2026-11-25T13:29:12Z           | 20",
        "2026-11-25 13:29:12,983 INFO x       | 2026-11-25T13:29:12.983Z       | 23",
        "2026-11-25 13:29:12.123456789        | 2026-11-25T13:29:12.123456789Z | 29",
        "2026-11-25T13:29:12+01:00 x          | 2026-11-25T12:29:12Z           | 25",
        "2026-11-25 13:29:12.5 -0330 x        | 2026-11-25T16:59:12.500Z       | 27",
        "[2026-11-25 13:29:12] x              | 2026-11-25T13:29:12Z           | 20",
        "2026/11/25 13:29:12 [error] x        | 2026-11-25T13:29:12Z           | 19",
        "25/Nov/2026:13:29:12 +0100 x         | 2026-11-25T12:29:12Z           | 26",
        "Nov 25 13:29:12 host app             | 2026-11-25T13:29:12Z           | 15",
        "Nov  5 13:29:12 host app             | 2026-11-05T13:29:12Z           | 15",
        "Dec 31 23:59:59 still to come         | 2026-12-31T23:59:59Z           | 15",
        "I1125 13:29:12.983000    1 main.go:7 | 2026-11-25T13:29:12.983Z       | 21",
        "13:29:12.983 [main] INFO x           | 2026-11-25T13:29:12.983Z       | 12",
        "23:59:59 shortly before midnight     | 2026-11-25T23:59:59Z           | 8",
        "2026-11-25 13:29:12 - a dash         | 2026-11-25T13:29:12Z           | 19",
        "2024-02-29T00:00:00Z                 | 2024-02-29T00:00:00Z           | 20",
      })
  void aTimeIsReadAsItStands(String line, Instant expected, int end) {
    assertThat(read(line, NOW)).as(line).isTrue();
    assertThat(Instant.ofEpochSecond(timestamp.seconds(), timestamp.nanos())).isEqualTo(expected);
    assertThat(timestamp.end()).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "hello",
        "2026",
        "2026-11-25",
        "2026-13-25T00:00:00Z",
        "2026-11-25T24:00:00Z",
        "2026-11-25Txx:00:00Z",
        "12:30",
        "1732541352 epoch seconds are no time that a line begins with",
        "Inside 12:00:00",
        "Nov",
        "Nov x",
        "192.168.0.1 - -",
        "  at java.base/java.lang.Thread.run(Thread.java:1583)",
      })
  void whatIsNoTimeIsLeftAlone(String line) {
    assertThat(read(line, NOW)).as(line).isFalse();
  }

  @Test
  void whatHasNoYearOrNoDateIsTheOneClosestToNow() {
    Instant newYear = Instant.parse("2027-01-01T00:00:30Z");

    assertThat(read("Dec 31 23:59:58 app", newYear)).isTrue();
    assertThat(Instant.ofEpochSecond(timestamp.seconds()))
        .isEqualTo(Instant.parse("2026-12-31T23:59:58Z"));
    assertThat(read("23:59:58 app", newYear)).isTrue();
    assertThat(Instant.ofEpochSecond(timestamp.seconds()))
        .isEqualTo(Instant.parse("2026-12-31T23:59:58Z"));
  }

  @Test
  void everyDayOfFourCenturiesIsTheOneOfTheJdk() {
    LocalDate day = LocalDate.of(1900, 1, 1);
    while (day.getYear() < 2300) {
      assertThat(read(day + "T12:34:56Z", NOW)).isTrue();
      assertThat(timestamp.seconds())
          .isEqualTo(day.atTime(12, 34, 56).toEpochSecond(ZoneOffset.UTC));
      day = day.plusDays(1);
    }
  }

  @Test
  void anyBytesAreEitherATimeOrNot() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    byte[] sample = "2026-11-25T13:29:12.983+01:00".getBytes(StandardCharsets.US_ASCII);
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = sample.clone();
      for (int i = random.nextInt(4); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(bytes.length + 1);
      if (timestamp.read(bytes, 0, length, NOW.getEpochSecond())) {
        assertThat(timestamp.end()).as("seed %d", seed).isBetween(8, length);
      }
    }
  }

  private boolean read(String line, Instant now) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return timestamp.read(bytes, 0, bytes.length, now.getEpochSecond());
  }
}
