package io.containerpatterns.elector.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.SystemClocks;
import io.containerpatterns.elector.election.ThreadLoop;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpHooksTest {
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Network network = new Network(Ticker.system());
  private final Application application = new Application(network);
  private final ThreadLoop loop = new ThreadLoop("hooks-test");
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final SystemClocks clocks = SystemClocks.open();
  private final Beside app;

  HttpHooksTest() throws Exception {
    app = new Beside();
  }

  @AfterEach
  void close() {
    loop.close();
    application.close();
    app.close();
  }

  @Test
  void theApplicationHearsOfItsLeadershipAndAcknowledges() {
    HttpHooks hooks = hooks(app.hook(true), DRAIN);

    assertThat(await(on(() -> hooks.acquired("orders", 1042)))).isTrue();

    assertThat(app.told)
        .containsExactly(
            new Beside.Told(
                "/lead",
                "1042",
                "{\"event\":\"acquired\",\"election\":\"orders\",\"token\":1042,\"id\":\"orders-0\","
                    + "\"reason\":null,\"at\":\"2026-01-01T00:00:00Z\"}"));
    assertThat(hooks.gates()).isTrue();
    assertThat(hooks.confirmsLoss()).isTrue();
  }

  @Test
  void theReasonOfALossIsTold() {
    HttpHooks hooks = hooks(app.hook(false), DRAIN);

    assertThat(await(on(() -> hooks.lost("orders", 7, LostReason.SHUTDOWN)))).isTrue();

    assertThat(app.told)
        .containsExactly(
            new Beside.Told(
                "/stop",
                "7",
                "{\"event\":\"lost\",\"election\":\"orders\",\"token\":7,\"id\":\"orders-0\","
                    + "\"reason\":\"shutdown\",\"at\":\"2026-01-01T00:00:00Z\"}"));
    assertThat(hooks.gates()).isFalse();
  }

  @Test
  void aHookThatIsNotAcknowledgedIsTriedAgain() {
    var tries = new AtomicInteger();
    app.onLost =
        (request, exchange) ->
            (tries.incrementAndGet() < 3 ? Beside.REFUSES : Beside.AGREES)
                .accept(request, exchange);
    HttpHooks hooks = hooks(app.hook(false), DRAIN);

    assertThat(await(on(() -> hooks.lost("orders", 7, LostReason.RESIGNED)))).isTrue();

    assertThat(app.paths()).containsExactly("/stop", "/stop", "/stop");
  }

  @Test
  void anApplicationThatNeverAgreesIsGivenUpWhenTheDrainTimeHasPassed() {
    app.onLost = Beside.REFUSES;
    HttpHooks hooks = hooks(app.hook(false), Duration.ofMillis(400));

    assertThat(await(on(() -> hooks.lost("orders", 7, LostReason.RESIGNED)))).isFalse();

    assertThat(app.told).hasSizeGreaterThan(1);
    assertThat(hooks.underWay()).isZero();
  }

  @Test
  void anApplicationThatHangsIsGivenUpToo() {
    app.onLost = Beside.HANGS;
    HttpHooks hooks = hooks(app.hook(false), Duration.ofMillis(300));

    assertThat(await(on(() -> hooks.lost("orders", 7, LostReason.RESIGNED)))).isFalse();

    assertThat(app.paths()).containsExactly("/stop");
  }

  @Test
  void anApplicationThatIsNotThereIsGivenUpToo() {
    URI nobody = app.uri("/stop");
    app.close();
    HttpHooks hooks =
        hooks(new Hook(Optional.empty(), Optional.of(nobody), false), Duration.ofMillis(300));

    assertThat(await(on(() -> hooks.lost("orders", 7, LostReason.RESIGNED)))).isFalse();
  }

  @Test
  void aLostHookWaitsForTheAcquiredHookBeforeItAndEndsItsTries() {
    var begun = new CompletableFuture<Exchange>();
    app.onAcquired = (request, exchange) -> begun.complete(exchange);
    HttpHooks hooks = hooks(app.hook(false), DRAIN);

    CompletionStage<Boolean> acquired = on(() -> hooks.acquired("orders", 7));
    Exchange first = await(begun);
    CompletionStage<Boolean> lost = on(() -> hooks.lost("orders", 7, LostReason.EXPIRED));
    assertThat(app.paths()).containsExactly("/lead");
    first.reply(Reply.empty(500));

    assertThat(await(acquired)).isFalse();
    assertThat(await(lost)).isTrue();
    assertThat(app.paths()).containsExactly("/lead", "/stop");
  }

  @Test
  void electionsDoNotWaitForEachOther() {
    app.onLost =
        (request, exchange) -> {
          boolean slow = new String(request.body(), StandardCharsets.UTF_8).contains("slow");
          (slow ? Beside.HANGS : Beside.AGREES).accept(request, exchange);
        };
    HttpHooks hooks = hooks(app.hook(false), DRAIN);

    CompletionStage<Boolean> slow = on(() -> hooks.lost("slow", 1, LostReason.RESIGNED));

    assertThat(await(on(() -> hooks.lost("quick", 2, LostReason.RESIGNED)))).isTrue();
    assertThat(slow.toCompletableFuture()).isNotDone();
  }

  @Test
  void aThousandHooksOfOneMomentReachTheApplicationABoundedNumberAtOnce() {
    var open = new CopyOnWriteArrayList<Exchange>();
    app.onLost = (request, exchange) -> open.add(exchange);
    HttpHooks hooks = hooks(app.hook(false), Duration.ofSeconds(20));
    var answers = new ArrayList<CompletionStage<Boolean>>();
    for (int i = 0; i < 1_000; i++) {
      String election = "e-" + i;
      answers.add(on(() -> hooks.lost(election, 1, LostReason.SHUTDOWN)));
    }

    Await.until(() -> "256 calls at once, there are " + open.size(), () -> open.size() == 256);
    assertThat(hooks.underWay()).isEqualTo(1_000);
    app.onLost = Beside.AGREES;
    open.forEach(exchange -> exchange.reply(Reply.empty(204)));

    for (CompletionStage<Boolean> answer : answers) {
      assertThat(await(answer)).isTrue();
    }
    assertThat(app.told).hasSize(1_000);
  }

  @Test
  void withoutUrlsThereIsNobodyToTell() {
    HttpHooks hooks = hooks(new Hook(Optional.empty(), Optional.empty(), false), DRAIN);

    assertThat(await(on(() -> hooks.acquired("orders", 7)))).isTrue();
    assertThat(await(on(() -> hooks.lost("orders", 7, LostReason.SHUTDOWN)))).isTrue();
    assertThat(hooks.confirmsLoss()).isFalse();
  }

  @Test
  void itIsToldHowEachHookEnded() {
    HttpHooks hooks = hooks(app.hook(false), DRAIN);

    await(on(() -> hooks.lost("orders", 7, LostReason.SHUTDOWN)));

    assertThat(ended).containsExactly("lost true");
    assertThat(network.upstreams()).extracting("name").contains("hook");
  }

  private HttpHooks hooks(Hook hook, Duration drain) {
    return new HttpHooks(
        application::send,
        loop,
        clocks,
        () -> NOW,
        "orders-0",
        new HttpHooks.Terms(hook, drain),
        (kind, acknowledged, nanos) -> ended.add(kind.wire() + " " + acknowledged));
  }

  /** As elections call: on their loop. */
  private CompletionStage<Boolean> on(Supplier<CompletionStage<Boolean>> call) {
    var answer = new CompletableFuture<Boolean>();
    loop.execute(() -> call.get().thenAccept(answer::complete));
    return answer;
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }
}
