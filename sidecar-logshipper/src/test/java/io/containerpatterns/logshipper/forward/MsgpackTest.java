package io.containerpatterns.logshipper.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.encode.Sink;
import java.math.BigInteger;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

class MsgpackTest {
  private final Sink to = new Sink(0);

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        4_294_967_295L,
        4_294_967_296L,
        Long.MAX_VALUE,
        -1,
        -32,
        -33,
        -128,
        -129,
        -32_768,
        -32_769,
        -2_147_483_648L,
        -2_147_483_649L,
        Long.MIN_VALUE
      })
  void wholeNumbersAreWhatMsgpackJavaWrites(long number) throws Exception {
    MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    packer.packLong(number);

    Msgpack.integer(number, to);

    assertThat(bytes()).isEqualTo(packer.toByteArray());
  }

  @Test
  void theLargestUnsignedNumberIsOne() {
    Msgpack.unsigned(-1, to);

    assertThat(Decoded.one(to).asIntegerValue().asBigInteger())
        .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 255, 256, 65_535, 65_536})
  void textsAreWhatMsgpackJavaWrites(int length) throws Exception {
    String text = "x".repeat(length);
    MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    packer.packString(text);

    Msgpack.text(text, to);

    assertThat(bytes()).isEqualTo(packer.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 255, 256, 65_535, 65_536})
  void headsAreWhatMsgpackJavaWrites(int count) throws Exception {
    MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    packer.packMapHeader(count);
    packer.packArrayHeader(count);
    packer.packBinaryHeader(count);

    Msgpack.mapHead(count, to);
    Msgpack.arrayHead(count, to);
    Msgpack.binaryHead(count, to);

    assertThat(bytes()).isEqualTo(packer.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, 1.5, Double.MIN_VALUE, Double.MAX_VALUE, -1e-300})
  void otherNumbersAreWhatMsgpackJavaWrites(double number) throws Exception {
    MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    packer.packDouble(number);

    Msgpack.decimal(number, to);

    assertThat(bytes()).isEqualTo(packer.toByteArray());
  }

  @Test
  void bytesThatAreNoUtf8ComeOutAsReplacements() {
    byte[] text = {'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa9, (byte) 0xe2};

    int invalid = Msgpack.text(text, 0, text.length, to);

    assertThat(invalid).isEqualTo(2);
    assertThat(Decoded.one(to).asStringValue().asString()).isEqualTo("a\uFFFDé\uFFFD");
  }

  @Test
  void anEventTimeIsTwoNumbersOf32Bits() {
    Msgpack.eventTime(0xffff_ffffL, 999_999_999, to);

    assertThat(bytes()).asHexString().isEqualTo("D700" + "FFFFFFFF" + "3B9AC9FF");
  }

  @ParameterizedTest
  @CsvSource({"1969-12-31T23:59:59Z", "2106-02-07T06:28:16Z"})
  void aTimeBeyond32BitsIsPlainSeconds(Instant time) {
    Msgpack.eventTime(time.getEpochSecond(), 5, to);

    assertThat(Decoded.one(to).asIntegerValue().asLong()).isEqualTo(time.getEpochSecond());
  }

  private byte[] bytes() {
    byte[] bytes = new byte[to.length()];
    System.arraycopy(to.array(), 0, bytes, 0, bytes.length);
    return bytes;
  }

  @Test
  void aHeadMayBeClosedLater() {
    int head = Msgpack.openHead(0xdb, to);
    to.put("later".getBytes(UTF_8));
    Msgpack.closeHead(head, to.length() - head, to);

    assertThat(Decoded.one(to).asStringValue().asString()).isEqualTo("later");
  }
}
