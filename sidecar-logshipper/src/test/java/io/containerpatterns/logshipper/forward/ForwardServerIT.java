package io.containerpatterns.logshipper.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.tls.Certificates;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import io.containerpatterns.docker.TestServer;
import io.containerpatterns.logshipper.forward.ForwardTarget.Hello;
import io.containerpatterns.logshipper.forward.ForwardTarget.Login;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Peer;
import io.containerpatterns.logshipper.wire.Sending;
import io.containerpatterns.logshipper.wire.ServerProcess;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the server of the npm package {@code @fluent-org/logger}. */
@Timeout(120)
class ForwardServerIT {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void anEventArrivesAsItIs() throws Exception {
    try (var server = server("{\"port\":%d}");
        var sending = sending(server, Optional.empty(), false, Optional.empty())) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/é", "größe \"1\"\n\tnext"));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      assertThat(server.awaitLines(1))
          .containsExactly(
              "{\"tag\":\"logs\",\"time\":[1795613352,123456789],\"record\":{\"message\":\"größe"
                  + " \\\"1\\\"\\n\\tnext\",\"file\":\"/logs/é\",\"app\":\"shop\",\"offset\":0}}");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyEventOfManyParcelsUnderWayArrivesOnce(boolean gzip) throws Exception {
    try (var server = server("{\"port\":%d}");
        var sending = sending(server, Optional.empty(), gzip, Optional.empty())) {
      var verdicts = new ArrayList<CompletableFuture<Verdict>>();
      for (int parcel = 0; parcel < 20; parcel++) {
        verdicts.add(sending.send(numbered(sending, parcel, 500)));
      }

      assertThat(verdicts).extracting(Sending::await).containsOnly(Verdict.Taken.ALL);
      assertThat(messages(server.awaitLines(10_000)))
          .containsExactlyElementsOf(
              IntStream.range(0, 20)
                  .boxed()
                  .flatMap(i -> IntStream.range(0, 500).mapToObj(j -> "event " + i + " " + j))
                  .toList());
    }
  }

  @Test
  void whatWasNotAcknowledgedArrivesAfterTheServerIsBack() throws Exception {
    try (var server = server("{\"port\":%d}");
        var sending = sending(server, Optional.empty(), false, Optional.empty())) {
      Parcel first = numbered(sending, 1, 10);
      Parcel second = numbered(sending, 2, 10);

      Verdict before = sending.verdict(first);
      server.awaitLines(10);
      server.stop();
      Verdict during = sending.verdict(second);
      server.startAgain();
      Verdict after = sending.verdict(second);

      assertThat(before).isEqualTo(Verdict.Taken.ALL);
      assertThat(during).isInstanceOf(Verdict.Again.class);
      assertThat(after).isEqualTo(Verdict.Taken.ALL);
      assertThat(messages(server.awaitLines(20))).hasSize(20).doesNotHaveDuplicates();
    }
  }

  @Test
  void theSharedKeyLetsUsIn() throws Exception {
    try (var server = server(secured(false));
        var sending =
            sending(server, Optional.empty(), false, hello("the key", Optional.empty()))) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 3));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      server.awaitLines(3);
    }
  }

  @Test
  void aUserAndItsPasswordLetUsIn() throws Exception {
    try (var server = server(secured(true));
        var sending =
            sending(
                server, Optional.empty(), false, hello("the key", login("shop", "the password")))) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 3));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      server.awaitLines(3);
    }
  }

  @Test
  void anotherKeyIsAFaultOfTheConfiguration() throws Exception {
    try (var server = server(secured(false));
        var sending =
            sending(server, Optional.empty(), false, hello("another", Optional.empty()))) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 3));

      assertThat(((Verdict.Denied) verdict).why()).startsWith("the peer refuses us: ");
    }
  }

  @Test
  void anotherPasswordIsAFaultOfTheConfiguration() throws Exception {
    try (var server = server(secured(true));
        var sending =
            sending(server, Optional.empty(), false, hello("the key", login("shop", "a guess")))) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 3));

      assertThat(((Verdict.Denied) verdict).why()).startsWith("the peer refuses us: ");
    }
  }

  @Test
  void aMissingUserIsAFaultOfTheConfiguration() throws Exception {
    try (var server = server(secured(true));
        var sending =
            sending(server, Optional.empty(), false, hello("the key", Optional.empty()))) {
      assertThat(sending.verdict(numbered(sending, 1, 3)))
          .isEqualTo(
              new Verdict.Denied(
                  "the peer asks for a user; set it and the file with its password (127.0.0.1:"
                      + server.port()
                      + ")"));
    }
  }

  @Test
  void aMissingFileWithTheKeyIsAFaultOfTheConfiguration() throws Exception {
    try (var server = server(secured(false));
        var sending =
            sending(
                server,
                Optional.empty(),
                false,
                Optional.of(new Hello("shop-0", folder.resolve("none"), Optional.empty())))) {
      assertThat(sending.verdict(numbered(sending, 1, 3))).isInstanceOf(Verdict.Denied.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eventsArriveOverTls(boolean mutual) throws Exception {
    var authority = new Certificates("authority");
    TlsFiles files = TlsFiles.NONE.trusting(authority.authorityInto(folder.resolve("ca.pem")));
    if (mutual) {
      Certificates.identityInto(
          folder.resolve("shop.pem"), folder.resolve("shop.key"), authority.client("shop"));
      files = files.identifiedBy(folder.resolve("shop.pem"), folder.resolve("shop.key"));
    }
    try (var server = server(tls(authority, mutual));
        var sending = sending(server, Optional.of(ClientTls.of(files)), false, Optional.empty())) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 5_000));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      assertThat(messages(server.awaitLines(5_000))).hasSize(5_000).doesNotHaveDuplicates();
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsAFaultOfTheConfiguration() throws Exception {
    var trusted = new Certificates("trusted").authorityInto(folder.resolve("trusted.pem"));
    try (var server = server(tls(new Certificates("other"), false));
        var sending =
            sending(
                server,
                Optional.of(ClientTls.of(TlsFiles.NONE.trusting(trusted))),
                false,
                Optional.empty())) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 3));

      assertThat(((Verdict.Denied) verdict).why())
          .startsWith("the certificate of the peer is refused: ");
    }
  }

  @Test
  void aServerThatWantsACertificateOfOursGetsNothingWithout() throws Exception {
    var authority = new Certificates("authority");
    TlsFiles files = TlsFiles.NONE.trusting(authority.authorityInto(folder.resolve("ca.pem")));
    try (var server = server(tls(authority, true));
        var sending = sending(server, Optional.of(ClientTls.of(files)), false, Optional.empty())) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 3));

      assertThat(verdict).isInstanceOf(Verdict.Again.class);
      assertThat(server.lines()).isEmpty();
    }
  }

  private ServerProcess server(String options) throws Exception {
    Path modules =
        TestServer.unpacked(
            "fluent", "npm:@fluent-org/logger@1.0.10", "npm:@msgpack/msgpack@2.8.0");
    Path script = folder.resolve("server.js");
    try (InputStream in =
        Objects.requireNonNull(ForwardServerIT.class.getResourceAsStream("server.js"))) {
      Files.copy(in, script);
    }
    int port = ServerProcess.freePort();
    return new ServerProcess(
        folder,
        port,
        Map.of("NODE_PATH", modules.resolve("node_modules").toAbsolutePath().toString()),
        List.of(
            "node",
            script.toString(),
            options.formatted(port),
            ServerProcess.received(folder).toString()));
  }

  private static Sending sending(
      ServerProcess server, Optional<ClientTls> tls, boolean gzip, Optional<Hello> hello) {
    var peer = new Peer("fluentd", "127.0.0.1", server.port(), tls, LIMIT);
    return new Sending((loops, network, ticker) ->
        new ForwardOutput(new ForwardTarget(peer, "logs", gzip, hello), loops, network, ticker));
  }

  private static String secured(boolean users) {
    return "{\"port\":%d,\"security\":{\"serverHostname\":\"server\",\"sharedKey\":\"the key\","
        + "\"authorize\":"
        + users
        + ",\"userDict\":{\"shop\":\"the password\"}}}";
  }

  private String tls(Certificates authority, boolean mutual) throws Exception {
    Path certificate = folder.resolve("server.pem");
    Path key = folder.resolve("server.key");
    Certificates.identityInto(certificate, key, authority.addressed("127.0.0.1"));
    Path ca = authority.authorityInto(folder.resolve("server-ca.pem"));
    return "{\"port\":%d,\"tls\":{\"key\":\""
        + key
        + "\",\"cert\":\""
        + certificate
        + "\",\"ca\":\""
        + ca
        + "\",\"requestCert\":"
        + mutual
        + "}}";
  }

  private Optional<Hello> hello(String key, Optional<Login> login) throws Exception {
    Path file = Files.writeString(folder.resolve("shared-key"), key + "\n");
    return Optional.of(new Hello("shop-0", file, login));
  }

  private Optional<Login> login(String user, String password) throws Exception {
    return Optional.of(
        new Login(user, Files.writeString(folder.resolve("password"), password + "\n")));
  }

  private static Parcel numbered(Sending sending, int parcel, int events) {
    return sending.parcel(
        "/logs/" + parcel,
        IntStream.range(0, events)
            .mapToObj(event -> "event " + parcel + " " + event)
            .toArray(String[]::new));
  }

  private static List<String> messages(List<String> lines) throws Exception {
    var messages = new ArrayList<String>();
    for (String line : lines) {
      JsonNode event = JACKSON.readTree(line);
      messages.add(event.get("record").get("message").asText());
    }
    return messages;
  }
}
