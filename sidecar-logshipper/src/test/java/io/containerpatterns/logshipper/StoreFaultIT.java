package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.Await;
import io.containerpatterns.logshipper.HttpStore.Answer;
import io.containerpatterns.logshipper.HttpStore.Answered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything a store can do to whoever sends to it, and the account afterwards. */
final class StoreFaultIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  @TempDir Path folder;
  private final Arrivals arrivals = new Arrivals();

  @Test
  void whatIsNotTakenIsSentAgainUntilItIsAndNothingIsTakenTwice() throws Exception {
    Map<String, Answer> faults = new LinkedHashMap<>();
    for (int status : new int[] {408, 425, 429, 500, 502, 503, 504}) {
      faults.put("status " + status, new Answer.Status(status, ""));
    }
    faults.put("nothing for longer than the timeout", new Answer.Silent(TIMEOUT.multipliedBy(2)));
    faults.put("no HTTP", new Answer.Garbage());
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url(), "LOGSHIPPER_TIMEOUT", "1s").ready()) {
      for (var fault : faults.entrySet()) {
        var left = new AtomicInteger(2);
        store.says(push -> left.getAndDecrement() > 0 ? fault.getValue() : Answer.OK);

        app.write(100);

        awaitAll(fault.getKey(), app);
        assertThat(left).as(fault.getKey()).hasValueLessThan(0);
      }

      assertThat(shipper.metric("logshipper_again_total"))
          .isEqualTo((double) messagesThat(store, answer -> !answer.equals(Answer.OK)));
      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertAllOnce(app);
    }
  }

  @Test
  void aRequestThatIsResetInItsMidstIsSentAgain() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url()).ready()) {
      store.says(
          new HttpStore.Script() {
            @Override
            public boolean reads(int number) {
              return number % 3 == 2;
            }

            @Override
            public Answer answer(HttpStore.Push push) {
              return Answer.OK;
            }
          });

      for (int i = 0; i < 5; i++) {
        app.write(5_000);
        awaitAll("reset", app);
      }

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertAllOnce(app);
    }
  }

  @Test
  void aSlowAnswerWithinTheTimeoutIsAwaited() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url()).ready()) {
      store.says(new Answer.Slow(Duration.ofMillis(20)));

      app.write(100);
      awaitAll("slow", app);

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertAllOnce(app);
    }
  }

  @Test
  void theStoreIsLeftAloneForAsLongAsItsRetryAfterSays() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url()).ready()) {
      for (boolean date : new boolean[] {false, true}) {
        int before = store.answered().size();
        var first = new AtomicInteger(1);
        store.says(push -> {
          String after =
              date
                  ? ZonedDateTime.now(ZoneOffset.UTC)
                      .plusSeconds(3)
                      .format(DateTimeFormatter.RFC_1123_DATE_TIME)
                  : "2";
          return first.getAndDecrement() > 0 ? new Answer.Status(429, after) : Answer.OK;
        });

        app.write(100);
        awaitAll("Retry-After", app);

        List<Answered> answered = store.answered().subList(before, store.answered().size());
        Duration pause = Duration.ofNanos(answered.get(1).nanos() - answered.get(0).nanos());
        // A date has no fraction of a second.
        assertThat(pause).isBetween(Duration.ofMillis(1_950), Duration.ofSeconds(5));
      }

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertAllOnce(app);
    }
  }

  @Test
  void whatIsTooLargeIsSentInPartsThatAreNot() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url()).ready()) {
      store.says(push -> push.messages().size() > 10 ? new Answer.Status(413, "") : Answer.OK);

      app.write(1_000);
      awaitAll("413", app);

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertAllOnce(app);
      assertThat(site.state().resolve(deadLetters(store))).doesNotExist();
    }
  }

  @Test
  void onlyTheLinesThatTheStoreRefusesBecomeDeadLetters() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    Set<String> good = new ConcurrentSkipListSet<>();
    var taken = new AtomicInteger();
    try (var store =
            HttpStore.handingTo(push -> {
              push.messages().forEach(one -> good.add(one.text()));
              taken.addAndGet(push.messages().size());
            });
        var shipper = site.start(store.url()).ready()) {
      store.says(push ->
          push.messages().stream().anyMatch(one -> one.text().startsWith("poison"))
              ? new Answer.Status(400, "")
              : Answer.OK);
      List<String> poison = new ArrayList<>();
      var lines = new StringBuilder();
      for (int i = 0; i < 1_000; i++) {
        String line = (i % 97 == 3 ? "poison " : "good ") + i;
        lines.append(line).append('\n');
        if (line.startsWith("poison")) {
          poison.add(line);
        }
      }
      Path log = site.logs().resolve("app.log");
      Files.writeString(log, lines);

      assertThat(shipper.terminate()).as(shipper.log()).isZero();

      List<String> letters = new ArrayList<>();
      for (String line : Files.readAllLines(site.state().resolve(deadLetters(store)))) {
        JsonNode letter = new ObjectMapper().readTree(line);
        assertThat(letter.path("why").asText()).isEqualTo("status 400");
        assertThat(letter.path("file").asText()).isEqualTo(log.toString());
        assertThat(letter.path("offset").asInt())
            .isEqualTo(lines.indexOf(poison.get(letters.size()) + "\n"));
        letters.add(
            new ObjectMapper().readTree(letter.path("item").asText()).path("message").asText());
      }
      assertThat(letters).isEqualTo(poison);
      assertThat(good).hasSize(1_000 - poison.size()).allMatch(line -> line.startsWith("good"));
      assertThat(taken).hasValue(good.size());
    }
  }

  @Test
  void anAnswerThatIsLostAfterTheCommitCostsThatBatchTwiceAndNoMore() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url(), "LOGSHIPPER_BATCH_LINES", "50").ready()) {
      store.says(push -> push.number() % 4 == 1 ? new Answer.Lost() : Answer.OK);

      app.write(2_000);
      awaitAll("answers are lost", app);

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertThat(arrivals.missing(app)).isEmpty();
      assertThat(arrivals.strange()).isEmpty();
      assertThat(arrivals.again())
          .isPositive()
          .isEqualTo(messagesThat(store, answer -> answer instanceof Answer.Lost));
    }
  }

  @Test
  void theCheckpointNeverPassesWhatTheStoreHasNotTaken() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app")) {
      store.says(new Answer.Status(503, ""));
      try (var shipper = site.start(store.url()).ready()) {
        app.write(500);
        Await.until("it is tried", () -> store.answered().size() > 3);
        assertThat(shipper.lag()).isEqualTo(Files.size(app.file()));
        assertThat(shipper.get("/healthz?verbose").body())
            .contains("DEGRADED", "does not take events: status 503");
        assertThat(shipper.get("/readyz").statusCode()).isEqualTo(200);
        shipper.kill();
      }
      store.says(Answer.OK);

      try (var shipper = site.start(store.url()).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      assertAllOnce(app);
    }
  }

  private void awaitAll(String what, LogWriter app) {
    Await.until(
        () -> what + ": all arrive; missing are " + arrivals.missing(app),
        () -> arrivals.different("app") == app.lines());
  }

  private void assertAllOnce(LogWriter app) {
    assertThat(arrivals.missing(app)).isEmpty();
    assertThat(arrivals.outOfOrder(app)).isEmpty();
    assertThat(arrivals.strange()).isEmpty();
    assertThat(arrivals.again()).isZero();
  }

  private static int messagesThat(HttpStore store, Predicate<Answer> wereAnswered) {
    return store.answered().stream()
        .filter(one -> wereAnswered.test(one.answer()))
        .mapToInt(Answered::messages)
        .sum();
  }

  private static String deadLetters(HttpStore store) {
    return "dead-letters-" + store.url().replaceAll("[^A-Za-z0-9._-]+", "-") + ".ndjson";
  }
}
