package io.containerpatterns.logshipper.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.logshipper.encode.Sink;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.value.Value;

class JsonToMsgpackTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final String SAMPLE =
      "{\"a\":[1,-2,3.5,1e3,true,false,null],\"b\":{\"c\":\"x\\n\\u00e9\\ud83d\\ude00\",\"d\":[]},"
          + "\"e\" : { } ,\"f\":-0.001,\"g\":12345678901234567890}";

  private final JsonToMsgpack json = new JsonToMsgpack();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551615",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a b\"",
        "\"é\\\"\\\\\\/\"",
        "[]",
        "{}",
        " [ 1 , [ 2 , { \"a\" : [ ] } ] ] ",
        "{\"a\":1,\"b\":{\"c\":\"d\"}}",
        SAMPLE
      })
  void aValueIsTheSameAsJacksonReads(String text) throws Exception {
    JsonNode expected = JACKSON.readTree(text);

    Value written = written(text.getBytes(UTF_8));

    assertThat(JACKSON.readTree(written.toJson())).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1",
        "1.5",
        "-0.0",
        "1e22",
        "1e23",
        "123456789.123456789",
        "4.9e-324",
        "1.7976931348623157e308",
        "0.30000000000000004",
        "9007199254740993.5",
        "1E+2",
        "3e-7",
        "0.000000000000000000000000000000000000001",
        "123456789012345678901234567890.5"
      })
  void aNumberIsTheNearestDouble(String text) {
    Value written = written(text.getBytes(UTF_8));

    assertThat(written.asFloatValue().toDouble()).isEqualTo(Double.parseDouble(text));
  }

  @Test
  void numbersByChanceAreTheNearestDouble() {
    long seed = new Random().nextLong();
    var random = new Random(seed);

    for (int round = 0; round < 20_000; round++) {
      double number =
          random.nextBoolean()
              ? Double.longBitsToDouble(random.nextLong())
              : random.nextInt(1_000_000) / 1000.0;
      if (Double.isFinite(number)) {
        Value written = written(Double.toString(number).getBytes(UTF_8));

        assertThat(written.asFloatValue().toDouble()).as("seed %s", seed).isEqualTo(number);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "tru",
        "nul",
        "01",
        "1.",
        ".5",
        "-",
        "1e",
        "+1",
        "1 2",
        "12abc",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "[1,]",
        "[",
        "[1",
        "{\"a\"}",
        "{\"a\":}",
        "{1:2}",
        "{\"a\":1,}",
        "nan",
        "1e999",
        "18446744073709551616",
        "-9223372036854775809"
      })
  void whatIsNoValueGoesOutAsItStands(String text) {
    assertThat(written(text.getBytes(UTF_8)).asStringValue().asString()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"32,ARRAY", "33,STRING", "100000,STRING"})
  void whatIsTooDeepGoesOutAsText(int depth, String kind) {
    String text = "[".repeat(depth) + "7" + "]".repeat(depth);

    assertThat(written(text.getBytes(UTF_8)).getValueType()).hasToString(kind);
  }

  @Test
  void noBytesBreakIt() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    byte[] sample = SAMPLE.getBytes(UTF_8);

    for (int round = 0; round < 50_000; round++) {
      byte[] mutated = sample.clone();
      for (int i = random.nextInt(6); i > 0; i--) {
        mutated[random.nextInt(mutated.length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt(256)
                    : "{}[],:\"\\0eu-.".charAt(random.nextInt(13)));
      }
      int start = random.nextInt(8) == 0 ? random.nextInt(mutated.length) : 0;
      int end = start + random.nextInt(mutated.length - start + 1);
      var to = new Sink(0);

      json.write(mutated, start, end, to);

      assertThat(Decoded.all(to.array(), 0, to.length())).as("seed %s", seed).hasSize(1);
    }
  }

  @Test
  void everyCutComesOut() {
    byte[] sample = SAMPLE.getBytes(UTF_8);

    for (int end = 0; end < sample.length; end++) {
      var to = new Sink(0);
      json.write(sample, 0, end, to);

      assertThat(Decoded.one(to).asStringValue().asString()).isEqualTo(SAMPLE.substring(0, end));
    }
  }

  private Value written(byte[] text) {
    var to = new Sink(0);
    json.write(text, 0, text.length, to);
    return Decoded.one(to);
  }
}
