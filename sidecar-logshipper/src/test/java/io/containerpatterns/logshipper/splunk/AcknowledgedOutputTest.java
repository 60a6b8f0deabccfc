package io.containerpatterns.logshipper.splunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.http.HttpOutput.Compression;
import io.containerpatterns.logshipper.http.HttpOutput.Target;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AcknowledgedOutputTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int PATIENCE_SECONDS = 20;

  private final ManualTicker ticker = new ManualTicker();
  private final AtomicInteger numbers = new AtomicInteger(7);
  private final AtomicInteger questions = new AtomicInteger();
  private volatile Says acknowledgement = Says.json(200, "{\"acks\":{}}");
  private ScriptedStore store;
  private AcknowledgedOutput output;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.of(this::says);
    var target =
        new Target(
            "splunk",
            store.at("/services/collector/event"),
            () -> Optional.of("Splunk secret"),
            Map.of(),
            Compression.NONE,
            Duration.ofSeconds(20));
    output =
        new AcknowledgedOutput(
            target,
            HecSettings.DEFAULT,
            store.client(),
            ScriptedStore.CLOCK,
            store.loops().group().next(),
            ticker,
            Duration.ofMillis(1),
            LIMIT);
  }

  @AfterEach
  void stop() {
    output.close();
    store.close();
  }

  private Says says(Received request) {
    if (request.path().endsWith("/ack")) {
      questions.incrementAndGet();
      return acknowledgement;
    }
    return Says.json(
        200, "{\"text\":\"Success\",\"code\":0,\"ackId\":" + numbers.getAndIncrement() + "}");
  }

  @Test
  void aParcelIsTakenWhenItIsIndexedAndNotBefore() throws Exception {
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":false}}");
    CompletableFuture<Verdict> verdict = send();
    Received event = store.received();
    Received question = store.received();
    store.received(); // It was asked again, so the first reply has been understood.
    boolean before = verdict.isDone();
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":true}}");

    assertThat(verdict.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Verdict.Taken.ALL);
    assertThat(before).isFalse();
    assertThat(event.path()).isEqualTo("/services/collector/event");
    assertThat(question.path()).isEqualTo("/services/collector/ack");
    assertThat(question.text()).isEqualTo("{\"acks\":[7]}");
    assertThat(question.headers())
        .containsEntry("authorization", "Splunk secret")
        .containsEntry("x-splunk-request-channel", event.headers().get("x-splunk-request-channel"));
    assertThat(event.headers())
        .containsEntry("authorization", "Splunk secret")
        .hasEntrySatisfying("x-splunk-request-channel", channel -> assertThat(channel).hasSize(36));
  }

  @Test
  void severalParcelsAreAskedAboutAtOnceAndTakenOneByOne() throws Exception {
    CompletableFuture<Verdict> first = send();
    store.received(); // Before the second comes, so that the first is the seventh.
    CompletableFuture<Verdict> second = send();
    Received request = store.received();
    while (!request.text().equals("{\"acks\":[7,8]}")) {
      request = store.received();
    }
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":false,\"8\":true}}");

    assertThat(second.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Verdict.Taken.ALL);
    assertThat(first.isDone()).isFalse();
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":true}}");
    assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Verdict.Taken.ALL);
  }

  @Test
  void oneThatIsNotIndexedInTimeIsSentAgain() throws Exception {
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":false}}");
    CompletableFuture<Verdict> verdict = send();
    store.received();
    store.received();
    ticker.advance(LIMIT);

    assertThat(verdict.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo(
            new Verdict.Again(
                Optional.empty(), "not acknowledged within 300 s: it was not indexed"));
  }

  @Test
  void aQuestionThatFailsIsAskedAgainAndSaidIfItNeverWorks() throws Exception {
    acknowledgement = Says.text(503, "busy");
    CompletableFuture<Verdict> saved = send();
    store.received();
    store.received();
    store.received();
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":true}}");
    assertThat(saved.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Verdict.Taken.ALL);

    acknowledgement = Says.text(400, "{\"text\":\"ACK is disabled\",\"code\":14}");
    int before = questions.get();
    CompletableFuture<Verdict> lost = send();
    while (questions.get() < before + 2) {
      store.received();
    }
    ticker.advance(LIMIT);

    assertThat(lost.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo(
            new Verdict.Again(
                Optional.empty(),
                "not acknowledged within 300 s: status 400: {\"text\":\"ACK is"
                    + " disabled\",\"code\":14}"));
  }

  @Test
  void aTokenThatPromisesNoAcknowledgementIsDenied() throws Exception {
    store.says(Says.json(200, "{\"text\":\"Success\",\"code\":0}"));

    assertThat(send().get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo(
            new Verdict.Denied(
                "no acknowledgement was promised; it is not enabled for this token: "
                    + "status 200: {\"text\":\"Success\",\"code\":0}"));
  }

  @Test
  void whatIsNotReceivedIsToldAtOnce() throws Exception {
    store.says(Says.json(503, "{\"text\":\"Server is busy\",\"code\":9}"));
    Verdict busy = send().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    store.says(Says.text(429, "slow"));
    Verdict slow = send().get(PATIENCE_SECONDS, TimeUnit.SECONDS);

    assertThat(List.of(busy, slow))
        .containsExactly(
            new Verdict.Again(
                Optional.empty(), "status 503: {\"text\":\"Server is busy\",\"code\":9}"),
            new Verdict.Again(Optional.empty(), "status 429: slow"));
    assertThat(questions).hasValue(0);
  }

  @Test
  void aSplunkThatCountsAnewKnowsNothingOfTheParcelBefore() throws Exception {
    CompletableFuture<Verdict> before = send();
    store.received();
    store.received();
    numbers.set(7);
    CompletableFuture<Verdict> after = send();

    assertThat(before.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isInstanceOf(Verdict.Again.class);
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":true,\"8\":true,\"x\":true}}");
    store.received();
    acknowledgement = Says.json(200, "{\"acks\":{\"7\":true,\"8\":true}}");
    assertThat(after.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Verdict.Taken.ALL);
  }

  private CompletableFuture<Verdict> send() {
    var batch = new Batch(100);
    batch.add(new EventOf(new Origin("/logs/app.log", List.of(), 1)).text("a", 0).get(), output);
    var verdict = new CompletableFuture<Verdict>();
    output.send(Parcel.of(batch), verdict::complete);
    return verdict;
  }
}
