package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SyslogFormTest {
  private final Parser syslog = Parser.of(Format.SYSLOG);

  @Test
  void everyPartOfAMessageOfRfc5424IsFound() {
    var told =
        Told.by(
            syslog,
            "<165>1 2026-11-25T13:29:12.983Z web1 app 7 ID47 [x@32473 iut=\"3\""
                + " y=\"a\\\"\\]\\n\"][z] \uFEFFup again");

    assertThat(told)
        .isEqualTo(
            new Told(
                "2026-11-25T13:29:12.983Z",
                Severity.INFO,
                "up again",
                List.of(
                    "facility:20",
                    "host=web1",
                    "app=app",
                    "procid=7",
                    "msgid=ID47",
                    "sd.x@32473.iut=3",
                    "sd.x@32473.y=a\"]\\n",
                    "sd.z:true"),
                true));
  }

  @Test
  void aDashIsNothing() {
    assertThat(Told.by(syslog, "<34>1 - - - - - -"))
        .isEqualTo(new Told(null, Severity.FATAL, "", List.of("facility:4"), true));
  }

  @Test
  void theOlderFormIsReadWithAndWithoutItsNumber() {
    String line = "Nov 25 13:29:12 zeus sshd[7]: error: no luck";

    assertThat(Told.by(syslog, "<38>" + line))
        .isEqualTo(
            new Told(
                "2026-11-25T13:29:12Z",
                Severity.INFO,
                "error: no luck",
                List.of("facility:4", "host=zeus", "app=sshd", "procid=7"),
                true));
    assertThat(Told.by(syslog, line))
        .isEqualTo(
            new Told(
                "2026-11-25T13:29:12Z",
                Severity.ERROR,
                "error: no luck",
                List.of("host=zeus", "app=sshd", "procid=7"),
                true));
  }

  @Test
  void theOlderFormMayHaveANewerTimeAndNoTag() {
    assertThat(Told.by(syslog, "2026-11-25T13:29:12.5+01:00 web1 last message repeated 3 times"))
        .isEqualTo(
            new Told(
                "2026-11-25T12:29:12.500Z",
                Severity.NONE,
                "last message repeated 3 times",
                List.of("host=web1"),
                true));
  }

  @Test
  void behindANumberAnythingIsAMessage() {
    assertThat(Told.by(syslog, "<12>hello"))
        .isEqualTo(new Told(null, Severity.WARN, "hello", List.of("facility:1"), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "<",
        "<1",
        "<192>1 - - - - - -",
        "<>x",
        "<34>1 - - - - -",
        "<34>1 noon - - - - -",
        "<34>1 - - - - - [",
        "<34>1 - - - - - [a",
        "<34>1 - - - - - [a b]",
        "<34>1 - - - - - [a b=\"c]",
        "<34>1 - - - - - []",
        "<34>1 - - - - - -x",
        "Nov 25 13:29:12",
        "Nov 25 13:29:12 web1"
      })
  void anotherTextGoesOutAsItIs(String line) {
    assertThat(Told.by(syslog, line)).isEqualTo(Told.unparsed(line));
  }
}
