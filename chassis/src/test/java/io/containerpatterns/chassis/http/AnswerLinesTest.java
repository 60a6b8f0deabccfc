package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerLinesTest {
  private final List<String> lines = new ArrayList<>();
  private final AnswerLines cutter =
      new AnswerLines(
          8,
          line -> {
            lines.add(new String(line, StandardCharsets.UTF_8));
            return !lines.getLast().equals("enough");
          });

  @Test
  void linesAreTheSameWhereverTheNetworkCutThem() throws IOException {
    byte[] text = "{\"a\":1}\n\r\n{}\r\n12345678\r\nlast".getBytes(StandardCharsets.UTF_8);

    for (int cut = 0; cut <= text.length; cut++) {
      lines.clear();
      cutter.bytes(Arrays.copyOfRange(text, 0, cut));
      cutter.bytes(Arrays.copyOfRange(text, cut, text.length));
      cutter.end();

      assertThat(lines).containsExactly("{\"a\":1}", "{}", "12345678", "last");
    }
  }

  @Test
  void aLineBeyondTheLimitIsAFailureAlsoBeforeItsEnd() {
    assertThatThrownBy(() -> cutter.bytes("1234567890".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessage("a line of the answer is longer than 8 bytes");
  }

  @Test
  void aLineOneByteBeyondTheLimitIsAFailure() {
    assertThatThrownBy(() -> cutter.bytes("123456789\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("a line of the answer is longer than 8 bytes");
  }

  @Test
  void nothingIsTakenAfterEnough() throws IOException {
    boolean goesOn = cutter.bytes("one\nenough\nmore\n".getBytes(StandardCharsets.UTF_8));

    assertThat(goesOn).isFalse();
    assertThat(lines).containsExactly("one", "enough");
  }
}
