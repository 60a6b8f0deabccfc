package io.containerpatterns.logshipper.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.tls.Certificates;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Origin.Label;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.wire.Peer;
import io.containerpatterns.logshipper.wire.Sending;
import io.containerpatterns.logshipper.wire.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every receiver of syslog makes of our messages. Each writes a line of JSON for a message,
 * with the members pri, time, host, app, procid, sd and msg.
 */
@Timeout(120)
abstract class SyslogServerContract {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  /** The files of a receiver that uses TLS and asks for certificates if {@code mutual}. */
  record ServerTls(Path authority, Path certificate, Path key, boolean mutual) {}

  /** Starts the receiver, which writes into {@link ServerProcess#received}. */
  abstract ServerProcess start(Path folder, Optional<ServerTls> tls) throws Exception;

  /** How it shows the time of {@link Sending#SECONDS} and 123456789 nanoseconds. */
  abstract String time();

  @Test
  void aMessageArrivesAsItIs() throws Exception {
    try (var server = start(folder, Optional.empty());
        var sending = sending(server, Optional.empty())) {
      Verdict verdict = sending.verdict(everything(sending));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      JsonNode message = JACKSON.readTree(server.awaitLines(1).getFirst());
      assertThat(message.get("pri").asText()).isEqualTo("131");
      assertThat(message.get("time").asText()).isEqualTo(time());
      assertThat(message.get("host").asText()).isEqualTo("shop-0");
      assertThat(message.get("app").asText()).isEqualTo("shop");
      assertThat(message.get("procid").asText()).isEqualTo("42");
      assertThat(message.get("msg").asText())
          .isEqualTo("java.lang.Error: größe \"1\"\n\tat a.b(C.java:7)\n\tat d");
      assertThat(message.get("sd").asText())
          .contains("log@32473 ")
          .contains(" app=\"shop\"")
          .contains(" file=\"/logs/app.log\"")
          .contains(" offset=\"1234\"")
          .contains(" user=\"7\"")
          .contains(" note=\"a\\\\b\\\"c\\]d é\"");
    }
  }

  @Test
  void everyMessageOfManyParcelsArrivesOnceAndInOrder() throws Exception {
    try (var server = start(folder, Optional.empty());
        var sending = sending(server, Optional.empty())) {
      var verdicts = new ArrayList<CompletableFuture<Verdict>>();
      for (int parcel = 0; parcel < 20; parcel++) {
        verdicts.add(sending.send(numbered(sending, parcel, 500)));
      }

      assertThat(verdicts).extracting(Sending::await).containsOnly(Verdict.Taken.ALL);
      assertThat(messages(server.awaitLines(10_000)))
          .containsExactlyElementsOf(
              IntStream.range(0, 20)
                  .boxed()
                  .flatMap(i -> IntStream.range(0, 500).mapToObj(j -> "event " + i + "\n" + j))
                  .toList());
    }
  }

  @Test
  void aLongMessageArrivesWhole() throws Exception {
    String text = "0123456789\n".repeat(5_000) + "end";
    try (var server = start(folder, Optional.empty());
        var sending = sending(server, Optional.empty())) {
      Verdict verdict = sending.verdict(sending.parcel("/logs/a", text, "next"));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      assertThat(messages(server.awaitLines(2))).containsExactly(text, "next");
    }
  }

  @Test
  void aParcelThatFoundNobodyArrivesAfterTheServerIsBack() throws Exception {
    try (var server = start(folder, Optional.empty());
        var sending = sending(server, Optional.empty())) {
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void messagesArriveOverTls(boolean mutual) throws Exception {
    var authority = new Certificates("authority");
    TlsFiles files = TlsFiles.NONE.trusting(authority.authorityInto(folder.resolve("ca.pem")));
    if (mutual) {
      Certificates.identityInto(
          folder.resolve("shop.pem"), folder.resolve("shop.key"), authority.client("shop"));
      files = files.identifiedBy(folder.resolve("shop.pem"), folder.resolve("shop.key"));
    }
    try (var server = start(folder, Optional.of(serverTls(authority, mutual)));
        var sending = sending(server, Optional.of(ClientTls.of(files)))) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 2_000));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      assertThat(messages(server.awaitLines(2_000))).hasSize(2_000).doesNotHaveDuplicates();
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsAFaultOfTheConfiguration() throws Exception {
    Path trusted = new Certificates("trusted").authorityInto(folder.resolve("trusted.pem"));
    try (var server = start(folder, Optional.of(serverTls(new Certificates("other"), false)));
        var sending = sending(server, Optional.of(ClientTls.of(TlsFiles.NONE.trusting(trusted))))) {
      Verdict verdict = sending.verdict(numbered(sending, 1, 3));

      assertThat(((Verdict.Denied) verdict).why())
          .startsWith("the certificate of the peer is refused: ");
    }
  }

  private ServerTls serverTls(Certificates authority, boolean mutual) throws Exception {
    Path certificate = folder.resolve("server.pem");
    Path key = folder.resolve("server.key");
    Certificates.identityInto(certificate, key, authority.addressed("127.0.0.1"));
    Path ca = authority.authorityInto(folder.resolve("server-ca.pem"));
    return new ServerTls(ca, certificate, key, mutual);
  }

  private static Sending sending(ServerProcess server, Optional<ClientTls> tls) {
    var peer = new Peer("syslog", "127.0.0.1", server.port(), tls, LIMIT);
    var header = new SyslogHeader(16, "shop-0", "shop", "42", SyslogHeader.DATA_ID);
    return new Sending(
        (loops, network, ticker) -> new SyslogOutput(peer, header, loops, network, ticker));
  }

  private static Parcel everything(Sending sending) {
    byte[] text = utf8("java.lang.Error: größe \"1\"\n\tat a.b(C.java:7)\n\tat d");
    var event = new Event(new Origin("/logs/app.log", List.of(new Label("app", "shop"))));
    event.begin(text, 0, text.length, 1234, text.length, false);
    event.time(Sending.SECONDS, 123_456_789, true);
    event.severity(Severity.ERROR);
    field(event, "user", "7");
    field(event, "note", "a\\b\"c]d é");
    var batch = new Batch(64);
    batch.add(event, sending.output());
    return Parcel.of(batch);
  }

  private static void field(Event event, String name, String value) {
    event.fields().add(utf8(name), 0, utf8(name).length, utf8(value), 0, utf8(value).length, false);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Parcel numbered(Sending sending, int parcel, int events) {
    return sending.parcel(
        "/logs/" + parcel,
        IntStream.range(0, events)
            .mapToObj(event -> "event " + parcel + "\n" + event)
            .toArray(String[]::new));
  }

  private static List<String> messages(List<String> lines) throws JsonProcessingException {
    var messages = new ArrayList<String>();
    for (String line : lines) {
      messages.add(JACKSON.readTree(line).get("msg").asText());
    }
    return messages;
  }
}
