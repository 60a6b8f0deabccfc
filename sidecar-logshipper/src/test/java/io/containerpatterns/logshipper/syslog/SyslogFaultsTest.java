package io.containerpatterns.logshipper.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Peer;
import io.containerpatterns.logshipper.wire.ScriptedPeer;
import io.containerpatterns.logshipper.wire.Sending;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SyslogFaultsTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @Test
  void aParcelIsTakenWhenThePeersKernelHasIt() throws Exception {
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending(peer, AMPLE)) {
      Verdict first = sending.verdict(sending.parcel("/logs/a", "one"));
      Verdict second = sending.verdict(large(sending));

      assertThat(first).isEqualTo(Verdict.Taken.ALL);
      assertThat(second).isEqualTo(Verdict.Taken.ALL);
      assertThat(peer.awaitConnections(1)).isEqualTo(1);
    }
  }

  @Test
  void whatOurKernelStillHoldsIsNotTaken() throws Exception {
    var told = new CountDownLatch(1);
    // Less than our kernel's send buffer lies between the two: all of it is written at once.
    try (var peer = ScriptedPeer.withReceiveBuffer(4 << 10, (socket, number) -> await(told));
        var sending = sending(peer, SHORT)) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/a", "x".repeat(48 << 10)));
      told.countDown();

      assertThat(verdict).isEqualTo(again("acknowledgement: none within 0.3 s", peer));
      assertThat(sending.network().upstreams().getFirst().messagesOut()).isEqualTo(1);
    }
  }

  @Test
  void whatAPeerReadsLateIsTakenLate() throws Exception {
    var sent = new CountDownLatch(1);
    try (var peer =
            ScriptedPeer.withReceiveBuffer(
                4 << 10,
                (socket, number) -> {
                  await(sent);
                  ScriptedPeer.awaitEnd(socket);
                });
        var sending = sending(peer, AMPLE)) {
      var verdict = sending.send(large(sending));
      boolean before = verdict.isDone();
      sent.countDown();

      assertThat(before).isFalse();
      assertThat(Sending.await(verdict)).isEqualTo(Verdict.Taken.ALL);
    }
  }

  @Test
  void aResetInTheMiddleOfAParcelIsTold() throws Exception {
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
  void aPeerThatClosesWithBytesUnreadHasNotTakenThoseThatItsKernelLacks() throws Exception {
    try (var peer =
            ScriptedPeer.withReceiveBuffer(
                4 << 10,
                (socket, number) -> {
                  int unused = socket.getInputStream().read();
                });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(large(sending))).isInstanceOf(Verdict.Again.class);
    }
  }

  @Test
  void aPeerThatWillCloseIsLeftBeforeTheNextParcel() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              int unused = socket.getInputStream().read();
              if (number > 1) {
                ScriptedPeer.awaitEnd(socket);
              }
              socket.shutdownOutput();
              ScriptedPeer.awaitEnd(socket);
            });
        var sending = sending(peer, AMPLE)) {
      sending.verdict(sending.parcel("/logs/a", "one"));
      awaitClosed(sending);

      Verdict verdict = sending.verdict(sending.parcel("/logs/a", "two"));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      assertThat(peer.awaitConnections(2)).isEqualTo(2);
    }
  }

  @Test
  void severalParcelsAreTakenInTheirOrder() throws Exception {
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending(peer, AMPLE)) {
      var first = sending.send(large(sending));
      var second = sending.send(large(sending));
      var third = sending.send(sending.parcel("/logs/a", "one"));

      assertThat(Sending.await(third)).isEqualTo(Verdict.Taken.ALL);
      assertThat(first).isCompletedWithValue(Verdict.Taken.ALL);
      assertThat(second).isCompletedWithValue(Verdict.Taken.ALL);
    }
  }

  @Test
  void aPeerThatTalksBackWithoutEndIsLeft() throws Exception {
    try (var peer =
            ScriptedPeer.withReceiveBuffer(
                4 << 10,
                (socket, number) -> {
                  while (true) {
                    socket.getOutputStream().write(new byte[8192]);
                  }
                });
        var sending = sending(peer, AMPLE)) {
      assertThat(sending.verdict(large(sending)))
          .isEqualTo(
              again("the peer talks back (expected: nothing, as a receiver of syslog does)", peer));
    }
  }

  @Test
  void nobodyAtThePortIsTold() throws Exception {
    var peer = ScriptedPeer.of((socket, number) -> {});
    peer.close();
    try (var sending = sending(peer, AMPLE)) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/a", "one"));

      assertThat(((Verdict.Again) verdict).why()).startsWith("cannot connect: ");
    }
  }

  @Test
  void aNameThatNobodyKnowsIsTold() {
    var peer = new Peer("syslog", "nobody.invalid", 514, Optional.empty(), AMPLE);
    try (var sending = sending(peer)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isEqualTo(
              new Verdict.Again(
                  Optional.empty(), "address: the host name is unknown (nobody.invalid:514)"));
    }
  }

  private static Parcel large(Sending sending) {
    String[] texts = new String[64];
    Arrays.fill(texts, "x".repeat(256 << 10));
    return sending.parcel("/logs/a", texts);
  }

  private static void awaitClosed(Sending sending) {
    Await.until(
        "the connection to be closed",
        () -> {
          var counted = sending.network().upstreams().getFirst();
          return counted.accepted() == 1 && counted.open() == 0;
        });
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Sending sending(ScriptedPeer peer, Duration limit) {
    return sending(new Peer("syslog", "127.0.0.1", peer.port(), Optional.empty(), limit));
  }

  private static Sending sending(Peer peer) {
    return new Sending((loops, network, ticker) ->
        new SyslogOutput(
            peer, SyslogHeader.of(SyslogHeader.USER, "h", "a"), loops, network, ticker));
  }

  private static Verdict again(String why, ScriptedPeer peer) {
    return new Verdict.Again(Optional.empty(), why + " (127.0.0.1:" + peer.port() + ")");
  }
}
