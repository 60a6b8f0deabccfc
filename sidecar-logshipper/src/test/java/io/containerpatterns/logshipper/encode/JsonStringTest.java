package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Jackson reads what we write: a foreign judge. */
final class JsonStringTest {
  private final ObjectMapper jackson = new ObjectMapper();

  @Test
  void whatHasToBeEscapedIsAndNothingElse() {
    assertThat(written("a\"b\\c\nd\re\tf\bg\fh\u0001i\u007fj/ü€😀"))
        .isEqualTo("\"a\\\"b\\\\c\\nd\\re\\tf\\bg\\fh\\u0001i\u007fj/ü€😀\"");
  }

  @Test
  void anyTextComesBackAsItWas() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        int kind = random.nextInt(10);
        text.appendCodePoint(
            kind < 6
                ? random.nextInt(0x20, 0x7f)
                : kind < 8
                    ? random.nextInt(0, 0x20)
                    : kind < 9 ? random.nextInt(0x80, 0xd800) : random.nextInt(0x10000, 0x110000));
      }

      String expected = text.toString();
      assertThat(jackson.readValue(written(expected), String.class))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void anyBytesBecomeTheTextThatTheJdkMakesOfThemOrCountMoreInvalidOnes() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        byte[] valid =
            (random.nextInt(9) == 0 ? "\uFFFD" : "ü€😀").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(valid, 0, bytes, 0, Math.min(valid.length, bytes.length));
      }
      var sink = new Sink(0);
      int invalid = JsonString.write(bytes, 0, bytes.length, sink);

      String read = jackson.readValue(sink.array(), 0, sink.length(), String.class);
      String jdk = new String(bytes, StandardCharsets.UTF_8);
      // One mark for each byte, where the JDK makes one of a sequence that is cut.
      assertThat(read.replaceAll("\uFFFD+", "\uFFFD"))
          .as("seed %d, %s", seed, Arrays.toString(bytes))
          .isEqualTo(jdk.replaceAll("\uFFFD+", "\uFFFD"));
      // The mark may stand in the bytes as such: once in some twenty runs it does.
      int marks = marks(bytes);
      assertThat(invalid + marks > 0).isEqualTo(jdk.indexOf('\uFFFD') >= 0);
      assertThat(read.chars().filter(unit -> unit == '\uFFFD').count())
          .as("seed %d, %s", seed, Arrays.toString(bytes))
          .isEqualTo(invalid + marks);
    }
  }

  /** How often U+FFFD stands in the bytes, which begins with a byte that nothing goes on with. */
  private static int marks(byte[] bytes) {
    int marks = 0;
    for (int i = 0; i + 3 <= bytes.length; i++) {
      boolean mark =
          bytes[i] == (byte) 0xef && bytes[i + 1] == (byte) 0xbf && bytes[i + 2] == (byte) 0xbd;
      marks += mark ? 1 : 0;
    }
    return marks;
  }

  @Test
  void everyByteIsSeenAtEveryPlaceOfAWord() {
    for (int place = 0; place < 24; place++) {
      for (int b = -128; b < 128; b++) {
        byte[] bytes = new byte[24];
        Arrays.fill(bytes, (byte) 'x');
        bytes[place] = (byte) b;
        boolean special = b < 0x20 || b == '"' || b == '\\';
        assertThat(JsonString.clean(bytes, 0, 24)).isEqualTo(special ? place : 24);
      }
    }
  }

  @Test
  void numbersAreWrittenInDecimal() {
    List<Long> numbers = new ArrayList<>(List.of(0L, Long.MAX_VALUE, Long.MIN_VALUE));
    for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
      numbers.addAll(List.of(power - 1, power, power + 1, 1 - power, -power, -power - 1));
    }
    for (long number : numbers) {
      var sink = new Sink(0);
      sink.putDecimal(number);
      assertThat(new String(sink.array(), 0, sink.length(), StandardCharsets.US_ASCII))
          .isEqualTo(Long.toString(number));
    }
  }

  private static String written(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var sink = new Sink(0);
    assertThat(JsonString.write(bytes, 0, bytes.length, sink)).isZero();
    return new String(sink.array(), 0, sink.length(), StandardCharsets.UTF_8);
  }
}
