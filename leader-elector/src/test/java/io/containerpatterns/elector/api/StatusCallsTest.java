package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StatusCallsTest {
  private static final String ORDERS = "/v1/elections/orders";

  private ServedElector elector = ServedElector.open();

  @AfterEach
  void close() {
    elector.close();
  }

  @Test
  void aLeaderShowsItsClaimAndWhatIsLeftOfIt() throws IOException {
    elector.lead();
    elector.advance(Duration.ofMillis(1688));

    Answer answer = elector.get(ORDERS);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"election":"orders","self":"me","state":"LEADING","leader":true,\
            "token":1,"validForMs":7312,"leaseMs":10000,\
            "leaderId":"me","leaderMeta":{"url":"http://10.0.0.7:8080"},"leaderSeenMsAgo":1688,\
            "mode":"manual","healthy":true,"priority":0,"version":4,"transitions":1,\
            "store":"file","guarantee":"exclusive","storeOk":true,"lostReason":null}\
            """);
    assertThat(answer.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("cache-control", "no-store")
        .containsEntry("etag", "\"4\"")
        .containsEntry("elector-leader", "me")
        .containsEntry("elector-token", "1")
        .containsEntry("elector-valid-for-ms", "7312");
  }

  @Test
  void aFollowerShowsNoTokenAndTellsOfTheLeaderWithTheAgeOfTheNews() throws IOException {
    elector.othersLead("orders", "rival");
    elector.advance(Duration.ofMillis(812));

    Answer answer = elector.get(ORDERS);

    assertThat(answer.body())
        .isEqualTo(
            """
            {"election":"orders","self":"me","state":"IDLE","leader":false,"leaseMs":10000,\
            "leaderId":"rival","leaderMeta":{"url":"http://10.0.0.8:8080"},"leaderSeenMsAgo":812,\
            "mode":"manual","healthy":true,"priority":0,"version":3,"transitions":1,\
            "store":"file","guarantee":"exclusive","storeOk":true,"lostReason":null}\
            """);
    assertThat(answer.headers())
        .containsEntry("elector-leader", "rival")
        .doesNotContainKeys("elector-token", "elector-valid-for-ms");
  }

  @Test
  void beforeTheFirstWordOfTheStoreTheStateIsUnknownAndStillAnswered() throws IOException {
    elector.close();
    elector = ServedElector.open(ServedElector.Wishes::withoutStore);

    Answer answer = elector.get("/status");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"election":"orders","self":"me","state":"UNKNOWN","leader":false,"leaseMs":10000,\
            "leaderId":null,"leaderMeta":null,"leaderSeenMsAgo":null,\
            "mode":"manual","healthy":true,"priority":0,"version":1,"transitions":0,\
            "store":"file","guarantee":"exclusive","storeOk":true,"lostReason":null}\
            """);
    assertThat(answer.headers()).doesNotContainKey("elector-leader");
  }

  @Test
  void anIdThatAHeaderCannotCarryStandsInTheBodyAlone() throws IOException {
    elector.othersLead("orders", "évil\r\nSet-Cookie: a");

    Answer answer = elector.get(ORDERS);

    assertThat(answer.body()).contains("\"leaderId\":\"évil\\r\\nSet-Cookie: a\"");
    assertThat(answer.headers()).doesNotContainKeys("elector-leader", "set-cookie");
  }

  @Test
  void theClaimIsComputedWhenAskedAndNotWhenTheLoopHasNoticed() throws IOException {
    elector.lead();
    elector.advance(Duration.ofMillis(8999));

    Answer atTheEnd = elector.get("/leading");
    elector.advance(Duration.ofMillis(1));
    Answer after = elector.get("/leading");

    assertThat(atTheEnd.headers()).containsEntry("elector-valid-for-ms", "1");
    assertThat(after.status()).isEqualTo(503);
  }

  @Test
  void leadingIsTheBareTokenOrARefusalForCurl() throws IOException {
    Answer before = elector.get(ORDERS + "/leading");
    elector.lead();
    Answer leading = elector.get(ORDERS + "/leading");

    assertThat(before.status()).isEqualTo(503);
    assertThat(before.body()).isEqualTo("not leader");
    assertThat(before.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(leading.status()).isEqualTo(200);
    assertThat(leading.body()).isEqualTo("1");
    assertThat(leading.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(leading.headers())
        .containsEntry("elector-leader", "me")
        .containsEntry("elector-token", "1")
        .containsEntry("elector-valid-for-ms", "9000")
        .containsEntry("etag", "\"4\"")
        .containsEntry("cache-control", "no-store");
  }

  @Test
  void headAnswersWithTheHeadersOfGet() throws IOException {
    elector.lead();

    for (String path : new String[] {ORDERS, ORDERS + "/leading", "/status", "/leading"}) {
      Answer get = elector.get(path);
      Answer head = elector.ask("HEAD", path, "");

      assertThat(head.status()).as(path).isEqualTo(200);
      assertThat(head.body()).as(path).isEmpty();
      get.headers().remove("date");
      head.headers().remove("date");
      assertThat(head.headers()).as(path).isEqualTo(get.headers());
    }
  }

  @Test
  void allElectionsAreListedInTheOrderOfTheSettingsOrOnlyThoseThatWeLead() throws IOException {
    elector.close();
    elector = ServedElector.open(wishes -> wishes.names("orders", "billing", "audit"));
    elector.lead();

    String all = elector.get("/v1/elections").body();
    String leading = elector.get("/v1/elections?leading=true").body();

    assertThat(all)
        .isEqualTo(
            "{\"elections\":["
                + elector.get("/v1/elections/orders").body()
                + ","
                + elector.get("/v1/elections/billing").body()
                + ","
                + elector.get("/v1/elections/audit").body()
                + "]}");
    assertThat(leading)
        .isEqualTo("{\"elections\":[" + elector.get("/v1/elections/orders").body() + "]}");
  }

  @Test
  void anUnknownElectionIsToldWithTheKnownOnes() throws IOException {
    Answer answer = elector.get("/v1/elections/order");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Not Found","status":404,\
            "detail":"this elector takes part in no election \\"order\\"; use one of orders",\
            "error":"unknown_election","election":"order"}\
            """);
  }

  @Test
  void ofVeryManyKnownElectionsOnlySomeAreTold() throws IOException {
    elector.close();
    var names = new String[25];
    for (int i = 0; i < names.length; i++) {
      names[i] = "shard-" + i;
    }
    elector = ServedElector.open(wishes -> wishes.names(names));

    Answer answer = elector.get("/v1/elections/" + "x".repeat(200) + "/leading");

    assertThat(answer.body())
        .contains("no election \\\"" + "x".repeat(80) + "...\\\"; use one of shard-0, shard-1,")
        .contains(" shard-19 and 5 more\"")
        .doesNotContain("shard-20");
  }

  // ---- long poll

  @Test
  void aPollForAnotherVersionThanThePresentIsAnsweredAtOnce() throws IOException {
    Answer answer = elector.get("/status?after=1&wait=60s");

    assertThat(answer.header("etag")).isEqualTo("\"2\"");
  }

  @Test
  void aPollIsAnsweredByTheNextChange() throws IOException {
    try (RawClient client = elector.asking("GET", ORDERS + "?after=2&wait=30s", "")) {
      elector.awaitWaiting(1);

      elector.othersLead("orders", "rival");
      Answer answer = client.answer();

      assertThat(answer.header("etag")).isEqualTo("\"3\"");
      assertThat(answer.header("elector-leader")).isEqualTo("rival");
      assertThat(elector.api.waiting()).isZero();
    }
  }

  @Test
  void aPollWithoutChangeIsAnsweredWhenTheWaitIsOverAndNotBefore() throws IOException {
    try (RawClient client = elector.asking("GET", "/status?after=2&wait=5s", "")) {
      elector.awaitWaiting(1);

      elector.advance(Duration.ofMillis(4999));
      elector.settle();
      assertThat(elector.api.waiting()).isEqualTo(1);
      elector.advance(Duration.ofMillis(1));

      assertThat(client.answer().header("etag")).isEqualTo("\"2\"");
      assertThat(elector.api.waiting()).isZero();
    }
  }

  @Test
  void aPollThatSaysNoWaitWaitsHalfAMinute() throws IOException {
    try (RawClient client = elector.asking("GET", "/status?after=2", "")) {
      elector.awaitWaiting(1);

      elector.advance(Duration.ofMillis(29_999));
      elector.settle();
      assertThat(elector.api.waiting()).isEqualTo(1);
      elector.advance(Duration.ofMillis(1));

      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aPollWhoseClientGoesAwayLeavesNothingBehind() throws IOException {
    int alarms = elector.time.alarms();
    RawClient client = elector.asking("GET", "/status?after=2", "");
    elector.awaitWaiting(1);

    client.close();
    elector.awaitWaiting(0);

    assertThat(elector.time.alarms()).isEqualTo(alarms);
  }

  @Test
  void theEndOfTheApiAnswersWhoeverPolls() throws IOException {
    try (RawClient client = elector.asking("GET", "/status?after=2", "")) {
      elector.awaitWaiting(1);

      elector.api.close();

      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aWaitForNothingIsRefused() throws IOException {
    assertThat(elector.get("/status?wait=30s").body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Bad Request","status":400,\
            "detail":"?wait= says how long, but not for what; add ?after= with the version that you know",\
            "error":"bad_request"}\
            """);
  }

  @Test
  void aWaitOfMoreThanAMinuteIsRefused() throws IOException {
    assertThat(elector.get("/status?after=2&wait=61s").body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Bad Request","status":400,\
            "detail":"?wait: \\"61s\\" (expected: a duration such as 30s, at most 1m); leave it out for 30s",\
            "error":"bad_request"}\
            """);
  }
}
