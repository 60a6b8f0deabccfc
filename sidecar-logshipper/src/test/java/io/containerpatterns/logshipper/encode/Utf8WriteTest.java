package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class Utf8WriteTest {
  @Test
  void whatIsUtf8StaysAsItIs() {
    byte[] text =
        "plain, gr\u00fc\u00df, \u20ac and \ud83d\ude00 and plain again"
            .getBytes(StandardCharsets.UTF_8);
    var sink = new Sink(0);

    int invalid = Utf8.write(text, 0, text.length, sink);

    assertThat(written(sink)).isEqualTo(new String(text, StandardCharsets.UTF_8));
    assertThat(invalid).isZero();
  }

  @Test
  void anyBytesBecomeTextAndKeepWhatIsGood() throws CharacterCodingException {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 'a' + random.nextInt(26));
      }
      var sink = new Sink(0);

      int invalid = Utf8.write(bytes, 0, bytes.length, sink);

      String strict =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(sink.array(), 0, sink.length()))
              .toString();
      // The JDK makes one mark of a sequence that is cut, we make one for each byte of it.
      assertThat(strict.replaceAll("\ufffd+", "\ufffd"))
          .as("seed %d", seed)
          .isEqualTo(new String(bytes, StandardCharsets.UTF_8).replaceAll("\ufffd+", "\ufffd"));
      assertThat(invalid).isLessThanOrEqualTo(bytes.length);
    }
  }

  private static String written(Sink sink) {
    return new String(sink.array(), 0, sink.length(), StandardCharsets.UTF_8);
  }
}
