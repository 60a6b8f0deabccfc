package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.logshipper.HttpStore.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How it ends: with everything shipped, or with what is left in its last sentence. */
final class EndIT {
  @TempDir Path folder;
  private final List<String> texts = new CopyOnWriteArrayList<>();

  private HttpStore store() throws Exception {
    return HttpStore.handingTo(push -> push.messages().forEach(one -> texts.add(one.text())));
  }

  @Test
  void onAStopALineWithoutAnEndAndAnOpenTraceGoOutAndItEndsWithZero() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    try (var store = store();
        var shipper = site.start(store.url(), "LOGSHIPPER_EVENT_IDLE", "1m").ready()) {
      Files.writeString(site.logs().resolve("a.log"), "first\nException: broken\n\tat there\n");
      Files.writeString(site.logs().resolve("b.log"), "whole\nhalf");

      assertThat(shipper.terminate()).as(shipper.log()).isZero();

      assertThat(texts)
          .containsExactlyInAnyOrder("first", "Exception: broken\n\tat there", "whole", "half");
      assertThat(shipper.logLines().getLast()).contains("stopped reason=SIGTERM");
    }
  }

  @Test
  void whatIsWrittenWhileItStopsGoesOutToo() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url(), "LOGSHIPPER_DRAIN_QUIET", "1s").ready()) {
      app.start(200, 100, LogWriter.Rotation.RENAME, 100);
      Await.until("lines arrive", () -> arrivals.count() > 0);

      shipper.signal("TERM");
      int lines = app.lines();
      Await.until("it writes on", () -> app.lines() > lines + 200);
      app.stop();

      assertThat(shipper.exitCode()).as(shipper.log()).isZero();
      assertThat(arrivals.missing(app)).isEmpty();
      assertThat(arrivals.strange()).isEmpty();
    }
  }

  @Test
  void whatTheStoreHasNotAtTheDeadlineIsSaidToStandardOutputIfThatIsWanted() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    Path a = site.logs().resolve("a.log");
    try (var store = store()) {
      try (var shipper =
          site.start(
                  store.url(),
                  "TERMINATION_GRACE_SECONDS",
                  "3",
                  "LOGSHIPPER_AT_DEADLINE",
                  "stdout",
                  "LOGSHIPPER_REDACT",
                  "emails")
              .ready()) {
        Files.writeString(a, "taken\n");
        Await.until("it arrives", () -> texts.contains("taken") && shipper.lag() == 0);
        store.says(new Answer.Status(503, ""));
        Files.writeString(a, "taken\nnot taken by ann@example.com\nhalf");

        assertThat(shipper.terminate()).as(shipper.log()).isEqualTo(75);

        assertThat(shipper.logLines().stream().filter(line -> line.startsWith("{\"time\"")))
            .satisfiesExactly(
                line ->
                    assertThat(line).contains("\"message\":\"not taken by ***\"", "\"offset\":6"),
                line -> assertThat(line).contains("\"message\":\"half\"", "\"offset\":35"));
      }
      store.says(Answer.OK);

      try (var shipper = site.start(store.url()).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      assertThat(texts).containsExactlyInAnyOrder("taken", "not taken by ann@example.com", "half");
    }
  }

  @Test
  void whatTheStoreHasNotAtTheDeadlineIsNamedAndTheNextStartSendsIt() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    Path a = site.logs().resolve("a.log");
    Path b = site.logs().resolve("b.log");
    try (var store = store()) {
      try (var shipper = site.start(store.url(), "TERMINATION_GRACE_SECONDS", "3").ready()) {
        Files.writeString(a, "taken\n");
        Await.until("it arrives", () -> texts.contains("taken") && shipper.lag() == 0);
        store.says(new Answer.Status(503, ""));
        Files.writeString(a, "taken\nnot taken\n");
        Files.writeString(b, "nor this\nnor half");

        assertThat(shipper.terminate()).as(shipper.log()).isEqualTo(75);

        assertThat(shipper.logLines().getLast())
            .contains(
                "stopped with work left behind",
                "27 bytes were not acknowledged; the next start sends them: ",
                "10 of " + a + " by " + store.url(),
                "17 of " + b + " by " + store.url());
      }
      store.says(Answer.OK);

      try (var shipper = site.start(store.url()).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      assertThat(texts).containsExactlyInAnyOrder("taken", "not taken", "nor this", "nor half");
    }
  }
}
