package io.containerpatterns.logshipper.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LinesTest {
  @Test
  void theFirstFeedIsFoundAtEveryPlace() {
    for (int length = 0; length < 40; length++) {
      for (int feed = 0; feed < length; feed++) {
        byte[] bytes = new byte[length];
        bytes[feed] = '\n';
        for (int from = 0; from <= length; from++) {
          int expected = feed >= from ? feed : -1;
          assertThat(Lines.feed(bytes, from, length)).isEqualTo(expected);
        }
        assertThat(Lines.feed(bytes, 0, feed)).isEqualTo(-1);
      }
    }
  }

  @Test
  void noOtherByteIsTakenForOne() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[random.nextInt(1, 100)];
      random.nextBytes(bytes);
      int expected = -1;
      for (int i = bytes.length - 1; i >= 0; i--) {
        if (random.nextInt(4) == 0) {
          bytes[i] = (byte) ('\n' + random.nextInt(-1, 2));
        }
        expected = bytes[i] == '\n' ? i : expected;
      }

      assertThat(Lines.feed(bytes, 0, bytes.length)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void oneCarriageReturnBeforeTheFeedIsNoText() {
    byte[] bytes = "a\r\r\n\r\n\n".getBytes(StandardCharsets.US_ASCII);

    assertThat(Lines.textEnd(bytes, 0, 3)).isEqualTo(2);
    assertThat(Lines.textEnd(bytes, 4, 5)).isEqualTo(4);
    assertThat(Lines.textEnd(bytes, 6, 6)).isEqualTo(6);
  }
}
