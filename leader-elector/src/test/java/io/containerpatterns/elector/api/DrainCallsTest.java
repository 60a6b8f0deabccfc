package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.Lease;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DrainCallsTest {
  private ServedElector elector = ServedElector.open(ServedElector.Wishes::auto);

  @AfterEach
  void close() {
    elector.close();
  }

  @Test
  void aDrainIsAnsweredWhenEveryLeaseIsGivenBack() throws IOException {
    var application = reopenWithApplication();
    elector.advance(ServedElector.REACH);
    try (RawClient client = elector.asking("POST", "/v1/drain", "")) {
      awaitStepping();
      assertThat(elector.get("/leading").status()).isEqualTo(503);
      assertThat(client.isReadable()).isFalse();

      application.finish();
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"drained\":true}");
    }
    assertThat(elector.memory.read("orders").lease()).extracting(Lease::isReleased).isEqualTo(true);
    elector.advance(Duration.ofMinutes(1));
    assertThat(elector.orders().glance().state()).isEqualTo(State.IDLE);
  }

  @Test
  void aDrainThatTakesLongerThanTheWaitSaysWhatItWaitsFor() throws IOException {
    reopenWithApplication();
    elector.advance(ServedElector.REACH);
    try (RawClient client = elector.asking("POST", "/v1/drain?wait=5s", "")) {
      awaitStepping();
      elector.settle();
      elector.advance(Duration.ofMillis(4999));
      elector.settle();
      assertThat(client.isReadable()).isFalse();
      elector.advance(Duration.ofMillis(1));
      Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.body())
          .isEqualTo("{\"drained\":false,\"waitingFor\":1,\"elections\":[\"orders\"]}");
    }
  }

  @Test
  void aDrainOfAThousandElectionsIsAnsweredOnceAndSoon() throws IOException {
    elector.close();
    var names = new String[1000];
    for (int i = 0; i < names.length; i++) {
      names[i] = "shard-" + i;
    }
    elector = ServedElector.open(wishes -> wishes.names(names).auto());
    elector.advance(ServedElector.REACH);

    assertThat(drain().body()).isEqualTo("{\"drained\":true}");
    assertThat(elector.get("/v1/elections?leading=true").body()).isEqualTo("{\"elections\":[]}");
  }

  @Test
  void drainingTwiceIsDrainingOnce() throws IOException {
    elector.advance(ServedElector.REACH);
    drain();

    assertThat(elector.post("/v1/drain", "").body()).isEqualTo("{\"drained\":true}");
  }

  @Test
  void whoeverResumesStandsAgain() throws IOException {
    elector.advance(ServedElector.REACH);
    drain();

    Answer answer = elector.post("/v1/resume", "");
    elector.advance(ServedElector.REACH);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"resumed\":true}");
    assertThat(elector.get("/leading").status()).isEqualTo(200);
  }

  @Test
  void aStopHasNoWayBack() throws IOException {
    elector.verbs.state(Lifecycle.State.STOPPING);

    Answer answer = elector.post("/v1/resume", "");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"about:blank","title":"Conflict","status":409,\
            "detail":"the elector is stopping because of SIGTERM; start a new one if it should go on",\
            "error":"paused"}\
            """);
  }

  @Test
  void beforeTheStartThereIsNothingToDrain() throws IOException {
    elector.verbs.state(Lifecycle.State.STARTING);

    assertThat(elector.post("/v1/drain", "").body()).contains("\"error\":\"starting\"");
    assertThat(elector.post("/v1/resume", "").status()).isEqualTo(503);
  }

  @Test
  void whoeverGoesAwayWhileADrainIsWaitedForLeavesNothingBehind() throws IOException {
    reopenWithApplication();
    elector.advance(ServedElector.REACH);
    RawClient client = elector.asking("POST", "/v1/drain", "");
    awaitStepping();
    elector.settle();
    int alarms = elector.time.alarms();

    client.close();

    Await.until("an alarm less", () -> elector.time.alarms() == alarms - 1);
  }

  private SlowApplication reopenWithApplication() {
    elector.close();
    var application = new SlowApplication();
    elector = ServedElector.open(wishes -> wishes.auto().application(application));
    return application;
  }

  /** A drain without a hook, which waits until every answer that was given has run out. */
  private Answer drain() throws IOException {
    try (RawClient client = elector.asking("POST", "/v1/drain", "")) {
      Await.until("a step down", () -> elector.orders().glance().state() != State.LEADING);
      elector.settle();
      elector.advance(Duration.ofSeconds(9));
      return client.answer();
    }
  }

  private void awaitStepping() {
    Await.until("stepping down", () -> elector.orders().glance().state() == State.STEPPING_DOWN);
  }
}
