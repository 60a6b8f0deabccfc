package io.containerpatterns.logshipper.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusRulesTest {
  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204})
  void successIsTaken(int status) {
    assertThat(rule(status, Map.of(), "")).isEqualTo(Verdict.Taken.ALL);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 507, 599})
  void whatIsAboutTheMomentIsSentAgain(int status) {
    assertThat(rule(status, Map.of(), "later\n please"))
        .isEqualTo(new Verdict.Again(Optional.empty(), "status " + status + ": later please"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422})
  void whatIsAboutTheRecordIsRefused(int status) {
    assertThat(rule(status, Map.of(), "no"))
        .isEqualTo(new Verdict.Refused("status " + status + ": no"));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 405, 406, 407, 410, 415, 451, 501, 505})
  void whatIsAboutTheRequestIsKeptUntilSomebodyChangesASetting(int status) {
    assertThat(rule(status, Map.of(), "")).isEqualTo(new Verdict.Denied("status " + status));
  }

  @Test
  void aRedirectIsNotFollowedAndSaysWhereTo() {
    assertThat(rule(301, Map.of("location", "https://logs/"), ""))
        .isEqualTo(
            new Verdict.Denied("status 301; it points to https://logs/, which is not followed"));
  }

  @Test
  void tooLargeIsHalved() {
    assertThat(rule(413, Map.of(), "")).isEqualTo(new Verdict.TooLarge("status 413"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | PT7S",
        "0 | PT0S",
        "-3 | PT0S",
        "86400 | PT5M",
        "99999999999999999999 | ",
        "Wed, 25 Nov 2026 13:30:30 GMT | PT30S",
        "Wed, 25 Nov 2026 13:29:00 GMT | PT0S",
        "soon | "
      })
  void retryAfterIsSecondsOrADate(String text, Duration after) {
    assertThat(rule(429, Map.of("retry-after", text), ""))
        .isEqualTo(new Verdict.Again(Optional.ofNullable(after), "status 429"));
  }

  private static Verdict rule(int status, Map<String, String> headers, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return StatusRules.of(new Answer(status, headers, bytes), ScriptedStore.CLOCK);
  }
}
