package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonFormTest {
  private final Parser json = Parser.of(Format.JSON);
  private final Parser docker = Parser.of(Format.DOCKER);

  @Test
  void timeSeverityAndMessageAreFoundAndTheRestAreFields() {
    var told =
        Told.by(
            json,
            """
            {"time":"2026-11-25T13:29:12.983+01:00", "level" : "warn","msg":"disk is full",
            "disk":{"free":0,"at":["/a"]},"n":-1.5e3,"s":"x\\ny","t":true,"u":null}\
            """);

    assertThat(told)
        .isEqualTo(
            new Told(
                "2026-11-25T12:29:12.983Z",
                Severity.WARN,
                "disk is full",
                List.of(
                    "disk:{\"free\":0,\"at\":[\"/a\"]}",
                    "n:-1.5e3",
                    "s:\"x\\ny\"",
                    "t:true",
                    "u:null"),
                true));
  }

  @Test
  void theMessageAndNamesAreUnescaped() {
    var told =
        Told.by(
            json, "{\"msg\":\"a \\\"b\\\"\\n\\u00fc\\ud83d\\ude00\\ud83d!\",\"\\u0061\\tb\":1}");

    assertThat(told)
        .isEqualTo(new Told(null, Severity.NONE, "a \"b\"\nü😀\uFFFD!", List.of("a\tb:1"), true));
  }

  @Test
  void withoutAMessageTheTextStaysWhole() {
    var told = Told.by(json, "{\"level\":30,\"a\":1}");

    assertThat(told)
        .isEqualTo(new Told(null, Severity.INFO, "{\"level\":30,\"a\":1}", List.of("a:1"), true));
  }

  @Test
  void whatTurnsOutToBeNoTimeNoLevelAndNoMessageIsAField() {
    var told = Told.by(json, "{\"time\":\"noon\",\"level\":\"high\",\"log\":{\"a\":1},\"msg\":7}");

    assertThat(told.fields())
        .containsExactly("time:\"noon\"", "level:\"high\"", "log:{\"a\":1}", "msg:7");
  }

  @Test
  void ofTwoMessagesTheSecondIsAField() {
    var told = Told.by(json, "{\"msg\":\"a\",\"message\":\"b\"}");

    assertThat(told).isEqualTo(new Told(null, Severity.NONE, "a", List.of("message:\"b\""), true));
  }

  @Test
  void theNamesOfTheCommonLibrariesAreKnown() {
    var expected = new Told("2026-11-25T13:29:12Z", Severity.ERROR, "x", List.of(), true);
    for (String time : List.of("time", "timestamp", "@timestamp", "ts")) {
      for (String level : List.of("level", "severity", "lvl", "log.level")) {
        for (String text : List.of("msg", "message", "log")) {
          var line =
              "{\"%s\":\"2026-11-25T13:29:12Z\",\"%s\":\"ERROR\",\"%s\":\"x\"}"
                  .formatted(time, level, text);

          assertThat(Told.by(json, line)).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1]",
        "\"a\"",
        "{\"a\":1}x",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":\"\t\"}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\" 1}",
        "{,}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":NaN}",
        "{\"level\":\"info\",",
        "panic: x"
      })
  void aLineThatIsNoJsonGoesOutAsItIs(String line) {
    assertThat(Told.by(json, line)).isEqualTo(Told.unparsed(line));
  }

  @Test
  void bytesThatAreNoUtf8MakeItNoJson() {
    byte[] line = "{\"msg\":\"a?\"}".getBytes(StandardCharsets.UTF_8);
    line[9] = (byte) 0xff;

    assertThat(Told.by(json, line).parsed()).isFalse();
  }

  @Test
  void anEventWithMoreFieldsThanThereIsRoomForGoesOutAsItIs() {
    String line =
        IntStream.range(0, 257)
            .mapToObj(i -> "\"f" + i + "\":" + i)
            .collect(Collectors.joining(",", "{", "}"));

    assertThat(Told.by(json, line)).isEqualTo(Told.unparsed(line));
  }

  @Test
  void depthIsBounded() {
    String fits = "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}";
    String deeper = "{\"a\":" + "[".repeat(65) + "]".repeat(65) + "}";

    assertThat(Told.by(json, fits).parsed()).isTrue();
    assertThat(Told.by(json, deeper)).isEqualTo(Told.unparsed(deeper));
  }

  @Test
  void theLineOfAContainerIsTakenOutOfWhatDockerPutsAroundIt() {
    var told =
        Told.by(
            docker,
            "{\"log\":\"[error] no"
                + " \\u003cluck\\u003e\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-25T13:29:12.000000001Z\"}");

    assertThat(told)
        .isEqualTo(
            new Told(
                "2026-11-25T13:29:12.000000001Z",
                Severity.ERROR,
                "[error] no <luck>",
                List.of("stream:\"stderr\""),
                true));
  }

  @Test
  void anObjectWithoutALineIsNotDockers() {
    assertThat(Told.by(docker, "{\"msg\":\"a\"}")).isEqualTo(Told.unparsed("{\"msg\":\"a\"}"));
  }
}
