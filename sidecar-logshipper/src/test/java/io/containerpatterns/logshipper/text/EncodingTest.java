package io.containerpatterns.logshipper.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.identity.Anchor;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EncodingTest {
  @Test
  void aByteOrderMarkSaysIt() {
    assertThat(of("\ufeffline", StandardCharsets.UTF_16LE)).isEqualTo(Encoding.UTF_16LE);
    assertThat(of("\ufeffline", StandardCharsets.UTF_16BE)).isEqualTo(Encoding.UTF_16BE);
    assertThat(of("\ufeffline", StandardCharsets.UTF_8)).isEqualTo(Encoding.UTF_8);
    assertThat(of("line", StandardCharsets.UTF_8)).isEqualTo(Encoding.UTF_8);
    assertThat(of("", StandardCharsets.UTF_8)).isEqualTo(Encoding.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void everyCharacterComesOutAsUtf8(Encoding encoding) {
    var text = new StringBuilder();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 37) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        text.appendCodePoint(point);
      }
    }

    assertThat(new String(utf8(encoding, bytes(text, encoding)), StandardCharsets.UTF_8))
        .isEqualTo(text.toString());
  }

  @Test
  void halvesComeOutAsWhatIsNoUtf8() {
    assertThat(utf8(Encoding.UTF_16BE, new byte[] {0, 'a', (byte) 0xd8, 0, 0, 'b'}))
        .isEqualTo(new byte[] {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80, 'b'});
    assertThat(utf8(Encoding.UTF_16LE, new byte[] {'a', 0, 'b'}))
        .isEqualTo(new byte[] {'a', (byte) 0xff});
  }

  @ParameterizedTest
  @EnumSource
  void linesAreCutWhereverTheByteOfALineEndStandsInOthers(Encoding encoding) throws Exception {
    // U+0A0A and U+0A00 have the byte of a line feed in one half, or in both.
    String text = "one\r\n\u0a0a\u0a00 two\n\n\ud83d\ude00\nlast";
    byte[] file = bytes(text, encoding);

    assertThat(cut(encoding, file, new Cutter(256, 64, 10), Grouping.Mode.NONE))
        .containsExactly("one", "\u0a0a\u0a00 two", "", "\ud83d\ude00", "last");
  }

  @ParameterizedTest
  @EnumSource
  void aTraceStaysWhole(Encoding encoding) throws Exception {
    byte[] file = bytes("start\nException\n\tat x\nCaused by: y\nnext\n", encoding);

    assertThat(cut(encoding, file, new Cutter(256, 128, 10), Grouping.Mode.AUTO))
        .containsExactly("start", "Exception\n\tat x\nCaused by: y", "next");
  }

  @ParameterizedTest
  @EnumSource
  void aLongLineIsCutBetweenCharacters(Encoding encoding) throws Exception {
    String text = "x\ud83d\ude00".repeat(40);

    List<String> pieces =
        cut(encoding, bytes(text, encoding), new Cutter(512, 32, 10), Grouping.Mode.NONE);

    assertThat(pieces).hasSizeGreaterThan(4).noneMatch(piece -> piece.contains("\ufffd"));
    assertThat(String.join("", pieces)).isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource
  void ofWhateverBytesNoneIsPassedOverAndNothingThrows(Encoding encoding) throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] file = new byte[random.nextInt(200)];
      for (int j = 0; j < file.length; j++) {
        file[j] =
            random.nextInt(3) == 0
                ? (byte) (random.nextBoolean() ? '\n' : 0)
                : (byte) random.nextInt();
      }
      var end = new long[1];
      int length = file.length;
      new Cutter(512, 16, 4)
          .cut(
              source(file),
              Anchor.BEGINNING,
              new Ending(length, true),
              encoding,
              new Grouping(Grouping.Mode.AUTO, false),
              (bytes, from, to, offset, all, piece) -> {
                assertThat(offset).as("seed %d", seed).isEqualTo(end[0]);
                end[0] = offset + all;
                encoding.toUtf8(bytes, from, to, new Sink(0));
                return true;
              });
      assertThat(end[0]).as("seed %d", seed).isEqualTo(length);
    }
  }

  private static List<String> cut(Encoding encoding, byte[] file, Cutter cutter, Grouping.Mode mode)
      throws Exception {
    List<String> texts = new ArrayList<>();
    cutter.cut(
        source(file),
        Anchor.BEGINNING,
        new Ending(file.length, true),
        encoding,
        new Grouping(mode, false),
        (bytes, start, end, offset, length, piece) ->
            texts.add(
                new String(
                    utf8(encoding, Arrays.copyOfRange(bytes, start, end)),
                    StandardCharsets.UTF_8)));
    return texts;
  }

  private static Cutter.Source source(byte[] file) {
    return (target, from, length, offset) -> {
      int some = (int) Math.clamp(file.length - offset, 0, length);
      System.arraycopy(file, Math.min((int) offset, file.length), target, from, some);
      return some;
    };
  }

  private static byte[] utf8(Encoding encoding, byte[] bytes) {
    var sink = new Sink(0);
    encoding.toUtf8(bytes, 0, bytes.length, sink);
    return Arrays.copyOf(sink.array(), sink.length());
  }

  private static Encoding of(String text, Charset charset) {
    byte[] head = text.getBytes(charset);
    return Encoding.of(head, head.length);
  }

  private static byte[] bytes(CharSequence text, Encoding encoding) {
    return text.toString()
        .getBytes(
            switch (encoding) {
              case UTF_8 -> StandardCharsets.UTF_8;
              case UTF_16LE -> StandardCharsets.UTF_16LE;
              case UTF_16BE -> StandardCharsets.UTF_16BE;
            });
  }
}
