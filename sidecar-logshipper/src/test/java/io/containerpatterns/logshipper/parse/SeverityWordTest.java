package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SeverityWordTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          INFO  started  ~ INFO
          13:29:12.983 [main] WARN  c.e.App - slow  ~ WARN
          2026/11/25 13:29:12 [error] 7#7: *1 open() failed  ~ ERROR
          [Wed Nov 25 13:29:12 2026] [core:error] [pid 7] no  ~ ERROR
          level=warn msg=x  ~ WARN
          {"a":1,"level":"error","msg":"x"}  ~ ERROR
          severity: critical  ~ FATAL
          W1125 13:29:12.983000 7 app.go:3] slow  ~ WARN
          F1125 13:29:12.983000 7 app.go:3] end  ~ FATAL
          info: Microsoft.Hosting.Lifetime[0]  ~ INFO
          WARNING:root:careful  ~ WARN
          2026-11-25 13:29:12 UTC [7] FATAL:  no role  ~ FATAL
          2026-11-25T13:29:12Z 0 [Warning] [MY-010068] CA  ~ WARN
          <notice> hello  ~ INFO
          at \u001b[32mINFO\u001b[0m hello  ~ INFO
          [2026-11-25T13:29:12Z TRACE app] x  ~ TRACE
          error: cannot open INFO file  ~ ERROR
          """)
  void itIsFoundNearTheBeginning(String line, Severity expected) {
    assertThat(found(line)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no information here",
        "an error happened",
        "ERROR_CODE=7",
        "x-ERROR",
        "/var/INFO/a",
        "INFORMED",
        "W112 x",
        "level is error",
        "erroR",
        "first line\nERROR in the second",
        "LOG:  checkpoint",
        "WARNINGS"
      })
  void whatIsNoLevelIsNotFound(String line) {
    assertThat(found(line)).isEqualTo(Severity.NONE);
  }

  @Test
  void itIsNotLookedForFarInside() {
    assertThat(found(" ".repeat(127) + "ERROR")).isEqualTo(Severity.ERROR);
    assertThat(found(" ".repeat(128) + "ERROR")).isEqualTo(Severity.NONE);
  }

  @Test
  void everyWordIsKnownInAnyLetters() {
    Map.of(
            Severity.TRACE, "trace trc finest finer verbose t",
            Severity.DEBUG, "debug dbg fine d",
            Severity.INFO, "info inf information informational notice i",
            Severity.WARN, "warn wrn warning w",
            Severity.ERROR, "error err severe fail e",
            Severity.FATAL, "fatal ftl critical crit alert emerg emergency panic dpanic f",
            Severity.NONE, "informatio informations emergencies warm x 7 e0")
        .forEach((severity, words) -> {
          for (String word : words.split(" ", -1)) {
            assertThat(of(word)).as(word).isEqualTo(severity);
            assertThat(of(word.toUpperCase(Locale.ROOT))).as(word).isEqualTo(severity);
          }
        });
  }

  @Test
  void numbersMeanWhatTheirStandardsSay() {
    assertThat(SeverityWord.ofTens(10)).isEqualTo(Severity.TRACE);
    assertThat(SeverityWord.ofTens(60)).isEqualTo(Severity.FATAL);
    assertThat(SeverityWord.ofTens(35)).isEqualTo(Severity.NONE);
    assertThat(IntStream.range(-1, 9).mapToObj(SeverityWord::ofSyslog))
        .containsExactly(
            Severity.NONE,
            Severity.FATAL,
            Severity.FATAL,
            Severity.FATAL,
            Severity.ERROR,
            Severity.WARN,
            Severity.INFO,
            Severity.INFO,
            Severity.DEBUG,
            Severity.NONE);
  }

  private static Severity found(String line) {
    byte[] b = line.getBytes(StandardCharsets.UTF_8);
    return SeverityWord.find(b, 0, b.length);
  }

  private static Severity of(String word) {
    byte[] b = word.getBytes(StandardCharsets.UTF_8);
    return SeverityWord.of(b, 0, b.length);
  }
}
