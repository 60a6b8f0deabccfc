package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.chassis.tls.Certificates;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakWatch.class)
class TlsCallsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static Certificates ours;
  private static Certificates others;

  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("test", 1, network);

  @TempDir Path folder;

  @BeforeAll
  static void authorities() throws Exception {
    ours = new Certificates("ours");
    others = new Certificates("others");
  }

  @AfterEach
  void stop() {
    loops.close();
  }

  @Test
  void aPeerIsCalledByItsAddress() throws Exception {
    try (var peer = serving(ours.addressed("127.0.0.1"), ScriptedPeer.OK)) {
      Answer answer = send(trusting(ours), peer.at("/"));

      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void aPeerIsCalledByItsNameWhichItIsTold() throws Exception {
    try (var peer =
        ScriptedPeer.tls(
            ours.server(ours.named("localhost")),
            false,
            talk -> {
              talk.request();
              String name = talk.serverName();
              talk.say("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
            })) {
      Answer answer = send(trusting(ours), URI.create("https://localhost:" + peer.port() + "/"));

      assertThat(text(answer)).isEqualTo("localhost");
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
    try (var peer = serving(others.addressed("127.0.0.1"), ScriptedPeer.OK)) {
      ClientTls tls = trusting(ours);

      assertThatThrownBy(() -> send(tls, peer.at("/")))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(peer.at("/") + ": the certificate of the peer is refused: ")
          .hasMessageEndingWith(
              " (expected: valid now, made for 127.0.0.1, signed by "
                  + folder.resolve("ca.pem")
                  + ")");
      Await.until(
          "the connection is closed", () -> network.upstream("peer").snapshot().open() == 0);
      assertThat(network.upstream("peer").snapshot().errors()).isEqualTo(1);
    }
  }

  @Test
  void theAuthoritiesOfTheJdkDoNotKnowOurs() throws Exception {
    try (var peer = serving(ours.addressed("127.0.0.1"), ScriptedPeer.OK)) {
      assertThatThrownBy(() -> send(ClientTls.of(TlsFiles.NONE), peer.at("/")))
          .hasMessageEndingWith("made for 127.0.0.1, signed by the authorities of the JDK)");
    }
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    try (var peer = serving(ours.expired("127.0.0.1"), ScriptedPeer.OK)) {
      assertThatThrownBy(() -> send(trusting(ours), peer.at("/")))
          .hasMessageContaining("the certificate of the peer is refused: ")
          .hasMessageContaining("(expected: valid now,");
    }
  }

  @Test
  void aCertificateOfAnotherAddressIsRefused() throws Exception {
    try (var peer = serving(ours.addressed("127.0.0.2"), ScriptedPeer.OK)) {
      assertThatThrownBy(() -> send(trusting(ours), peer.at("/")))
          .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1 found");
    }
  }

  @Test
  void aCertificateOfAnotherNameIsRefused() throws Exception {
    try (var peer = serving(ours.named("somebody.example"), ScriptedPeer.OK)) {
      assertThatThrownBy(
              () -> send(trusting(ours), URI.create("https://localhost:" + peer.port() + "/")))
          .hasMessageContaining("made for localhost");
    }
  }

  @Test
  void whoeverAnswersIsBelievedOnlyWhenAskedFor() throws Exception {
    try (var peer = serving(others.expired("127.0.0.2"), ScriptedPeer.OK)) {
      Answer answer = send(ClientTls.withoutVerification(TlsFiles.NONE), peer.at("/"));

      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void aClientShowsItsCertificate() throws Exception {
    try (var peer =
        ScriptedPeer.tls(ours.server(ours.addressed("127.0.0.1")), true, TlsCallsTest::sayWho)) {
      Answer answer = send(ClientTls.of(identified("orders")), peer.at("/"));

      assertThat(text(answer)).isEqualTo("CN=orders");
    }
  }

  @Test
  void aClientWithoutACertificateIsTurnedAway() throws Exception {
    try (var peer =
        ScriptedPeer.tls(ours.server(ours.addressed("127.0.0.1")), true, TlsCallsTest::sayWho)) {
      assertThatThrownBy(() -> send(trusting(ours), peer.at("/")))
          .isInstanceOf(IOException.class)
          .hasMessageMatching(
              peer.at("/")
                  + ": (the peer ended TLS: .*certificate.*|the connection (broke|was closed before"
                  + " the answer was whole))");
    }
  }

  @Test
  void anAuthorityThatIsReplacedOnDiskIsTrustedFromTheNextConnectionOn() throws Exception {
    ClientTls tls = trusting(others);
    try (var peer = serving(ours.addressed("127.0.0.1"), ScriptedPeer.OK)) {
      assertThatThrownBy(() -> send(tls, peer.at("/"))).hasMessageContaining("refused");

      ours.authorityInto(folder.resolve("ca.pem"));

      assertThat(send(tls, peer.at("/")).status()).isEqualTo(200);
    }
  }

  @Test
  void aCertificateThatIsReplacedOnDiskIsShownFromTheNextConnectionOn() throws Exception {
    ClientTls tls = ClientTls.of(identified("orders-1"));
    try (var peer =
        ScriptedPeer.tls(ours.server(ours.addressed("127.0.0.1")), true, TlsCallsTest::sayWho)) {
      assertThat(text(send(tls, peer.at("/")))).isEqualTo("CN=orders-1");

      identified("orders-2");

      assertThat(text(send(tls, peer.at("/")))).isEqualTo("CN=orders-2");
    }
  }

  @Test
  void filesThatAreDamagedWhileRunningLeaveTheLastOnesInForce() throws Exception {
    ClientTls tls = trusting(ours);
    try (var peer = serving(ours.addressed("127.0.0.1"), ScriptedPeer.OK)) {
      send(tls, peer.at("/"));

      Files.writeString(folder.resolve("ca.pem"), "being written");

      assertThat(send(tls, peer.at("/")).status()).isEqualTo(200);
    }
  }

  @Test
  void aWrongFileFailsTheCallByItsName() throws Exception {
    Path missing = folder.resolve("missing.pem");
    try (var peer = serving(ours.addressed("127.0.0.1"), ScriptedPeer.OK)) {
      assertThatThrownBy(() -> send(ClientTls.of(TlsFiles.NONE.trusting(missing)), peer.at("/")))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(peer.at("/") + ": " + missing + ": \"NoSuchFileException\"");
      assertThat(peer.connections()).isZero();
    }
  }

  @Test
  void aPeerThatDoesNotSpeakTlsIsAFailure() throws Exception {
    try (var peer = ScriptedPeer.plain(talk -> talk.say("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
      assertThatThrownBy(
              () -> send(trusting(ours), URI.create("https://127.0.0.1:" + peer.port() + "/")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(": no TLS with the peer: ");
    }
  }

  @Test
  void anAnswerWithoutALengthNeedsAProvenEnd() throws Exception {
    String unlimited = "HTTP/1.1 200 OK\r\n\r\nall of it";
    try (var whole = serving(ours.addressed("127.0.0.1"), unlimited)) {
      assertThat(text(send(trusting(ours), whole.at("/")))).isEqualTo("all of it");
    }
    try (var cut =
        ScriptedPeer.tls(
            ours.server(ours.addressed("127.0.0.1")),
            false,
            talk -> {
              talk.request();
              talk.say(unlimited);
              talk.cut();
            })) {
      assertThatThrownBy(() -> send(trusting(ours), cut.at("/")))
          .hasMessageEndingWith(": the connection was closed before the answer was whole");
    }
  }

  @Test
  void aKeptConnectionSavesTheHandshake() throws Exception {
    try (var peer =
            ScriptedPeer.tls(
                ours.server(ours.addressed("127.0.0.1")),
                false,
                ScriptedPeer.always(ScriptedPeer.OK));
        var client =
            HttpClient.on(loops, network)
                .tls(trusting(ours))
                .keepConnections(PoolLimits.DEFAULT)
                .build()) {
      for (int i = 0; i < 5; i++) {
        send(client, peer.at("/"));
      }

      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  private static void sayWho(ScriptedPeer.Talk talk) throws IOException {
    talk.request();
    String who = talk.client();
    talk.say("HTTP/1.1 200 OK\r\nContent-Length: " + who.length() + "\r\n\r\n" + who);
  }

  private ScriptedPeer serving(X509Bundle own, String answer) throws Exception {
    return ScriptedPeer.tls(
        ours.server(own),
        false,
        talk -> {
          talk.request();
          talk.say(answer);
        });
  }

  private ClientTls trusting(Certificates authority) throws IOException {
    return ClientTls.of(TlsFiles.NONE.trusting(authority.authorityInto(folder.resolve("ca.pem"))));
  }

  private TlsFiles identified(String name) throws Exception {
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    Certificates.identityInto(certificate, key, ours.client(name));
    return TlsFiles.NONE
        .trusting(ours.authorityInto(folder.resolve("ca.pem")))
        .identifiedBy(certificate, key);
  }

  private Answer send(ClientTls tls, URI uri) throws Exception {
    return send(HttpClient.on(loops, network).tls(tls).build(), uri);
  }

  private static Answer send(HttpClient client, URI uri) throws Exception {
    try {
      return client.send(Call.get("peer", uri, PATIENCE)).get(40, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : e;
    }
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
