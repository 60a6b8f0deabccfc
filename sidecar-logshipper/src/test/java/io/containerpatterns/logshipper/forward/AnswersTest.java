package io.containerpatterns.logshipper.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

class AnswersTest {
  @Test
  void whatMsgpackJavaWritesIsReadAtEveryCut() throws Exception {
    byte[] said = said();
    List<Object> expected =
        List.of(
            Map.of("ack", "an id"),
            List.of(
                "HELO", Map.of("nonce", "\u0001ÿ", "auth", "", "keepalive", true, "n", 70_000L)),
            "x".repeat(300));

    for (int cut = 0; cut <= said.length; cut++) {
      var answers = new Answers();
      var read = new ArrayList<>();
      add(answers, Unpooled.wrappedBuffer(said, 0, cut), read);
      add(answers, Unpooled.wrappedBuffer(said, cut, said.length - cut), read);

      assertThat(read).as("cut at %s", cut).isEqualTo(expected);
    }
  }

  @Test
  void anyBytesAreReadOrToldToBeNone() throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    byte[] said = said();

    for (int round = 0; round < 50_000; round++) {
      byte[] mutated = said.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      var answers = new Answers();
      try {
        add(answers, Unpooled.wrappedBuffer(mutated), new ArrayList<>());
      } catch (Answers.Malformed none) {
        assertThat(none.getMessage()).as("seed %s", seed).isNotEmpty();
      }
    }
  }

  @Test
  void aValueThatIsTooLongIsNone() {
    var answers = new Answers();
    byte[] tooLong = new byte[Answers.BYTES_MAX + 8];
    tooLong[0] = (byte) 0xda;
    tooLong[1] = (byte) 0x40;

    assertThatThrownBy(() -> add(answers, Unpooled.wrappedBuffer(tooLong), new ArrayList<>()))
        .isInstanceOf(Answers.Malformed.class)
        .hasMessage("more than 16384 bytes");
  }

  private static void add(Answers answers, ByteBuf bytes, List<Object> read)
      throws Answers.Malformed {
    while (answers.add(bytes)) {
      Optional<Object> next = answers.next();
      while (next.isPresent()) {
        read.add(next.get());
        next = answers.next();
      }
    }
  }

  private static byte[] said() throws Exception {
    MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    packer.packMapHeader(1).packString("ack").packString("an id");
    packer.packArrayHeader(2).packString("HELO").packMapHeader(4);
    packer.packString("nonce").packBinaryHeader(2).writePayload(new byte[] {1, (byte) 0xff});
    packer.packString("auth").packString("");
    packer.packString("keepalive").packBoolean(true);
    packer.packString("n").packInt(70_000);
    packer.packString("x".repeat(300));
    return packer.toByteArray();
  }
}
