package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.elector.election.Candidate.Mode;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.Lease;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MembershipCallsTest {
  private static final String BILLING = "/v1/elections/billing";

  private ServedElector elector = ServedElector.open(ServedElector.Wishes::dynamic);

  @AfterEach
  void close() {
    elector.close();
  }

  @Test
  void anElectionIsJoinedOnTheTermsOfTheBodyAndOtherwiseOfTheSettings() throws IOException {
    Answer answer = put(BILLING, "{\"mode\":\"auto\",\"leaseMs\":3000,\"meta\":{\"zone\":\"b\"}}");
    elector.advance(ServedElector.REACH);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).startsWith("{\"election\":\"billing\",\"self\":\"me\",");
    assertThat(elector.get(BILLING).body())
        .contains("\"state\":\"LEADING\"")
        .contains("\"leaseMs\":3000,")
        .contains("\"leaderMeta\":{\"zone\":\"b\"}")
        .contains("\"mode\":\"auto\"")
        .contains("\"priority\":0,");
  }

  @Test
  void anElectionIsNotNamedLikeASeat() throws IOException {
    Answer answer = put("/v1/elections/elector-seat-0", "");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .contains("not to begin with elector-seat-, which electors keep for themselves");
  }

  @Test
  void anElectionThatIsThereTakesOverTheTerms() throws IOException {
    put(BILLING, "");

    Answer answer = put(BILLING, "{\"mode\":\"auto\",\"priority\":7}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"leaseMs\":10000,")
        .contains("\"mode\":\"auto\",")
        .contains("\"priority\":7,");
  }

  @Test
  void anElectionThatWasLeftIsGivenBackAndUnknown() throws IOException {
    put(BILLING, "{\"mode\":\"auto\"}");
    elector.advance(ServedElector.REACH);
    assertThat(elector.get(BILLING + "/leading").status()).isEqualTo(200);

    Answer answer = elector.ask("DELETE", BILLING, "");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(elector.get(BILLING).body())
        .contains("no election \\\"billing\\\"; use one of orders\"");
    assertThat(elector.memory.read("billing").lease())
        .extracting(Lease::isReleased)
        .isEqualTo(true);
  }

  @Test
  void whoeverWaitsForAnElectionThatIsLeftIsDismissed() throws IOException {
    put(BILLING, "");
    elector.settle();
    long version = elector.election("billing").glance().version();
    try (RawClient watch = elector.asking("GET", BILLING + "/watch", "");
        RawClient poll = elector.asking("GET", BILLING + "?wait=60s&after=" + version, "")) {
      elector.awaitWatching(1);
      elector.awaitWaiting(1);
      watch.answerHead();
      watch.chunk();

      elector.ask("DELETE", BILLING, "");

      assertThat(poll.answer().status()).isEqualTo(200);
      String last = watch.chunk();
      while (!last.isEmpty()) {
        last = watch.chunk();
      }
      elector.awaitWatching(0);
      elector.awaitWaiting(0);
    }
  }

  @Test
  void leavingWaitsForTheApplication() throws IOException {
    elector.close();
    var application = new SlowApplication();
    elector = ServedElector.open(wishes -> wishes.dynamic().application(application));
    put(BILLING, "{\"mode\":\"auto\"}");
    elector.advance(ServedElector.REACH);
    Election billing = elector.election("billing");
    try (RawClient client = elector.asking("DELETE", BILLING, "")) {
      Await.until("stepping down", () -> billing.glance().state() == State.STEPPING_DOWN);
      assertThat(put(BILLING, "").body())
          .isEqualTo(
              """
              {"type":"about:blank","title":"Conflict","status":409,\
              "detail":"billing is still leaving; try again when its lost hook has answered",\
              "error":"cannot_join","election":"billing","retryAfterMs":1000}\
              """);
      assertThat(client.isReadable()).isFalse();

      application.finish();

      assertThat(client.answer().status()).isEqualTo(204);
    }
  }

  @Test
  void withoutTheSwitchNothingIsJoinedOrLeft() throws IOException {
    elector.close();
    elector = ServedElector.open();

    Answer joining = put(BILLING, "");
    Answer leaving = elector.ask("DELETE", "/v1/elections/orders", "");

    assertThat(joining.status()).isEqualTo(403);
    assertThat(joining.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Forbidden","status":403,\
            "detail":"elections are joined and left by the settings alone; set ELECTOR_DYNAMIC=true to allow it at \
            run time","error":"dynamic_disabled","election":"billing"}\
            """);
    assertThat(leaving.status()).isEqualTo(403);
  }

  @Test
  void anElectionOfTheSettingsCannotLeave() throws IOException {
    assertThat(elector.ask("DELETE", "/v1/elections/orders", "").body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Forbidden","status":403,\
            "detail":"\\"orders\\" stands in ELECTOR_NAMES; take it out there and restart, or resign instead",\
            "error":"configured_election","election":"orders"}\
            """);
  }

  @Test
  void anElectionThatIsNotThereCannotLeave() throws IOException {
    assertThat(elector.ask("DELETE", BILLING, "").body())
        .contains("\"error\":\"unknown_election\"");
  }

  @Test
  void aNameThatIsNoneIsRefused() throws IOException {
    assertThat(put("/v1/elections/Billing", "").body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Bad Request","status":400,\
            "detail":"election: \\"Billing\\" (expected: 1 to 63 of a-z, 0-9, dot, underscore and dash, the first a \
            letter or digit); choose such a name","error":"bad_request"}\
            """);
  }

  @Test
  void aModeThatIsNoneIsRefused() throws IOException {
    assertThat(put(BILLING, "{\"mode\":\"both\"}").body())
        .contains("mode: \\\"both\\\" (expected: one of auto, manual); correct it");
  }

  @Test
  void aModeChangedWhileLeadingKeepsTheTerm() throws IOException {
    elector.lead();

    put("/v1/elections/orders", "{\"mode\":\"auto\"}");
    elector.advance(Duration.ofMinutes(1));

    assertThat(elector.orders().candidate().mode()).isEqualTo(Mode.AUTO);
    assertThat(elector.get("/leading").body()).isEqualTo("1");
  }

  private Answer put(String path, String body) throws IOException {
    return elector.ask("PUT", path, body);
  }
}
