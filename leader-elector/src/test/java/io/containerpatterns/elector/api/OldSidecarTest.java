package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Byte for byte what clients of the retired sidecar and of nais/elector parse. */
final class OldSidecarTest {
  private final ServedElector elector =
      ServedElector.open(wishes -> wishes.names("orders", "billing"));

  @AfterEach
  void close() {
    elector.close();
  }

  @Test
  void nobodyKnownIsAnEmptyName() throws IOException {
    Answer answer = elector.get("/");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(answer.body()).isEqualTo("{\"name\":\"\",\"last_update\":\"2026-01-01T00:00:00Z\"}");
  }

  @Test
  void theLeaderIsNamedWithTheMomentItBecameIt() throws IOException {
    elector.advance(Duration.ofSeconds(5));
    elector.othersLead("orders", "rival");
    elector.advance(Duration.ofSeconds(7));
    elector.othersLead("orders", "rival");

    assertThat(elector.get("/").body())
        .isEqualTo("{\"name\":\"rival\",\"last_update\":\"2026-01-01T00:00:05Z\"}");
  }

  @Test
  void ourOwnNameStandsThereOnlyWhileTheClaimHolds() throws IOException {
    elector.lead();
    assertThat(elector.get("/").body()).startsWith("{\"name\":\"me\",");

    elector.wire.cut();
    elector.advance(Duration.ofSeconds(9));

    assertThat(elector.get("/").body())
        .isEqualTo("{\"name\":\"\",\"last_update\":\"2026-01-01T00:00:09Z\"}");
  }

  @Test
  void otherElectionsAreNotToldOf() throws IOException {
    elector.othersLead("billing", "rival");

    assertThat(elector.get("/").body()).startsWith("{\"name\":\"\",");
  }

  @Test
  void eachChangeIsAnEvent() throws IOException {
    try (RawClient client = elector.asking("GET", "/sse", "")) {
      elector.awaitWatching(1);
      Answer head = client.answerHead();
      elector.advance(Duration.ofSeconds(1));
      elector.othersLead("orders", "rival");
      elector.othersLead("billing", "another");
      elector.advance(Duration.ofSeconds(2));
      elector.othersLead("orders", "third");

      assertThat(head.header("content-type")).isEqualTo("text/event-stream");
      assertThat(client.chunk())
          .isEqualTo("data: {\"name\":\"\",\"last_update\":\"2026-01-01T00:00:00Z\"}\n\n");
      assertThat(client.chunk())
          .isEqualTo("data: {\"name\":\"rival\",\"last_update\":\"2026-01-01T00:00:01Z\"}\n\n");
      assertThat(client.chunk())
          .isEqualTo("data: {\"name\":\"third\",\"last_update\":\"2026-01-01T00:00:03Z\"}\n\n");
    }
  }

  @Test
  void aQuietStreamIsKeptOpenByComments() throws IOException {
    try (RawClient client = elector.asking("GET", "/sse", "")) {
      elector.awaitWatching(1);
      client.answerHead();
      client.chunk();

      elector.advance(Duration.ofSeconds(5));

      assertThat(client.chunk()).isEqualTo(": ping\n\n");
    }
    elector.awaitWatching(0);
  }

  @Test
  void theEndOfATermIsAnEvent() throws IOException {
    elector.lead();
    try (RawClient client = elector.asking("GET", "/sse", "")) {
      elector.awaitWatching(1);
      client.answerHead();
      assertThat(client.chunk()).contains("\"name\":\"me\"");

      elector.orders().resign(OptionalLong.empty(), Duration.ZERO, null);

      assertThat(client.chunk()).contains("\"name\":\"\"");
    }
  }
}
