package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegexFormTest {
  private final Parser regex =
      Parser.of(
          Pattern.compile(
              "^(?P<time>\\S+ \\S+) (?P<level>\\w+) (?P<who>[^ ]+)(?: id=(?P<id>\\d+))?"
                  + " (?P<message>.*)$",
              Pattern.DOTALL));

  @Test
  void groupsAreWhatTheirNamesSay() {
    var told = Told.by(regex, "2026-11-25 13:29:12 WARN jürgen😀 id=7 grüße\n\tat b");

    assertThat(told)
        .isEqualTo(
            new Told(
                "2026-11-25T13:29:12Z",
                Severity.WARN,
                "grüße\n\tat b",
                List.of("who=jürgen😀", "id=7"),
                true));
  }

  @Test
  void aGroupThatTookNoPartIsLeftOut() {
    assertThat(Told.by(regex, "2026-11-25 13:29:12 WARN bob hello").fields())
        .containsExactly("who=bob");
  }

  @Test
  void aTextThatDoesNotMatchGoesOutAsItIs() {
    assertThat(Told.by(regex, "hello")).isEqualTo(Told.unparsed("hello"));
  }

  @Test
  void bytesThatAreNoTextStayWhatTheyAre() {
    byte[] line = "2026-11-25 13:29:12 WARN b?b hello".getBytes(StandardCharsets.UTF_8);
    line[26] = (byte) 0xff;

    var told = Told.by(regex, line);

    assertThat(told.fields()).containsExactly("who=b\uFFFDb");
    assertThat(told.text()).isEqualTo("hello");
  }
}
