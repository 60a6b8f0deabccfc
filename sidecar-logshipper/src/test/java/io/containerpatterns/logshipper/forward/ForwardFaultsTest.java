package io.containerpatterns.logshipper.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Peer;
import io.containerpatterns.logshipper.wire.ScriptedPeer;
import io.containerpatterns.logshipper.wire.Sending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ArrayValue;

@Timeout(60)
class ForwardFaultsTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @Test
  void aParcelIsTakenWhenItsChunkIsAcknowledged() throws Exception {
    var chunks = Collections.synchronizedList(new ArrayList<ArrayValue>());
    try (var peer = ScriptedPeer.of((socket, number) -> acknowledgeAll(socket, chunks));
        var sending = sending(peer, AMPLE)) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/a", "one", "two"));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      ArrayValue chunk = chunks.getFirst();
      assertThat(chunk.get(0).asStringValue().asString()).isEqualTo("logs");
      byte[] entries = chunk.get(1).asBinaryValue().asByteArray();
      assertThat(Decoded.all(entries, 0, entries.length)).hasSize(2);
      assertThat(option(chunk, "size")).isEqualTo("2");
    }
  }

  @Test
  void theSameItemsAreTheSameChunkAndOthersAreNot() throws Exception {
    var chunks = Collections.synchronizedList(new ArrayList<ArrayValue>());
    try (var peer = ScriptedPeer.of((socket, number) -> acknowledgeAll(socket, chunks));
        var sending = sending(peer, AMPLE)) {
      Parcel all = sending.parcel("/logs/a", "one", "two", "three");

      sending.verdict(all);
      sending.verdict(all);
      sending.verdict(all.part(0, 2));
      sending.verdict(all.pick(new int[] {0, 2}));
      sending.verdict(sending.parcel("/logs/b", "one", "two", "three"));

      List<String> ids = chunks.stream().map(chunk -> option(chunk, "chunk")).toList();
      assertThat(ids.get(0)).isEqualTo(ids.get(1));
      assertThat(ids.subList(1, 5)).doesNotHaveDuplicates();
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void acknowledgementsMayComeInAnyOrder() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              MessageUnpacker in = Decoded.arriving(socket.getInputStream());
              String first = id(in);
              String second = id(in);
              String third = id(in);
              acknowledge(socket, third);
              acknowledge(socket, first);
              acknowledge(socket, second);
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, AMPLE)) {
      var verdicts =
          List.of(
              sending.send(sending.parcel("/logs/a", "one")),
              sending.send(sending.parcel("/logs/b", "two")),
              sending.send(sending.parcel("/logs/c", "three")));

      assertThat(verdicts.stream().map(Sending::await)).containsOnly(Verdict.Taken.ALL);
    }
  }

  @Test
  void anAcknowledgementMayArriveByteByByte() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              String id = id(Decoded.arriving(socket.getInputStream()));
              for (byte b : acknowledgement(id)) {
                socket.getOutputStream().write(b);
              }
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one"))).isEqualTo(Verdict.Taken.ALL);
    }
  }

  @Test
  void aPeerThatNeverAnswersIsLeftAtTheLimit() throws Exception {
    var left = new CountDownLatch(1);
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              ScriptedPeer.awaitEnd(socket);
              left.countDown();
            });
        var sending = sending(peer, SHORT)) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/a", "one"));
      left.await();

      assertThat(verdict).isEqualTo(again("acknowledgement: none within 0.3 s", peer));
    }
  }

  @Test
  void anAcknowledgementAfterTheLimitIsTooLateAndTheSameChunkGoesOutAnew() throws Exception {
    var late = new CountDownLatch(1);
    var ids = Collections.synchronizedList(new ArrayList<String>());
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              String id = id(Decoded.arriving(socket.getInputStream()));
              ids.add(id);
              if (number == 1) {
                ScriptedPeer.awaitEnd(socket);
                late.countDown();
              }
              acknowledge(socket, id);
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, SHORT)) {
      Parcel parcel = sending.parcel("/logs/a", "one");

      Verdict first = sending.verdict(parcel);
      late.await();
      Verdict second = sending.verdict(parcel);

      assertThat(first).isEqualTo(again("acknowledgement: none within 0.3 s", peer));
      assertThat(second).isEqualTo(Verdict.Taken.ALL);
      assertThat(ids.get(0)).isEqualTo(ids.get(1));
    }
  }

  @Test
  void anAcknowledgementOfAnotherChunkIsNone() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              id(Decoded.arriving(socket.getInputStream()));
              acknowledge(socket, "AAAAAAAAAAAAAAAAAAAAAA==");
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isEqualTo(again("acknowledgement: of a chunk that is not under way", peer));
    }
  }

  @Test
  void aResetLosesAllThatIsUnderWayAndNothingBefore() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              MessageUnpacker in = Decoded.arriving(socket.getInputStream());
              acknowledge(socket, id(in));
              id(in);
              id(in);
              ScriptedPeer.reset(socket);
            });
        var sending = sending(peer, AMPLE)) {
      Verdict first = sending.verdict(sending.parcel("/logs/a", "one"));
      var second = sending.send(sending.parcel("/logs/b", "two"));
      var third = sending.send(sending.parcel("/logs/c", "three"));

      assertThat(first).isEqualTo(Verdict.Taken.ALL);
      assertThat(Sending.await(second)).isInstanceOf(Verdict.Again.class);
      assertThat(Sending.await(third)).isInstanceOf(Verdict.Again.class);
    }
  }

  @Test
  void aResetInTheMiddleOfABodyIsTold() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              socket.getInputStream().readNBytes(100_000);
              ScriptedPeer.reset(socket);
            });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(large(sending))).isInstanceOf(Verdict.Again.class);
    }
  }

  @Test
  void theLimitHoldsWhileABodyIsStuck() throws Exception {
    var held = Collections.synchronizedList(new ArrayList<Socket>());
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              held.add(socket);
              socket.getInputStream().readNBytes(1_000);
              Await.until("the test to end", socket::isClosed);
            });
        var sending = sending(peer, SHORT)) {
      Verdict verdict = sending.verdict(large(sending));
      held.getFirst().close();

      assertThat(verdict).isEqualTo(again("acknowledgement: none within 0.3 s", peer));
    }
  }

  @Test
  void aPeerThatWillNotSpeakAnyMoreIsLeft() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              id(Decoded.arriving(socket.getInputStream()));
              socket.shutdownOutput();
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isEqualTo(again("the connection was closed by the peer", peer));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "\u00c1", "\u0090", "\u0080", "\u00dbÿÿÿÿ"})
  void anAnswerThatMakesNoSenseIsAFault(String answer) throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              id(Decoded.arriving(socket.getInputStream()));
              socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isInstanceOf(Verdict.Again.class);
    }
  }

  @Test
  void aPeerThatTalksWithoutEndIsLeft() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              id(Decoded.arriving(socket.getInputStream()));
              OutputStream out = socket.getOutputStream();
              out.write(new byte[] {(byte) 0x81, (byte) 0xda, 0x3f, 0x00});
              while (true) {
                out.write(new byte[4096]);
              }
            });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isInstanceOf(Verdict.Again.class);
    }
  }

  @Test
  void theNextParcelConnectsAnew() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              String id = id(Decoded.arriving(socket.getInputStream()));
              if (number == 2) {
                acknowledge(socket, id);
                ScriptedPeer.awaitEnd(socket);
              }
            });
        var sending = sending(peer, AMPLE)) {
      Parcel parcel = sending.parcel("/logs/a", "one");

      Verdict first = sending.verdict(parcel);
      Verdict second = sending.verdict(parcel);

      assertThat(first).isInstanceOf(Verdict.Again.class);
      assertThat(second).isEqualTo(Verdict.Taken.ALL);
    }
  }

  @Test
  void nobodyAtThePortIsTold() throws Exception {
    var peer = ScriptedPeer.of((socket, number) -> {});
    peer.close();
    try (var sending = sending(peer, AMPLE)) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/a", "one"));

      assertThat(((Verdict.Again) verdict).why())
          .startsWith("cannot connect: ")
          .endsWith(" (127.0.0.1:" + peer.port() + ")");
    }
  }

  @Test
  void aPeerThatAsksForAKeyThatNobodySetIsAFaultOfTheConfiguration() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              MessageBufferPacker helo = MessagePack.newDefaultBufferPacker();
              helo.packArrayHeader(2).packString("HELO").packMapHeader(0);
              socket.getOutputStream().write(helo.toByteArray());
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isEqualTo(
              new Verdict.Denied(
                  "the peer asks for a shared key; set the file with it (127.0.0.1:"
                      + peer.port()
                      + ")"));
    }
  }

  @Test
  void parcelsUnderWayAtTheCloseAreToBeSentAgain() throws Exception {
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending(peer, AMPLE)) {
      CompletableFuture<Verdict> under = sending.send(sending.parcel("/logs/a", "one"));
      sending.output().close();
      CompletableFuture<Verdict> after = sending.send(sending.parcel("/logs/a", "two"));

      assertThat(Sending.await(under)).isEqualTo(again("the output is closed", peer));
      assertThat(Sending.await(after)).isInstanceOf(Verdict.Again.class);
    }
  }

  private static Parcel large(Sending sending) {
    String[] texts = new String[64];
    Arrays.fill(texts, "x".repeat(256 << 10));
    return sending.parcel("/logs/a", texts);
  }

  private static Sending sending(ScriptedPeer peer, Duration limit) {
    var to = new Peer("fluentd", "127.0.0.1", peer.port(), Optional.empty(), limit);
    return new Sending((loops, network, ticker) ->
        new ForwardOutput(
            new ForwardTarget(to, "logs", false, Optional.empty()), loops, network, ticker));
  }

  private static Verdict again(String why, ScriptedPeer peer) {
    return new Verdict.Again(Optional.empty(), why + " (127.0.0.1:" + peer.port() + ")");
  }

  private static void acknowledgeAll(Socket socket, List<ArrayValue> chunks) throws IOException {
    MessageUnpacker in = Decoded.arriving(socket.getInputStream());
    while (in.hasNext()) {
      ArrayValue chunk = in.unpackValue().asArrayValue();
      chunks.add(chunk);
      acknowledge(socket, option(chunk, "chunk"));
    }
  }

  private static String id(MessageUnpacker in) throws IOException {
    return option(in.unpackValue().asArrayValue(), "chunk");
  }

  private static String option(ArrayValue chunk, String name) {
    return chunk.get(2).asMapValue().map().entrySet().stream()
        .filter(entry -> entry.getKey().toString().equals(name))
        .map(entry -> entry.getValue().toString())
        .findFirst()
        .orElseThrow();
  }

  private static void acknowledge(Socket socket, String id) throws IOException {
    socket.getOutputStream().write(acknowledgement(id));
  }

  private static byte[] acknowledgement(String id) throws IOException {
    var out = new ByteArrayOutputStream();
    MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    packer.packMapHeader(1).packString("ack").packString(id);
    out.write(packer.toByteArray());
    return out.toByteArray();
  }
}
