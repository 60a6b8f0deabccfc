package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  @Test
  void escapesAreUndoneAsJacksonDoes() throws JsonProcessingException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    String[] parts = {
      "a", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\ude00", "é", "\\b\\f\\r\\t"
    };

    for (int round = 0; round < 5_000; round++) {
      var json = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        json.append(parts[random.nextInt(parts.length)]);
      }

      String text = text(json.toString());

      assertThat(text)
          .as("seed %s", seed)
          .isEqualTo(JACKSON.readValue('"' + json.toString() + '"', String.class));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "a\\x", "\\u12", "\\u12g4", "\\u"})
  void anEscapeThatIsNoneIsTold(String json) {
    assertThat(text(json)).isEqualTo("none");
  }

  @ParameterizedTest
  @CsvSource({"\\ud83d,\uFFFD", "\\ude00x,\uFFFDx", "\\ud83d\\u0041,\uFFFDA"})
  void halfAPairIsNoCharacter(String json, String expected) {
    assertThat(text(json)).isEqualTo(expected);
  }

  private static String text(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    var to = new Sink(0);
    return JsonText.write(bytes, 0, bytes.length, to)
        ? new String(to.array(), 0, to.length(), StandardCharsets.UTF_8)
        : "none";
  }
}
