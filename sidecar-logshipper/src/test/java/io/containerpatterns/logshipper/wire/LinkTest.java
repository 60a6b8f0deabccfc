package io.containerpatterns.logshipper.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.syslog.SyslogHeader;
import io.containerpatterns.logshipper.syslog.SyslogOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections as such, shown with the output that says least. */
@Timeout(60)
class LinkTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path folder;

  @Test
  void everyAddressOfANameIsTried() throws Exception {
    // It listens on one of the addresses that localhost may have.
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending("localhost", peer.port(), Optional.empty(), AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one"))).isEqualTo(Verdict.Taken.ALL);
    }
  }

  @Test
  void parcelsThatComeWhileItConnectsShareTheConnection() throws Exception {
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending("127.0.0.1", peer.port(), Optional.empty(), AMPLE)) {
      var verdicts = new ArrayList<CompletableFuture<Verdict>>();
      for (int i = 0; i < 50; i++) {
        verdicts.add(sending.send(sending.parcel("/logs/" + i, "one")));
      }

      assertThat(verdicts).extracting(Sending::await).containsOnly(Verdict.Taken.ALL);
      assertThat(peer.awaitConnections(1)).isEqualTo(1);
    }
  }

  @Test
  void aPeerThatIsSilentInTheHandshakeOfTlsIsLeftAtTheLimit() throws Exception {
    ClientTls tls = ClientTls.withoutVerification(TlsFiles.NONE);
    tls.check();
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending("127.0.0.1", peer.port(), Optional.of(tls), AMPLE.dividedBy(10))) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isEqualTo(again("TLS handshake: none within 2.0 s", peer));
    }
  }

  @Test
  void aPeerThatSpeaksNoTlsIsTold() throws Exception {
    try (var peer =
            ScriptedPeer.of((socket, number) -> {
              socket.getOutputStream().write("220 hello\r\n".repeat(10).getBytes(US_ASCII));
              ScriptedPeer.awaitEnd(socket);
            });
        var sending =
            sending(
                "127.0.0.1",
                peer.port(),
                Optional.of(ClientTls.withoutVerification(TlsFiles.NONE)),
                AMPLE)) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/a", "one"));

      assertThat(((Verdict.Again) verdict).why()).startsWith("no TLS with the peer: ");
    }
  }

  @Test
  void aFileOfTlsThatCannotBeReadIsAFaultOfTheConfiguration() throws Exception {
    ClientTls tls = ClientTls.of(TlsFiles.NONE.trusting(folder.resolve("none.pem")));
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending("127.0.0.1", peer.port(), Optional.of(tls), AMPLE)) {
      assertThat(sending.verdict(sending.parcel("/logs/a", "one")))
          .isInstanceOf(Verdict.Denied.class);
      assertThat(peer.connections()).isZero();
    }
  }

  @Test
  void whatWentOverTheLinkIsCounted() throws Exception {
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.awaitEnd(socket));
        var sending = sending("127.0.0.1", peer.port(), Optional.empty(), AMPLE)) {
      var parcel = sending.parcel("/logs/a", "one", "two");
      sending.verdict(parcel);

      // A verdict may come before the channel is told to be active.
      Await.until("the connection", () -> sending.network().upstreams().getFirst().open() == 1);
      var counted = sending.network().upstreams().getFirst();

      assertThat(
              List.of(
                  counted.open(),
                  counted.accepted(),
                  counted.messagesIn(),
                  counted.messagesOut(),
                  counted.bytesIn(),
                  counted.bytesOut(),
                  counted.errors(),
                  counted.latency().count()))
          .containsExactly(1L, 1L, 0L, 1L, 0L, (long) parcel.bytes(), 0L, 1L);
    }
  }

  @Test
  void aFaultIsCountedOnce() throws Exception {
    try (var peer = ScriptedPeer.of((socket, number) -> ScriptedPeer.reset(socket));
        var sending = sending("127.0.0.1", closed(peer), Optional.empty(), SHORT)) {
      sending.verdict(sending.parcel("/logs/a", "one"));

      assertThat(sending.network().upstreams().getFirst().errors()).isEqualTo(1);
    }
  }

  private static int closed(ScriptedPeer peer) throws IOException {
    peer.close();
    return peer.port();
  }

  private static Sending sending(String host, int port, Optional<ClientTls> tls, Duration limit) {
    var peer = new Peer("syslog", host, port, tls, limit);
    var header = SyslogHeader.of(SyslogHeader.USER, "h", "a");
    return new Sending(
        (loops, network, ticker) -> new SyslogOutput(peer, header, loops, network, ticker));
  }

  private static Verdict again(String why, ScriptedPeer peer) {
    return new Verdict.Again(Optional.empty(), why + " (127.0.0.1:" + peer.port() + ")");
  }
}
