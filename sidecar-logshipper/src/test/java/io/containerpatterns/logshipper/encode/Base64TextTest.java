package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class Base64TextTest {
  @Test
  void bytesBecomeWhatTheJdkMakesOfThem() {
    var random = new SplittableRandom(7);
    for (int length = 0; length < 100; length++) {
      byte[] bytes = new byte[length + 2];
      random.nextBytes(bytes);
      byte[] inner = Arrays.copyOfRange(bytes, 1, length + 1);

      assertThat(written(Base64Text.PADDED, bytes, length))
          .isEqualTo(Base64.getEncoder().encodeToString(inner));
      assertThat(written(Base64Text.URL, bytes, length))
          .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(inner));
    }
  }

  private static String written(Base64Text form, byte[] bytes, int length) {
    var sink = new Sink(0);
    form.write(bytes, 1, length + 1, sink);
    return new String(sink.array(), 0, sink.length(), StandardCharsets.US_ASCII);
  }
}
