package io.containerpatterns.logshipper.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Google's own reader reads what we write: a foreign judge. */
final class ProtobufTest {
  private final Sink sink = new Sink(0);

  @Test
  void numbersComeBackAndAreAsLongAsTheyMustBe() throws IOException {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      long number = random.nextLong() >>> random.nextInt(64);
      sink.cutTo(0);

      Protobuf.varint(number, sink);

      assertThat(read().readRawVarint64()).isEqualTo(number);
      assertThat(sink.length())
          .isEqualTo(CodedOutputStream.computeUInt64SizeNoTag(number))
          .isEqualTo(Protobuf.varintLength(number));
    }
  }

  @Test
  void everyKindOfFieldComesBack() throws IOException {
    Protobuf.number(1, -5, sink);
    Protobuf.fixed64(2, 0x0123_4567_89ab_cdefL, sink);
    Protobuf.fixed32(8, 0x89ab_cdef, sink);
    Protobuf.bytes(1_000, new byte[] {1, 2, 3}, sink);

    CodedInputStream in = read();
    assertThat(in.readTag()).isEqualTo(1 << 3);
    assertThat(in.readInt64()).isEqualTo(-5);
    assertThat(in.readTag()).isEqualTo(2 << 3 | 1);
    assertThat(in.readFixed64()).isEqualTo(0x0123_4567_89ab_cdefL);
    assertThat(in.readTag()).isEqualTo(8 << 3 | 5);
    assertThat(in.readFixed32()).isEqualTo(0x89ab_cdef);
    assertThat(in.readTag()).isEqualTo(1_000 << 3 | 2);
    assertThat(in.readByteArray()).containsExactly(1, 2, 3);
    assertThat(in.isAtEnd()).isTrue();
  }

  @Test
  void theLengthIsRightWhateverWasExpected() throws IOException {
    for (int length : new int[] {0, 1, 127, 128, 16_383, 16_384, 2_097_152}) {
      for (int expected : new int[] {0, 1, 127, 128, 16_384, 2_097_152}) {
        sink.cutTo(0);
        sink.put('x');
        byte[] content = new byte[length];
        new SplittableRandom(length).nextBytes(content);

        long outer = Protobuf.open(3, expected, sink);
        long inner = Protobuf.open(4, expected, sink);
        sink.put(content);
        Protobuf.close(inner, sink);
        Protobuf.close(outer, sink);

        var in = CodedInputStream.newInstance(sink.array(), 1, sink.length() - 1);
        assertThat(in.readTag()).isEqualTo(3 << 3 | 2);
        int limit = in.pushLimit(in.readRawVarint32());
        assertThat(in.readTag()).isEqualTo(4 << 3 | 2);
        assertThat(in.readByteArray()).isEqualTo(content);
        assertThat(in.isAtEnd()).isTrue();
        in.popLimit(limit);
        assertThat(in.isAtEnd()).isTrue();
      }
    }
  }

  @Test
  void aLengthThatIsKnownTakesAsMuchAsWasSaid() {
    for (int length : new int[] {0, 127, 128, 300_000}) {
      sink.cutTo(0);

      Protobuf.head(20, length, sink);

      assertThat(sink.length()).isEqualTo(Protobuf.headLength(20, length));
    }
  }

  @Test
  void textIsUtf8ForCertain() throws IOException {
    byte[] text = "gr\u00fc\u00df \ud83d\ude00".getBytes(StandardCharsets.UTF_8);
    text[2] = (byte) 0xff;

    int invalid = Protobuf.text(2, text, 0, text.length, sink);

    CodedInputStream in = read();
    assertThat(in.readTag()).isEqualTo(2 << 3 | 2);
    assertThat(in.readStringRequireUtf8()).isEqualTo("gr\ufffd\ufffd\u00df \ud83d\ude00");
    assertThat(invalid).isEqualTo(2);
  }

  private CodedInputStream read() {
    return CodedInputStream.newInstance(sink.array(), 0, sink.length());
  }
}
