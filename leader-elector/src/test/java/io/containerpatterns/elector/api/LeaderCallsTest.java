package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LeaderCallsTest {
  private static final String ORDERS = "/v1/elections/orders";

  private ServedElector elector = ServedElector.open();

  @AfterEach
  void close() {
    elector.close();
  }

  // ---- become

  @ParameterizedTest
  @ValueSource(
      strings = {
        ORDERS + "/become",
        ORDERS + "/become?wait=30s",
        "/become",
        "/becomeLeader",
        "/becomeLeader?wait=1s"
      })
  void whoeverAsksForAFreeElectionLeadsIt(String path) throws IOException {
    try (RawClient client = become(path, "")) {
      elector.advance(ServedElector.REACH);
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body())
          .startsWith(
              """
              {"election":"orders","self":"me","state":"LEADING","leader":true,"token":1,"validForMs":9000,\
              """);
      assertThat(answer.headers())
          .containsEntry("elector-token", "1")
          .containsEntry("elector-valid-for-ms", "9000");
    }
  }

  @Test
  void whoeverLeadsAlreadyIsToldTheSameTokenAtOnce() throws IOException {
    elector.lead();

    Answer answer = elector.post(ORDERS + "/become", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("elector-token")).isEqualTo("1");
  }

  @Test
  void theTermsOfTheBodyAreThoseOfTheTerm() throws IOException {
    String terms = "{\"leaseMs\":2000,\"priority\":10,\"meta\":{\"zone\":\"b\",\"rack\":\"7\"}}";
    try (RawClient client = become(ORDERS + "/become", terms)) {
      elector.advance(ServedElector.REACH);

      assertThat(client.answer().body())
          .contains("\"validForMs\":1800,\"leaseMs\":2000,")
          .contains("\"leaderMeta\":{\"rack\":\"7\",\"zone\":\"b\"}")
          .contains("\"priority\":10,");
    }
  }

  @Test
  void whereAnotherLeadsTheAnswerComesWhenTheWaitIsOverAndTheRaceIsLeft() throws IOException {
    elector.othersLead("orders", "rival");
    elector.advance(Duration.ofSeconds(4));
    try (RawClient client = become(ORDERS + "/become?wait=3s", "")) {
      elector.advance(Duration.ofMillis(2999));
      assertThat(elector.api.waiting()).isEqualTo(1);
      elector.advance(Duration.ofMillis(1));
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
      assertThat(answer.header("retry-after")).isEqualTo("3");
      assertThat(answer.body())
          .isEqualTo(
              """
              {"type":"about:blank","title":"Conflict","status":409,\
              "detail":"rival leads \\"orders\\"; ask again, with a longer ?wait= if it should wait, or follow \
              GET /v1/elections/orders/watch","error":"not_leader","election":"orders","leaderId":"rival",\
              "retryAfterMs":3000}\
              """);
    }
    elector.advance(Duration.ofSeconds(20));
    assertThat(elector.orders().glance().state()).isEqualTo(State.IDLE);
  }

  @Test
  void withoutAWaitTheAnswerIsThatAnotherLeads() throws IOException {
    elector.othersLead("orders", "rival");

    assertThat(elector.post("/become", "").body()).contains("\"error\":\"not_leader\"");
  }

  @Test
  void whoeverWaitsWinsWhenTheOtherHasGone() throws IOException {
    elector.othersLead("orders", "rival");
    try (RawClient client = become("/become?wait=30s", "")) {
      elector.advance(Duration.ofSeconds(10).plus(ServedElector.REACH));

      assertThat(client.answer().header("elector-token")).isEqualTo("2");
    }
  }

  @Test
  void anUnhealthyApplicationDoesNotStand() throws IOException {
    reopen(ServedElector.Wishes::unhealthy);

    Answer answer = elector.post("/become?wait=30s", "");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Conflict","status":409,\
            "detail":"the application is not healthy, so it does not stand for \\"orders\\"; mend what its health \
            check reports and ask again","error":"unhealthy","election":"orders","leaderId":null,\
            "retryAfterMs":1000}\
            """);
  }

  @Test
  void aDrainedElectorDoesNotStand() throws IOException {
    elector.elections.pauseAll(LostReason.PAUSED);

    assertThat(elector.post("/become?wait=30s", "").body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Conflict","status":409,\
            "detail":"this elector is drained or stopping, so it stands in no election; POST /v1/resume to let it \
            stand again","error":"paused","election":"orders","leaderId":null}\
            """);
  }

  @Test
  void whoeverMayNeverLeadIsToldWhy() throws IOException {
    assertThat(elector.post("/become?wait=30s", "{\"priority\":-1}").body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Conflict","status":409,\
            "detail":"this elector never leads, because its priority is -1; give it one from 0 to 100",\
            "error":"paused","election":"orders","leaderId":null}\
            """);
  }

  @Test
  void whereTheStoreIsSilentNobodyCanWin() throws IOException {
    elector.wire.cut();
    try (RawClient client = elector.asking("POST", "/become", "")) {
      elector.awaitWaiting(1);
      elector.advance(Duration.ofSeconds(2));
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body())
          .isEqualTo(
              """
              {"type":"about:blank","title":"Service Unavailable","status":503,\
              "detail":"the store does not answer, so nobody can win \\"orders\\" now; look into the elector's log \
              for the reason, then ask again","error":"store_unavailable","election":"orders","leaderId":null,\
              "retryAfterMs":1000}\
              """);
    }
  }

  @Test
  void beforeTheStartNobodyStands() throws IOException {
    elector.verbs.state(Lifecycle.State.STARTING);

    Answer answer = elector.post("/become", "");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Service Unavailable","status":503,\
            "detail":"the elector is starting; ask again when /readyz on the management port answers 200",\
            "error":"starting","retryAfterMs":100}\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"leaseMs\":499} | leaseMs: \\\"499\\\" (expected: a whole number from 500 to 3600000);"
            + " correct it or leave it out",
        "{\"priority\":101} | priority: \\\"101\\\" (expected: a whole number from -1 to 100);"
            + " correct it or leave it out",
        "{\"meta\":{\"a\":1}} | meta: \\\"{\\\"a\\\":1}\\\" (expected: an object of strings, at"
            + " most 1024 bytes in all); shorten it or leave it out",
        "{\"meta\":[]} | meta: \\\"[]\\\" (expected: an object of strings, at most 1024 bytes in"
            + " all); shorten it or leave it out",
        "{\"mode\":\"auto\"} | body: \\\"mode\\\" (expected: one of leaseMs, meta, priority);"
            + " correct the name or leave it out",
      })
  void termsThatCannotBeAreRefused(String body, String detail) throws IOException {
    Answer answer = elector.post("/become", body);

    assertThat(answer.body())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\""
                + detail
                + "\",\"error\":\"bad_request\"}");
  }

  @Test
  void moreMetaThanALeaseCarriesIsRefused() throws IOException {
    String meta = "{\"meta\":{\"url\":\"" + "é".repeat(511) + "\"}}";

    assertThat(elector.post("/become", meta).status()).isEqualTo(400);
  }

  // ---- become, and the client goes away

  @Test
  void whoeverGoesAwayWhileWaitingHasWithdrawn() throws IOException {
    elector.othersLead("orders", "rival");
    RawClient client = become("/become?wait=1h", "");

    client.close();
    elector.awaitWaiting(0);

    assertThat(elector.orders().glance().state()).isEqualTo(State.IDLE);
    elector.advance(Duration.ofMinutes(1));
    assertThat(elector.memory.read("orders").version()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTermWonForAClientWhoHasGoneIsGivenBack(boolean victoryFirst) throws IOException {
    RawClient client = become("/become?wait=1h", "");

    winWhileLeaving(client, victoryFirst);

    assertThat(isReleased()).isTrue();
    assertThat(elector.orders().glance().lostReason()).isEqualTo(LostReason.RESIGNED);
    assertThat(elector.api.waiting()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inAutoModeItStays(boolean victoryFirst) throws IOException {
    reopen(ServedElector.Wishes::auto);
    RawClient client = become("/become?wait=1h", "");

    winWhileLeaving(client, victoryFirst);

    assertThat(elector.orders().glance().leader()).isTrue();
    assertThat(elector.api.waiting()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTermOfWhichAnotherClientKnowsStays(boolean victoryFirst) throws IOException {
    RawClient goes = become("/become?wait=1h", "");
    try (RawClient stays = elector.asking("POST", "/become?wait=1h", "")) {
      elector.awaitWaiting(2);

      winWhileLeaving(goes, victoryFirst);

      assertThat(stays.answer().header("elector-token")).isEqualTo("1");
      assertThat(elector.orders().glance().leader()).isTrue();
    }
  }

  @Test
  void aTermThatWasThereBeforeStaysWhenALaterClientGoes() throws IOException {
    elector.lead();
    elector.apiLoop.hold();
    RawClient client = elector.asking("POST", "/become", "");
    Await.until("the call", () -> elector.apiLoop.held() == 1);
    client.close();
    elector.apiLoop.proceed();
    elector.awaitWaiting(0);

    elector.advance(Duration.ofSeconds(1));

    assertThat(elector.orders().glance().leader()).isTrue();
  }

  /**
   * Both happen while the API is busy with something else, so it learns of them in either order.
   */
  private void winWhileLeaving(RawClient client, boolean victoryFirst) throws IOException {
    elector.apiLoop.hold();
    if (victoryFirst) {
      elector.advance(ServedElector.REACH);
    }
    int before = elector.apiLoop.held();
    client.close();
    Await.until("the end of the connection", () -> elector.apiLoop.held() > before);
    elector.advance(ServedElector.REACH);
    assertThat(elector.orders().glance().leader()).isTrue();
    elector.apiLoop.proceed();
    elector.settle();
    elector.settle();
  }

  // ---- renew

  @ParameterizedTest
  @ValueSource(strings = {ORDERS + "/renew", "/renew", "/renewLeadership"})
  void aRenewalIsConfirmedByTheStoreBeforeItIsAnswered(String path) throws IOException {
    elector.lead();
    elector.advance(Duration.ofSeconds(4));
    long before = elector.memory.read("orders").version();

    Answer answer = elector.post(path, "", "Elector-Token: 1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers())
        .containsEntry("elector-token", "1")
        .containsEntry("elector-valid-for-ms", "9000");
    assertThat(answer.body())
        .startsWith("{\"election\":\"orders\",\"self\":\"me\",\"state\":\"LEADING\",");
    assertThat(elector.memory.read("orders").version()).isGreaterThan(before);
  }

  @Test
  void theTokenMayComeInTheBody() throws IOException {
    elector.lead();

    assertThat(elector.post("/renew", "{\"token\":1}").status()).isEqualTo(200);
  }

  @Test
  void aRenewalWithoutATokenIsToldWhereToTakeItFrom() throws IOException {
    elector.lead();

    Answer answer = elector.post("/renew", "");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Bad Request","status":400,\
            "detail":"the token of your term is missing; send the one that POST /v1/elections/orders/become \
            answered, as header Elector-Token or as {\\"token\\":...}","error":"bad_request","election":"orders"}\
            """);
  }

  @Test
  void aTokenThatIsNoneIsRefused() throws IOException {
    assertThat(elector.post("/renew", "", "Elector-Token: abc").body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Bad Request","status":400,\
            "detail":"Elector-Token: \\"abc\\" (expected: a whole number from 1); send the token as it was answered",\
            "error":"bad_request"}\
            """);
  }

  @Test
  void twoTokensThatDifferAreRefused() throws IOException {
    assertThat(elector.post("/renew", "{\"token\":2}", "Elector-Token: 1").body())
        .contains("token: \\\"2\\\" (expected: the same as in the header); leave one of them out");
  }

  @Test
  void aTokenOfAnotherTermIsStale() throws IOException {
    elector.lead();
    elector.post("/resign", "");
    elector.advance(Duration.ofSeconds(1));
    elector.lead();

    Answer answer = elector.post("/renew", "", "Elector-Token: 1");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Conflict","status":409,\
            "detail":"the token is of another term than the present one of \\"orders\\"; stop what you do under it, \
            and stand again with POST /v1/elections/orders/become","error":"stale_token","election":"orders",\
            "leaderId":"me"}\
            """);
  }

  @Test
  void whoeverDoesNotLeadCannotRenew() throws IOException {
    elector.othersLead("orders", "rival");

    Answer answer = elector.post("/renew", "", "Elector-Token: 1");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Conflict","status":409,\
            "detail":"rival leads \\"orders\\"; stop what only the leader may do, and stand again with \
            POST /v1/elections/orders/become","error":"not_leader","election":"orders","leaderId":"rival",\
            "retryAfterMs":10000}\
            """);
  }

  @Test
  void aRenewalThatTheStoreDoesNotConfirmTellsHowLongTheClaimStillHolds() throws IOException {
    elector.lead();
    elector.advance(Duration.ofSeconds(1));
    elector.wire.cut();
    try (RawClient client = renewing("/renew?timeout=2s")) {
      elector.advance(Duration.ofSeconds(2));
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.body())
          .isEqualTo(
              """
              {"type":"about:blank","title":"Gateway Timeout","status":504,\
              "detail":"the store did not confirm the renewal in time; you lead for validForMs from now, so renew \
              again before","error":"renew_unconfirmed","election":"orders","leaderId":"me","token":1,\
              "validForMs":6000}\
              """);
    }
  }

  @Test
  void aRenewalDuringWhichTheClaimRunsOutIsNoRenewal() throws IOException {
    elector.lead();
    elector.advance(Duration.ofSeconds(8));
    elector.wire.cut();
    try (RawClient client = renewing("/renew?timeout=30s")) {
      elector.advance(Duration.ofSeconds(2));
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body())
          .contains("\"detail\":\"nobody is known to lead \\\"orders\\\"; stop");
    }
  }

  // ---- resign

  @ParameterizedTest
  @ValueSource(strings = {ORDERS + "/resign", "/resign", "/resignLeadership"})
  void whoeverResignsGivesTheLeaseBackAndStaysOut(String path) throws IOException {
    elector.lead();

    Answer answer = elector.post(path, "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"resigned\":true,\"released\":true}");
    assertThat(elector.get("/leading").status()).isEqualTo(503);
    assertThat(elector.post("/renew", "", "Elector-Token: 1").status()).isEqualTo(409);
    assertThat(isReleased()).isTrue();
  }

  @Test
  void whoeverDoesNotLeadHasNothingToResign() throws IOException {
    Answer answer = elector.post("/resign", "{\"token\":17}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"resigned\":false}");
  }

  @Test
  void aStaleTokenResignsNothing() throws IOException {
    elector.lead();

    Answer answer = elector.post("/resign", "{\"token\":17}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).contains("\"error\":\"stale_token\"");
    assertThat(elector.get("/leading").status()).isEqualTo(200);
  }

  @Test
  void anApplicationThatDoesNotFinishLeavesTheLeaseToRunOut() throws IOException {
    reopen(wishes -> wishes.application(new SlowApplication()));
    elector.lead();
    try (RawClient client = elector.asking("POST", "/resign", "")) {
      Await.until("stepping down", () -> elector.orders().glance().state() == State.STEPPING_DOWN);
      assertThat(elector.get("/leading").status()).isEqualTo(503);
      elector.advance(Duration.ofSeconds(9));
      assertThat(isReleased()).isFalse();
      // The drain of ten seconds is over, and the hook has not answered.
      elector.advance(Duration.ofSeconds(1));

      assertThat(client.answer().body()).isEqualTo("{\"resigned\":true,\"released\":false}");
      assertThat(isReleased()).isFalse();
    }
  }

  @Test
  void theSuccessorIsNamedInTheRecord() throws IOException {
    elector.lead();

    elector.post("/resign", "{\"to\":\"orders-b\"}");

    assertThat(elector.memory.read("orders").lease())
        .extracting(Lease::wanted)
        .isEqualTo("orders-b");
  }

  @ParameterizedTest
  @CsvSource({"'', 10000", "'{\"cooldownMs\":2000}', 2000"})
  void inAutoModeOthersComeFirstForTheCooldown(String body, long millis) throws IOException {
    reopen(ServedElector.Wishes::auto);
    elector.advance(ServedElector.REACH);
    assertThat(elector.get("/leading").status()).isEqualTo(200);

    elector.post("/resign", body);

    elector.advance(Duration.ofMillis(millis - 1));
    assertThat(elector.get("/leading").status()).isEqualTo(503);
    elector.advance(Duration.ofSeconds(1));
    assertThat(elector.get("/leading").status()).isEqualTo(200);
  }

  @Test
  void inManualModeWhoeverAsksNextMayLeadAtOnce() throws IOException {
    elector.lead();
    elector.post("/resign", "");

    try (RawClient client = become("/become", "")) {
      elector.advance(ServedElector.REACH);

      assertThat(client.answer().header("elector-token")).isEqualTo("3");
    }
  }

  @Test
  void aNameThatNobodyCanHaveIsRefused() throws IOException {
    assertThat(elector.post("/resign", "{\"to\":\"\"}").body())
        .contains(
            "to: not set (expected: the id of a candidate, at most 253 characters); correct it or"
                + " leave it out");
  }

  // ----

  private void reopen(UnaryOperator<ServedElector.Wishes> wishes) {
    elector.close();
    elector = ServedElector.open(wishes);
  }

  private boolean isReleased() {
    Lease lease = elector.memory.read("orders").lease();
    return lease == null || lease.isReleased();
  }

  /** A client whose become call has reached the election. */
  private RawClient become(String path, String body) throws IOException {
    RawClient client = elector.asking("POST", path, body);
    elector.awaitWaiting(1);
    return client;
  }

  /** A client whose renewal has reached the store. */
  private RawClient renewing(String path) throws IOException {
    int before = elector.wire.lost();
    RawClient client = elector.connect();
    client.send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nElector-Token: 1\r\nContent-Length: 0\r\n\r\n");
    Await.until("a renewal", () -> elector.wire.lost() > before);
    elector.settle();
    return client;
  }
}
