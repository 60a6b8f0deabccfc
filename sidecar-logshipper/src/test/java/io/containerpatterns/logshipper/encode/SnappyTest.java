package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Google's own decompressor reads what we write: a foreign judge. */
final class SnappyTest {
  private final Snappy snappy = new Snappy();

  @Test
  void everyShortTextComesBack() throws IOException {
    byte[] text = log(new SplittableRandom(7), 400);
    for (int length = 0; length <= 300; length++) {
      assertThat(thereAndBack(text, 3, 3 + length))
          .isEqualTo(Arrays.copyOfRange(text, 3, 3 + length));
    }
  }

  @Test
  void logsComeBackAndAreSmaller() throws IOException {
    byte[] text = log(new SplittableRandom(7), 1 << 20);

    assertThat(thereAndBack(text, 0, text.length)).isEqualTo(text);
    assertThat(compressed(text, 0, text.length).length()).isLessThan(text.length / 3);
  }

  @Test
  void whatCannotBeCompressedComesBackAndIsHardlyLarger() throws IOException {
    byte[] noise = new byte[200_000];
    new SplittableRandom(7).nextBytes(noise);

    assertThat(thereAndBack(noise, 0, noise.length)).isEqualTo(noise);
    assertThat(compressed(noise, 0, noise.length).length()).isLessThan(noise.length + 100);
  }

  @Test
  void oneByteOverAndOverComesBack() throws IOException {
    for (int length :
        new int[] {15, 16, 17, 63, 64, 65, 66, 67, 68, 69, 1_000, 70_000, 20_000_000}) {
      byte[] same = new byte[length];

      assertThat(thereAndBack(same, 0, length)).isEqualTo(same);
    }
  }

  @Test
  void whatWasSeenFurtherBackThanACopyReachesIsNotReferredTo() throws IOException {
    byte[] text = new byte[300_000];
    var random = new SplittableRandom(7);
    random.nextBytes(text);
    for (int back = 65_530; back < 65_542; back++) {
      System.arraycopy(text, 1_000, text, 1_000 + back, 500);

      assertThat(thereAndBack(text, 0, text.length)).isEqualTo(text);
    }
  }

  @Test
  void anyMixtureOfAnyLengthComesBack() throws IOException {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 3_000; round++) {
      byte[] text = new byte[random.nextInt(1 + (1 << random.nextInt(18)))];
      int at = 0;
      while (at < text.length) {
        int length = Math.min(text.length - at, 1 + random.nextInt(1 << random.nextInt(1, 12)));
        switch (random.nextInt(3)) {
          case 0 -> {
            for (int i = 0; i < length; i++) {
              text[at + i] = (byte) random.nextInt();
            }
          }
          case 1 -> Arrays.fill(text, at, at + length, (byte) random.nextInt(4));
          default -> {
            int from = at == 0 ? 0 : random.nextInt(at);
            for (int i = 0; i < length; i++) {
              text[at + i] = text[from + i];
            }
          }
        }
        at += length;
      }
      int start = text.length == 0 ? 0 : random.nextInt(Math.min(20, text.length));

      assertThat(thereAndBack(text, start, text.length))
          .as("seed %d", seed)
          .isEqualTo(Arrays.copyOfRange(text, start, text.length));
    }
  }

  @Test
  void itIsAppendedToWhatIsThere() throws IOException {
    var sink = new Sink(0);
    sink.put("before".getBytes(StandardCharsets.US_ASCII));
    byte[] text = log(new SplittableRandom(7), 5_000);

    snappy.write(text, 0, text.length, sink);

    assertThat(new String(sink.array(), 0, 6, StandardCharsets.US_ASCII)).isEqualTo("before");
    assertThat(uncompressed(sink, 6)).isEqualTo(text);
  }

  private byte[] thereAndBack(byte[] text, int start, int end) throws IOException {
    return uncompressed(compressed(text, start, end), 0);
  }

  private Sink compressed(byte[] text, int start, int end) {
    var sink = new Sink(0);
    snappy.write(text, start, end, sink);
    return sink;
  }

  private static byte[] uncompressed(Sink sink, int start) throws IOException {
    return org.xerial.snappy.Snappy.uncompress(
        Arrays.copyOfRange(sink.array(), start, sink.length()));
  }

  /** About so many bytes of lines as an application writes them. */
  static byte[] log(SplittableRandom random, int length) {
    var text = new StringBuilder(length + 200);
    String[] classes = {"o.s.web.Dispatcher", "c.shop.OrderService", "c.shop.CartController"};
    String[] says = {"accepted order", "cart updated", "payment took", "user logged in"};
    for (int i = 0; text.length() < length; i++) {
      text.append(
              "2026-11-25T13:%02d:%02d.%03dZ "
                  .formatted(i / 60_000 % 60, i / 1_000 % 60, i % 1_000))
          .append(random.nextInt(20) == 0 ? "WARN " : "INFO ")
          .append("[http-nio-8080-exec-")
          .append(random.nextInt(32))
          .append("] ")
          .append(classes[random.nextInt(3)])
          .append(" - ")
          .append(says[random.nextInt(4)])
          .append(" id=")
          .append(random.nextLong(1_000_000_000_000L))
          .append(" ms=")
          .append(random.nextInt(500))
          .append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
