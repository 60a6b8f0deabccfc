package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class JsonTextTest {
  private final ObjectMapper jackson = new ObjectMapper();

  @Test
  void aStringBecomesTheTextThatJacksonReads() throws JsonProcessingException {
    String json =
        "\"a\\\"b\\\\c\\/d\\ne\\rf\\tg\\bh\\fi \\u00e4 \\u20AC \\ud83d\\ude00 \u20ac \\u0000\"";

    assertThat(text(json)).isEqualTo(jackson.readValue(json, String.class));
  }

  @Test
  void halfASurrogateBecomesTheReplacementCharacter() {
    assertThat(text("\"a\\ud83db \\ude00 \\ud83d\\u0041\"")).isEqualTo("a\ufffdb \ufffd \ufffdA");
  }

  @Test
  void anEscapeThatIsNoneStaysAsItIs() {
    assertThat(text("\"\\x \\u12 \\u12g4 \\\"")).isEqualTo("\\x \\u12 \\u12g4 \\");
  }

  @Test
  void onlyWhatHasBothQuotesIsAString() {
    assertThat(isString("\"a\"")).isTrue();
    assertThat(isString("\"\"")).isTrue();
    assertThat(isString("\"")).isFalse();
    assertThat(isString("1")).isFalse();
    assertThat(isString("")).isFalse();
  }

  @Test
  void noBytesMakeItFail() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    byte[] alphabet = "\\u\"dD8c0 a\u00e4".getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = alphabet[random.nextInt(alphabet.length)];
      }
      var sink = new Sink(0);

      JsonText.unescape(bytes, 0, bytes.length, sink);

      assertThat(sink.length()).as("seed %d", seed).isLessThanOrEqualTo(bytes.length);
    }
  }

  private static boolean isString(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return JsonText.isString(bytes, 0, bytes.length);
  }

  private static String text(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    var sink = new Sink(0);
    JsonText.unescape(bytes, 1, bytes.length - 1, sink);
    return new String(sink.array(), 0, sink.length(), StandardCharsets.UTF_8);
  }
}
