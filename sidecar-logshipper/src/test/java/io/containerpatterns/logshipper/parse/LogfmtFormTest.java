package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogfmtFormTest {
  private final Parser logfmt = Parser.of(Format.LOGFMT);

  @Test
  void pairsBecomeFieldsAndAKeyAloneSaysThatItIsSo() {
    var told =
        Told.by(
            logfmt,
            "time=2026-11-25T13:29:12Z level=warning msg=\"disk \\\"a\\\" is full\"  free=0"
                + " path=/a=b empty= retry ü=é");

    assertThat(told)
        .isEqualTo(
            new Told(
                "2026-11-25T13:29:12Z",
                Severity.WARN,
                "disk \"a\" is full",
                List.of("free=0", "path=/a=b", "empty=", "retry:true", "ü=é"),
                true));
  }

  @Test
  void escapedValuesAreUnescaped() {
    var told = Told.by(logfmt, "a=\"x\\ty\\\\z\" b=\"\\u00fc\\n\" c=\"\\u12\" d=\"\\q\"");

    assertThat(told.fields()).containsExactly("a=x\ty\\z", "b=ü\n", "c=u12", "d=q");
  }

  @Test
  void withoutAMessageTheTextStaysWhole() {
    assertThat(Told.by(logfmt, "a=1 b=2"))
        .isEqualTo(new Told(null, Severity.NONE, "a=1 b=2", List.of("a=1", "b=2"), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "hello",
        "hello a=1",
        "=1",
        "a=\"x",
        "a=\"x\\",
        "a=\"x\"y",
        "a=1 \"b\"",
        "a=1 b\"c",
        "a=1\n\tat b.c",
        "a=1 =",
        "a=\u0001"
      })
  void anotherTextGoesOutAsItIs(String line) {
    assertThat(Told.by(logfmt, line)).isEqualTo(Told.unparsed(line));
  }

  @Test
  void whereTheFormWasOnlyDetectedAnotherTextIsPlain() {
    var detected = Parser.ofDetected(Format.LOGFMT);

    assertThat(Told.by(detected, "2026-11-25T13:29:12Z ERROR no luck"))
        .isEqualTo(
            new Told(
                "2026-11-25T13:29:12Z",
                Severity.ERROR,
                "2026-11-25T13:29:12Z ERROR no luck",
                List.of(),
                true));
  }
}
