package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Jackson says what is valid JSON, and the JDK what is valid UTF-8: foreign judges. */
final class JsonScannerTest {
  private static final byte[] LIKELY =
      "{}[]\",:\\/ubtfn0123456789-+.eE \t\n\rtruefalsenull\u0000\u001f"
          .getBytes(StandardCharsets.UTF_8);
  private static final Pattern BEYOND_ASCII = Pattern.compile("[^\\x00-\\x7f]");

  private final JsonFactory jackson = new JsonFactory();
  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonScanner scanner = new JsonScanner();

  @Test
  void itAndJacksonAgreeOnWhatIsValid() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    int valid = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] document = document(random);
      for (int i = random.nextInt(3); i > 0; i--) {
        document = mutated(random, document);
      }

      byte[] judged = document;
      boolean expected = isValidToJackson(judged);
      valid += expected ? 1 : 0;
      assertThat(isValid(judged))
          .as(() -> "seed %d, %s".formatted(seed, Arrays.toString(judged)))
          .isEqualTo(expected);
    }
    assertThat(valid).isBetween(30_000, 95_000);
  }

  @Test
  void noDocumentIsValidBeforeItsEnd() {
    byte[] document =
        "{\"a\":[1,-2.5e+7,true,false,null,\"\\u00fc ü€😀\\n\",{}],\"b\":{\"c\":[]} }"
            .getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut < document.length; cut++) {
      assertThat(isValid(Arrays.copyOf(document, cut))).as("cut at %d", cut).isFalse();
    }
    assertThat(isValid(document)).isTrue();
  }

  @Test
  void aStringMeansToUsWhatItMeansToJackson() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 50_000; round++) {
      var text = new StringBuilder("\"");
      string(random, text);
      byte[] b = text.append('"').toString().getBytes(StandardCharsets.UTF_8);
      byte[] target = new byte[b.length];

      int end = JsonScanner.unescape(b, 1, b.length - 1, target, 0);

      // Half of a pair is a character in Java, and not in UTF-8.
      String expected = mapper.readValue(b, String.class).replaceAll("[\\ud800-\\udfff]", "\uFFFD");
      assertThat(new String(target, 0, end, StandardCharsets.UTF_8))
          .as(() -> "seed %d, %s".formatted(seed, text))
          .isEqualTo(expected);
    }
  }

  private boolean isValid(byte[] document) {
    int from = JsonScanner.blank(document, 0, document.length);
    int end = scanner.value(document, from, document.length);
    return end >= 0 && JsonScanner.blank(document, end, document.length) == document.length;
  }

  private boolean isValidToJackson(byte[] document) {
    String text;
    try {
      // Strict, unlike a String's constructor. Jackson's own reader of bytes guesses the encoding.
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
      // Beyond ASCII the grammar makes no difference, but Jackson takes some such for hexadecimal
      // digits. A g is none, and begins nothing either.
      text = BEYOND_ASCII.matcher(text).replaceAll("g");
    } catch (CharacterCodingException invalid) {
      return false;
    }
    try (var parser = jackson.createParser(text)) {
      int depth = 0;
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
          parser.getText();
        }
        values += depth == 0 && !token.isStructEnd() ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      return depth == 0 && values == 1;
    } catch (IOException invalid) {
      return false;
    }
  }

  private static byte[] document(SplittableRandom random) {
    var text = new StringBuilder();
    value(random, text, 4, true);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] mutated(SplittableRandom random, byte[] document) {
    int at = random.nextInt(document.length);
    byte b =
        random.nextInt(4) == 0 ? (byte) random.nextInt(256) : LIKELY[random.nextInt(LIKELY.length)];
    byte[] mutated;
    switch (random.nextInt(3)) {
      case 0 -> {
        mutated = document.clone();
        mutated[at] = b;
      }
      case 1 -> {
        mutated = new byte[document.length + 1];
        System.arraycopy(document, 0, mutated, 0, at);
        mutated[at] = b;
        System.arraycopy(document, at, mutated, at + 1, document.length - at);
      }
      default -> {
        mutated = new byte[Math.max(1, document.length - 1)];
        System.arraycopy(document, 0, mutated, 0, Math.min(at, mutated.length));
        System.arraycopy(document, at + 1, mutated, at, document.length - at - 1);
      }
    }
    return mutated;
  }

  private static void value(
      SplittableRandom random, StringBuilder to, int depth, boolean structure) {
    blank(random, to);
    switch (structure ? 4 + random.nextInt(2) : random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 ->
          to.append(random.nextInt(2) == 0 ? "true" : random.nextInt(2) == 0 ? "false" : "null");
      case 1 -> to.append(random.nextInt(-100, 100));
      case 2 -> to.append(random.nextDouble(-1e9, 1e9));
      case 3 -> {
        to.append('"');
        string(random, to);
        to.append('"');
      }
      case 4 -> {
        to.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          value(random, to, depth - 1, false);
          to.append(i > 1 ? "," : "");
        }
        to.append(']');
      }
      default -> {
        to.append('{');
        for (int i = random.nextInt(4); i > 0; i--) {
          blank(random, to);
          // Names differ, for those who do not like others.
          to.append('"').append(to.length());
          string(random, to);
          to.append('"');
          blank(random, to);
          to.append(':');
          value(random, to, depth - 1, false);
          to.append(i > 1 ? "," : "");
        }
        to.append('}');
      }
    }
    blank(random, to);
  }

  private static void blank(SplittableRandom random, StringBuilder to) {
    if (random.nextInt(8) == 0) {
      to.append(" \t\n\r".charAt(random.nextInt(4)));
    }
  }

  private static void string(SplittableRandom random, StringBuilder to) {
    for (int i = random.nextInt(12); i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> to.append('\\').append("\"\\/bfnrt".charAt(random.nextInt(8)));
        case 1 -> to.append("\\u%04x".formatted(random.nextInt(0x10000)));
        case 2 -> to.append("\\ud83d\\uDE00");
        case 3 -> to.appendCodePoint(random.nextInt(0x80, 0xd800));
        case 4 -> to.appendCodePoint(random.nextInt(0x10000, 0x110000));
        default -> to.append((char) random.nextInt('a', 'z'));
      }
    }
  }
}
