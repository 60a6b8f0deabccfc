package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void bytesAreUtf8WhereTheDecoderOfTheJdkSaysSo() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    byte[] text = "añ€😀 plain text, long enough for a word ߿ࠀ￿".getBytes(StandardCharsets.UTF_8);

    for (int round = 0; round < 50_000; round++) {
      byte[] mutated = text.clone();
      for (int i = random.nextInt(4); i > 0; i--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      int from = random.nextInt(mutated.length);
      int to = from + random.nextInt(mutated.length - from);

      int invalid = Utf8.invalid(mutated, from, to);

      assertThat(invalid == 0)
          .as("seed %s, bytes %s", seed, HexFormat.of().formatHex(mutated, from, to))
          .isEqualTo(isUtf8(Arrays.copyOfRange(mutated, from, to)));
    }
  }

  @Test
  void eachByteThatBelongsToNoSequenceCounts() {
    byte[] bytes = {'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa9, (byte) 0xe2, (byte) 0x82, 'b'};

    assertThat(Utf8.invalid(bytes, 0, bytes.length)).isEqualTo(3);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException no) {
      return false;
    }
  }
}
