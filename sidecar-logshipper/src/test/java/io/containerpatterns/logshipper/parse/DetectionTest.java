package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class DetectionTest {
  private static final String TIME = "2026-11-25T13:29:12.983Z";

  @Test
  void theFormIsThatOfTheLines() {
    assertThat(of("{\"msg\":\"a\"}\n{\"msg\":\"b\"}\n")).isEqualTo(Format.JSON);
    assertThat(of("{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"" + TIME + "\"}\n"))
        .isEqualTo(Format.DOCKER);
    assertThat(of(TIME + " stdout F a\n" + TIME + " stderr P b\n")).isEqualTo(Format.CRI);
    assertThat(of("<34>1 " + TIME + " web1 app - - - hello\n")).isEqualTo(Format.SYSLOG);
    assertThat(of("level=info msg=\"a b\" n=1\nlevel=warn msg=c\n")).isEqualTo(Format.LOGFMT);
    assertThat(of(TIME + " INFO a\n")).isEqualTo(Format.NONE);
    assertThat(of("Nov 25 13:29:12 web1 sshd[7]: a\n")).isEqualTo(Format.NONE);
    assertThat(of("a=1 and other words\nb=2 c d\n")).isEqualTo(Format.NONE);
  }

  @Test
  void aLineThatIsNotWholeSaysNothing() {
    assertThat(of("{\"msg\":\"a\"}")).isEqualTo(Format.NONE);
    assertThat(of("")).isEqualTo(Format.NONE);
  }

  @Test
  void tracesBetweenTheLinesDoNotHideTheForm() {
    assertThat(
            of("starting\n{\"msg\":\"a\"}\n{\"msg\":\"b\"}\njava.lang.Error\n\tat a.b\n\tat c.d\n"))
        .isEqualTo(Format.JSON);
    assertThat(of("starting\n{\"msg\":\"a\"}\nmore\n")).isEqualTo(Format.NONE);
  }

  private static Format of(String head) {
    byte[] b = head.getBytes(StandardCharsets.UTF_8);
    return Detection.formatOf(b, b.length);
  }
}
