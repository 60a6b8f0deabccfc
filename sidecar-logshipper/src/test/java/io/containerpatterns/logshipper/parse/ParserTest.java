package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ParserTest {
  private static final List<String> LINES =
      List.of(
          "{\"time\":\"2026-11-25T13:29:12Z\",\"level\":\"warn\",\"msg\":\"a \\\"b\\\""
              + " ü\",\"\\u0061\":{\"c\":[1,{}]}}",
          "{\"log\":\"ERROR a\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-25T13:29:12.1Z\"}",
          "time=2026-11-25T13:29:12Z level=warn msg=\"a \\\"b\\\"\" d=\"\\u00fc\" e f=1",
          "2026-11-25T13:29:12.983Z stdout P part\n2026-11-25T13:29:12.983Z stdout F INFO rest",
          "<165>1 2026-11-25T13:29:12.983Z web1 app 7 ID47 [x@1 a=\"3\" b=\"\\]\"][y] \uFEFFup",
          "<38>Nov 25 13:29:12 web1 sshd[7]: error: no luck",
          "2026-11-25 13:29:12,983 [main] INFO  c.e.App - started",
          "W1125 13:29:12.983000 7 app.go:3] slow",
          "\u001b[32mINFO\u001b[0m hello");

  private final ObjectMapper jackson =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private final List<Parser> parsers = parsers();

  @Test
  void noBytesMakeItThrowOrChangeAnEventThatDoesNotFit() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 30_000; round++) {
      byte[] text = LINES.get(random.nextInt(LINES.size())).getBytes(StandardCharsets.UTF_8);
      for (int i = random.nextInt(4); i > 0; i--) {
        text[random.nextInt(text.length)] =
            random.nextBoolean()
                ? (byte) random.nextInt(256)
                : (byte) "\"\\{}[]=: \n<>".charAt(random.nextInt(12));
      }

      check(Arrays.copyOf(text, random.nextInt(text.length + 1)), seed);
    }
    for (int round = 0; round < 10_000; round++) {
      byte[] text = new byte[random.nextInt(40)];
      random.nextBytes(text);
      check(text, seed);
    }
  }

  @Test
  void aLineMayBeCutAnywhere() throws Exception {
    for (String line : LINES) {
      byte[] text = line.getBytes(StandardCharsets.UTF_8);
      for (int cut = 0; cut <= text.length; cut++) {
        check(Arrays.copyOf(text, cut), cut);
      }
    }
  }

  @Test
  void anEventMakesNoObject() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var event = new Event(new Origin("/a", List.of()));
    for (Format format :
        List.of(
            Format.NONE, Format.JSON, Format.LOGFMT, Format.CRI, Format.DOCKER, Format.SYSLOG)) {
      var parser = Parser.of(format);
      byte[][] lines =
          // A time without a year asks the JDK which one it is.
          LINES.stream()
              .filter(line -> !line.contains("Nov 25") && !line.startsWith("W1125"))
              .map(line -> line.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      parseAll(parser, event, lines, 10);

      long before = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
      parseAll(parser, event, lines, 1_000);
      long after = threads.getThreadAllocatedBytes(Thread.currentThread().threadId());

      // Asking takes some bytes too.
      assertThat(after - before).as("%s", format).isLessThan(1_000);
    }
  }

  @Test
  void aFormatThatLeavesSomethingOpenIsRefused() {
    assertThatThrownBy(() -> Parser.of(Format.AUTO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("format: AUTO (expected: one that says all about itself)");
  }

  private static void parseAll(Parser parser, Event event, byte[][] lines, int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (byte[] line : lines) {
        event.begin(line, 0, line.length, 0, line.length, false);
        event.time(Told.NOW, 0, false);
        parser.parse(event);
      }
    }
  }

  private void check(byte[] text, long seed) throws Exception {
    String shown = new String(text, StandardCharsets.UTF_8);
    for (Parser parser : parsers) {
      Event event = Told.event(parser, text);

      if (event.isUnparsed()) {
        assertThat(Told.of(event)).as("%d", seed).isEqualTo(Told.unparsed(shown));
      }
      var fields = event.fields();
      for (int i = 0; i < fields.count(); i++) {
        if (fields.isJson(i)) {
          int start = fields.valueStart(i);
          jackson.readTree(fields.valueBytes(i), start, fields.valueEnd(i) - start);
        }
      }
    }
  }

  private static List<Parser> parsers() {
    List<Parser> parsers = new ArrayList<>();
    for (Format format : Format.values()) {
      if (format != Format.AUTO && format != Format.REGEX) {
        parsers.add(Parser.of(format));
        parsers.add(Parser.ofDetected(format));
      }
    }
    parsers.add(
        Parser.of(Pattern.compile("(?P<time>\\S+)[ T](?P<level>\\w+)? (?P<a>.)(?P<message>.*)")));
    return parsers;
  }
}
