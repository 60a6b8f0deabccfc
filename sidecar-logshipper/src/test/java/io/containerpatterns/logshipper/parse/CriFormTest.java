package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CriFormTest {
  private static final String TIME = "2026-11-25T13:29:12.983000001Z";
  private final Parser cri = Parser.of(Format.CRI);

  @Test
  void theTextIsWhatStandsBehindTheTags() {
    assertThat(Told.by(cri, TIME + " stderr F ERROR  no luck"))
        .isEqualTo(told(Severity.ERROR, "ERROR  no luck", "stderr"));
    assertThat(Told.by(cri, TIME + " stdout F ")).isEqualTo(told(Severity.NONE, "", "stdout"));
    assertThat(Told.by(cri, TIME + " stdout F")).isEqualTo(told(Severity.NONE, "", "stdout"));
    assertThat(Told.by(cri, TIME + " stdout F:x a")).isEqualTo(told(Severity.NONE, "a", "stdout"));
  }

  @Test
  void partsArePutTogetherAndWholeLinesStayLines() {
    String lines =
        TIME + " stdout P one, \n" + TIME + " stdout F two\n" + TIME + " stdout F \tat three";

    assertThat(Told.by(cri, lines))
        .isEqualTo(told(Severity.NONE, "one, two\n\tat three", "stdout"));
  }

  @Test
  void aPartSaysThatItGoesOn() {
    assertThat(isPartial(TIME + " stdout P a")).isTrue();
    assertThat(isPartial(TIME + " stdout F a")).isFalse();
    assertThat(isPartial("P")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "2026-11-25T13:29:12Z",
        "2026-11-25T13:29:12Z stdout",
        "2026-11-25T13:29:12Z stdout X a",
        "2026-11-25T13:29:12Z stdnul F a",
        "2026-11-25T13:29:12Z stdout Fa",
        "noon stdout F a",
        "2026-11-25T13:29:12Z stdout F a\nb",
        "2026-11-25T13:29:12Z stdout \nF a"
      })
  void anotherTextGoesOutAsItIs(String line) {
    assertThat(Told.by(cri, line)).isEqualTo(Told.unparsed(line));
  }

  private static Told told(Severity severity, String text, String stream) {
    return new Told(TIME, severity, text, List.of("stream=" + stream), true);
  }

  private static boolean isPartial(String line) {
    byte[] b = line.getBytes(StandardCharsets.UTF_8);
    return CriForm.isPartial(b, 0, b.length);
  }
}
