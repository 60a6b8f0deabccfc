package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.http.LeakWatch;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.elector.election.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The borders of the API: who is let in, how many, and that nothing is left of them. */
@ExtendWith(LeakWatch.class)
final class ElectorApiTest {
  private static final int CONNECTS = 10_000;

  private final ServedElector elector = ServedElector.open();

  @AfterEach
  void close() {
    elector.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/livez",
        "/readyz",
        "/ready",
        "/live",
        "/metrics",
        "/lifecycle",
        "/config",
        "/v1"
      })
  void probesMetricsAndLifecycleStandOnTheManagementPortAlone(String path) throws IOException {
    Answer answer = elector.get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("nothing is at " + path + "; known paths: /, /become, ");
  }

  @Test
  void aForeignHostIsRefused() throws IOException {
    try (RawClient client = elector.connect()) {
      client.send("GET /status HTTP/1.1\r\nHost: evil.example:4040\r\n\r\n");
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(421);
      assertThat(answer.body())
          .isEqualTo(
              """
              {"type":"about:blank","title":"Misdirected Request","status":421,\
              "detail":"the Host header names \\"evil.example:4040\\", which is not us; use localhost or an IP \
              address, or add the name to the accepted hosts","error":"bad_host"}\
              """);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:4040", "127.0.0.1:4040", "[::1]:4040", "10.1.2.3"})
  void ourOwnNamesAreAccepted(String host) throws IOException {
    try (RawClient client = elector.connect()) {
      client.send("GET /status HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void whatAWebPageSendsIsRefused() throws IOException {
    Answer answer = elector.post("/become", "", "Origin: http://localhost:8080");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("\"error\":\"origin_refused\"");
  }

  @Test
  void anOversizedBodyIsRefused() throws IOException {
    String body = "{\"meta\":{\"url\":\"" + "x".repeat(4080) + "\"}}";

    Answer answer = elector.post("/v1/elections/orders/become", body);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Request Entity Too Large","status":413,\
            "detail":"the body is longer than the 4096 bytes that POST /v1/elections/{election}/become takes; send \
            less","error":"body_too_large"}\
            """);
  }

  @Test
  void anotherMethodIsToldTheRightOne() throws IOException {
    Answer answer = elector.get("/becomeLeader");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("POST");
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Method Not Allowed","status":405,\
            "detail":"/becomeLeader does not take GET; use POST","error":"method_not_allowed"}\
            """);
  }

  @Test
  void whoeverWaitsIsCountedAndTheOneTooManyRefused() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < ElectorApi.WAITERS_MAX; i++) {
        clients.add(elector.asking("GET", "/status?after=2&wait=60s", ""));
      }
      elector.awaitWaiting(ElectorApi.WAITERS_MAX);

      Answer tooMany = elector.get("/status?after=2");
      Answer become = elector.post("/become", "");
      // Whoever leads is not kept from it by a crowd that waits.
      elector.lead();
      Answer renewal = elector.post("/renew", "", "Elector-Token: 1");
      Answer resignation = elector.post("/resign", "");

      assertThat(tooMany.status()).isEqualTo(429);
      assertThat(tooMany.body())
          .isEqualTo(
              """
              {"type":"about:blank","title":"Too Many Requests","status":429,\
              "detail":"1024 calls are waiting already; end some of them, or ask without waiting",\
              "error":"too_many_waiters","retryAfterMs":1000}\
              """);
      assertThat(become.status()).isEqualTo(429);
      assertThat(renewal.status()).isEqualTo(200);
      assertThat(resignation.status()).isEqualTo(200);
      for (RawClient client : clients) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      elector.awaitWaiting(0);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void streamsAreCountedAndTheOneTooManyRefused() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < ElectorApi.STREAMS_MAX; i++) {
        clients.add(elector.asking("GET", i % 2 == 0 ? "/watch" : "/sse", ""));
      }
      elector.awaitWatching(ElectorApi.STREAMS_MAX);

      Answer tooMany = elector.get("/watch");

      assertThat(tooMany.status()).isEqualTo(429);
      assertThat(tooMany.body())
          .isEqualTo(
              """
              {"type":"about:blank","title":"Too Many Requests","status":429,\
              "detail":"128 streams are open already; close some of them, or poll with ?after=",\
              "error":"too_many_waiters","retryAfterMs":1000}\
              """);
      assertThat(elector.get("/status").status()).isEqualTo(200);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    elector.awaitWatching(0);
  }

  @Test
  void manyThousandConnectsLeaveNothingBehind() throws IOException {
    elector.get("/watch?from=x");
    int alarms = elector.time.alarms();
    int listening = elector.listening();
    int threads = Thread.activeCount();

    for (int i = 0; i < CONNECTS; i++) {
      String request =
          switch (i % 4) {
            case 0 -> "GET /watch";
            case 1 -> "GET /v1/watch";
            case 2 -> "GET /status?after=2";
            default -> "POST /become?wait=1h";
          };
      try (RawClient client = elector.connect()) {
        client.send(request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        if (i % 4 < 2) {
          client.answerHead();
        }
      }
      if (i % 100 == 99) {
        elector.awaitWatching(0);
        elector.awaitWaiting(0);
        elector.advance(Duration.ofSeconds(1));
      }
    }

    elector.awaitWatching(0);
    elector.awaitWaiting(0);
    // A term that was told to a client who then went away without a word has run out by now.
    elector.advance(Duration.ofSeconds(30));
    assertThat(elector.listening()).isEqualTo(listening);
    assertThat(elector.time.alarms()).isEqualTo(alarms);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
    assertThat(elector.orders().glance().state()).isEqualTo(Status.State.IDLE);
  }
}
