package io.containerpatterns.logshipper.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CharsTest {
  private final Chars chars = new Chars();

  @Test
  void charactersAreThoseOfTheTextAndKnowTheirPlaces() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 20_000; round++) {
      var made = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        made.appendCodePoint(
            random.nextInt(4) > 0
                ? random.nextInt(0x80)
                : random.nextBoolean()
                    ? random.nextInt(0x80, 0xd800)
                    : random.nextInt(0x10000, 0x110000));
      }
      String text = made.toString();
      byte[] bytes = ("é" + text + "é").getBytes(StandardCharsets.UTF_8);

      chars.of(bytes, 2, bytes.length - 2);

      assertThat(chars.toString()).as("seed %d", seed).isEqualTo(text);
      for (int i = 0; i <= text.length(); i++) {
        if (i == 0 || i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          assertThat(chars.place(i))
              .as("seed %d", seed)
              .isEqualTo(2 + text.substring(0, i).getBytes(StandardCharsets.UTF_8).length);
        }
      }
    }
  }

  @Test
  void aByteThatIsNoTextReadsAsAMark() {
    chars.of(new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b'}, 0, 4);

    assertThat(chars.toString()).isEqualTo("a\uFFFD\uFFFDb");
    assertThat(chars.place(3)).isEqualTo(3);
    assertThat(chars.subSequence(1, 3)).isEqualTo("\uFFFD\uFFFD");
  }
}
