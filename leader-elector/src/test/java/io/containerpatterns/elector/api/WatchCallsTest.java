package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client on a socket hears; what a slow one costs is tried in {@link WatchStreamTest}. */
final class WatchCallsTest {
  private static final String ORDERS = "/v1/elections/orders/watch";
  private static final String SSE = "Accept: text/event-stream";

  private ServedElector elector = ServedElector.open();

  @AfterEach
  void close() {
    elector.close();
  }

  @Test
  void aWatchBeginsWithTheWholeState() throws IOException {
    try (RawClient client = watch(ORDERS)) {
      Answer head = client.answerHead();

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers())
          .containsEntry("content-type", "application/x-ndjson")
          .containsEntry("cache-control", "no-store");
      assertThat(client.chunk())
          .isEqualTo(
              """
              {"event":"snapshot","election":"orders","self":"me","state":"IDLE","leader":false,"leaseMs":10000,\
              "leaderId":null,"leaderMeta":null,"leaderSeenMsAgo":null,"mode":"manual","healthy":true,"priority":0,\
              "version":2,"transitions":0,"store":"file","guarantee":"exclusive","storeOk":true,"lostReason":null}
              """);
    }
  }

  @Test
  void theLifeOfATermIsToldInOrder() throws IOException {
    try (RawClient client = watch("/watch")) {
      client.answerHead();
      elector.lead();
      elector.advance(Duration.ofSeconds(7));
      elector.orders().resign(OptionalLong.empty(), Duration.ZERO, null);

      assertThat(event(client.chunk())).isEqualTo("snapshot 2 IDLE");
      assertThat(event(client.chunk())).isEqualTo("changed 3 FOLLOWING");
      assertThat(event(client.chunk())).isEqualTo("acquired 4 LEADING");
      assertThat(event(client.chunk())).startsWith("ping 4");
      assertThat(event(client.chunk())).isEqualTo("warning 5 LEADING");
      // The state is that of the writing, which may be that of the next line already.
      assertThat(event(client.chunk())).startsWith("stepping_down 6");
      assertThat(event(client.chunk())).isEqualTo("lost 7 IDLE");
    }
  }

  @Test
  void otherLeadersAndASilentStoreAreTold() throws IOException {
    try (RawClient client = watch("/watch")) {
      client.answerHead();
      elector.othersLead("orders", "rival");
      assertThat(event(client.chunk())).isEqualTo("snapshot 2 IDLE");
      assertThat(client.chunk())
          .startsWith("{\"event\":\"leader\",")
          .contains("\"leaderId\":\"rival\",\"leaderMeta\":{\"url\":\"http://10.0.0.8:8080\"}");

      elector.wire.cut();
      elector.advance(Duration.ofSeconds(5));
      assertThat(event(client.chunk())).startsWith("ping ");
      elector.advance(Duration.ofSeconds(7));

      String next = client.chunk();
      while (!next.startsWith("{\"event\":\"store\"")) {
        next = client.chunk();
      }
      assertThat(next).contains("\"storeOk\":false");
    }
  }

  @Test
  void aPingTellsEveryFiveSecondsWhatIsLeftOfTheClaim() throws IOException {
    elector.lead();
    try (RawClient client = watch("/watch")) {
      client.answerHead();
      client.chunk();

      elector.advance(Duration.ofMillis(4999));
      elector.orders().renew(OptionalLong.empty(), Duration.ofSeconds(1));
      elector.advance(Duration.ofMillis(1));
      String first = client.chunk();
      elector.advance(Duration.ofSeconds(5));
      String second = client.chunk();

      assertThat(first)
          .isEqualTo(
              """
              {"event":"ping","election":"orders","version":4,"leader":true,"token":1,"validForMs":8999}
              """);
      assertThat(second).contains("\"validForMs\":3999");
    }
  }

  @Test
  void aPingOfAFollowerHasNoClaim() throws IOException {
    try (RawClient client = watch("/watch")) {
      client.answerHead();
      client.chunk();

      elector.advance(Duration.ofSeconds(5));

      assertThat(client.chunk())
          .isEqualTo(
              "{\"event\":\"ping\",\"election\":\"orders\",\"version\":2,\"leader\":false}\n");
    }
  }

  @Test
  void serverSentEventsCarryTheVersionAsId() throws IOException {
    try (RawClient client = watch("/watch", SSE)) {
      Answer head = client.answerHead();
      elector.lead();

      assertThat(head.header("content-type")).isEqualTo("text/event-stream");
      assertThat(client.chunk())
          .startsWith(
              "id: 2\nevent: snapshot\ndata: {\"event\":\"snapshot\",\"election\":\"orders\",")
          .endsWith(",\"lostReason\":null}\n\n");
      assertThat(client.chunk()).startsWith("id: 3\nevent: changed\ndata: {");
      assertThat(client.chunk())
          .startsWith("id: 4\nevent: acquired\ndata: {\"event\":\"acquired\",")
          .contains("\"leader\":true,\"token\":1,\"validForMs\":9000,")
          .contains("\"version\":4,");
    }
  }

  @Test
  void aPingHasNoIdBecauseAnEventMayBeOnItsWay() throws IOException {
    try (RawClient client = watch("/watch", SSE)) {
      client.answerHead();
      client.chunk();

      elector.advance(Duration.ofSeconds(5));

      assertThat(client.chunk())
          .isEqualTo(
              """
              event: ping
              data: {"event":"ping","election":"orders","version":2,"leader":false}

              """);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/watch?from=2", "/watch"})
  void whoeverKnowsThePresentVersionIsToldOnlyThatItIs(String path) throws IOException {
    String[] headers = path.equals("/watch") ? new String[] {"Last-Event-ID: 2"} : new String[0];
    try (RawClient client = watch(path, headers)) {
      client.answerHead();
      elector.othersLead("orders", "rival");

      assertThat(event(client.chunk())).startsWith("ping 2");
      assertThat(event(client.chunk())).startsWith("leader 3");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Last-Event-ID: 1", "Last-Event-ID: 99", "Last-Event-ID: of-another-server"})
  void whoeverKnowsAnotherVersionIsToldTheWholeState(String header) throws IOException {
    try (RawClient client = watch("/watch", header)) {
      client.answerHead();

      assertThat(event(client.chunk())).isEqualTo("snapshot 2 IDLE");
    }
  }

  @Test
  void whatTheSnapshotShowsIsNotToldAgain() throws IOException {
    // The API is busy while the term begins and a client comes: the news wait behind the client.
    elector.apiLoop.hold();
    RawClient opened = elector.connect().send("GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Await.until("a stream", () -> elector.api.watching() == 1 && elector.apiLoop.held() == 1);
    elector.lead();
    elector.apiLoop.proceed();
    elector.settle();
    elector.othersLead("orders", "rival");
    try (RawClient client = opened) {
      client.answerHead();

      assertThat(event(client.chunk())).isEqualTo("snapshot 4 LEADING");
      assertThat(event(client.chunk())).startsWith("lost 5");
    }
  }

  @Test
  void aWatchOfAllBeginsWithEverySnapshotAndGoesOnWithEveryElection() throws IOException {
    reopen("orders", "billing");
    try (RawClient client = watch("/v1/watch", SSE)) {
      client.answerHead();
      elector.othersLead("billing", "rival");
      elector.lead();

      assertThat(client.chunk())
          .startsWith("event: snapshot\ndata: {\"event\":\"snapshot\",\"election\":\"orders\"");
      assertThat(client.chunk())
          .startsWith("event: snapshot\ndata: {\"event\":\"snapshot\",\"election\":\"billing\"");
      assertThat(client.chunk())
          .startsWith("event: leader\ndata: {\"event\":\"leader\",\"election\":\"billing\"");
      assertThat(client.chunk())
          .startsWith("event: changed\ndata: {\"event\":\"changed\",\"election\":\"orders\"");
      assertThat(client.chunk())
          .startsWith("event: acquired\ndata: {\"event\":\"acquired\",\"election\":\"orders\"");
    }
  }

  @Test
  void aWatchOfAllPingsForWhatWeLeadAndOtherwiseBarely() throws IOException {
    reopen("orders", "billing");
    try (RawClient client = watch("/v1/watch")) {
      client.answerHead();
      client.chunk();
      client.chunk();

      elector.advance(Duration.ofSeconds(5));
      assertThat(client.chunk()).isEqualTo("{\"event\":\"ping\"}\n");
      elector.lead();
      client.chunk();
      client.chunk();
      elector.advance(Duration.ofSeconds(5));

      assertThat(client.chunk())
          .startsWith("{\"event\":\"ping\",\"election\":\"orders\",")
          .contains("\"token\":1,");
    }
  }

  @Test
  void theSnapshotsOfAThousandElectionsArePacedAndComplete() throws IOException {
    var names = new String[1000];
    for (int i = 0; i < names.length; i++) {
      names[i] = "shard-" + i;
    }
    reopen(names);
    try (RawClient client = watch("/v1/watch")) {
      client.answerHead();
      for (String name : names) {
        while (!client.isReadable()) {
          elector.advance(Duration.ofMillis(20));
        }
        assertThat(client.chunk())
            .startsWith("{\"event\":\"snapshot\",\"election\":\"" + name + "\"");
      }
    }
  }

  @Test
  void headShowsTheHeadersAndOpensNothing() throws IOException {
    Answer answer = elector.ask("HEAD", "/watch", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/x-ndjson");
    elector.awaitWatching(0);
  }

  @Test
  void theEndOfTheApiEndsTheStreamProperly() throws IOException {
    try (RawClient client = watch("/watch")) {
      client.answerHead();
      client.chunk();

      elector.api.close();

      assertThat(client.chunk()).isEmpty();
      elector.awaitWatching(0);
    }
  }

  @Test
  void aClientThatGoesAwayLeavesNothingBehind() throws IOException {
    int alarms = elector.time.alarms();
    watch("/watch").close();

    elector.awaitWatching(0);

    assertThat(elector.time.alarms()).isEqualTo(alarms);
  }

  @Test
  void aReaderWhoDoesNotReadIsCutOff() throws IOException {
    try (RawClient client = elector.connectSlowly()) {
      client.send("GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
      elector.awaitWatching(1);
      String meta = "{\"meta\":{\"url\":\"" + "x".repeat(1000) + "\"}}";
      elector.post("/resign", "");
      elector.lead();
      elector.post("/become", meta);

      int terms = 0;
      while (elector.api.watching() == 1 && terms < 20_000) {
        elector.orders().resign(OptionalLong.empty(), Duration.ZERO, null);
        elector.lead();
        terms++;
      }

      elector.awaitWatching(0);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  // ----

  private void reopen(String... names) {
    elector.close();
    elector = ServedElector.open(wishes -> wishes.names(names));
  }

  /** A client whose stream has begun. */
  private RawClient watch(String path, String... headers) throws IOException {
    var lines = new StringBuilder();
    for (String header : headers) {
      lines.append(header).append("\r\n");
    }
    RawClient client =
        elector.connect().send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n");
    elector.awaitWatching(1);
    return client;
  }

  /** What happened, the version, and how the election stands. */
  private static String event(String line) {
    return member(line, "event") + " " + member(line, "version") + " " + member(line, "state");
  }

  private static String member(String line, String name) {
    int at = line.indexOf("\"" + name + "\":");
    if (at < 0) {
      return "";
    }
    int from = at + name.length() + 3;
    int end = line.indexOf(',', from);
    return line.substring(from, end < 0 ? line.length() : end)
        .replace("\"", "")
        .replace("}", "")
        .strip();
  }
}
