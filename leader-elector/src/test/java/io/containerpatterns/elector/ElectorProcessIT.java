package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.elector.application.Beside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Electors as real processes over one directory: what an application, and whoever stops and kills
 * them, sees.
 */
final class ElectorProcessIT {
  @TempDir Path folder;
  private ElectorProcess.Site site;

  @BeforeEach
  void site() throws IOException {
    site = ElectorProcess.Site.in(folder);
  }

  @Test
  void aGracefulStopHandsOverAtOnceAndEndsWithZero() throws Exception {
    try (ElectorProcess one = site.start(1, "ELECTOR_LEASE", "60s").ready();
        ElectorProcess two = site.start(2, "ELECTOR_LEASE", "60s").ready()) {
      ElectorProcess leader = awaitLeader(one, two);
      ElectorProcess other = leader == one ? two : one;
      long before = leader.awaitToken();

      leader.signal("TERM");

      // Far less than a lease: nobody waited for one to run out.
      assertThat(other.awaitToken()).isGreaterThan(before);
      assertThat(leader.exitCode()).as(leader.log()).isZero();
      assertThat(leader.log()).contains("stopped reason=SIGTERM");
    }
  }

  @Test
  void aKilledLeaderIsFollowedByOneWithAHigherToken() throws Exception {
    try (ElectorProcess one = site.start(1, "ELECTOR_LEASE", "2s").ready();
        ElectorProcess two = site.start(2, "ELECTOR_LEASE", "2s").ready()) {
      ElectorProcess leader = awaitLeader(one, two);
      ElectorProcess other = leader == one ? two : one;
      long before = leader.awaitToken();

      leader.close();
      long killed = System.nanoTime();
      long after = other.awaitToken();

      assertThat(after).isGreaterThan(before);
      // The bound is a lease, its last renewal a third of a lease old at most; five times that
      // here.
      assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aLeaderThatWasStoppedForLongerThanItsLeaseAnswersNoTheMomentItWakes() throws Exception {
    try (ElectorProcess one = site.start(1, "ELECTOR_LEASE", "1s").ready();
        ElectorProcess two = site.start(2, "ELECTOR_LEASE", "1s").ready()) {
      ElectorProcess leader = awaitLeader(one, two);
      ElectorProcess other = leader == one ? two : one;
      long before = leader.awaitToken();

      leader.signal("STOP");
      long after = other.awaitToken();
      leader.signal("CONT");

      assertThat(leader.token()).isEmpty();
      assertThat(other.token()).hasValue(after);
      assertThat(after).isGreaterThan(before);
    }
  }

  @Test
  void onStoppingTheAnswerIsNoBeforeTheApplicationIsToldAndTheLeaseIsGivenBackAfter()
      throws Exception {
    try (var app = new Beside();
        ElectorProcess one =
            site.start(1, "ELECTOR_LEASE", "20s", "ELECTOR_HOOK_LOST", app.uri("/stop").toString())
                .ready()) {
      one.awaitToken();
      try (ElectorProcess two = site.start(2, "ELECTOR_LEASE", "20s").ready()) {
        var seen = new CopyOnWriteArrayList<Boolean>();
        app.onLost =
            (request, exchange) ->
                Thread.ofVirtual()
                    .start(() -> {
                      seen.add(one.leads());
                      seen.add(two.leads());
                      exchange.reply(Reply.empty(204));
                    });

        one.signal("TERM");

        two.awaitToken();
        assertThat(seen).containsExactly(false, false);
        assertThat(app.paths()).containsExactly("/stop");
        assertThat(one.exitCode()).as(one.log()).isZero();
      }
    }
  }

  @Test
  void aLeaseIsNotGivenBackWhenTheApplicationDoesNotSayThatItStopped() throws Exception {
    try (var app = new Beside();
        ElectorProcess one =
            site.start(
                    1,
                    "ELECTOR_LEASE",
                    "3s",
                    "ELECTOR_DRAIN",
                    "1s",
                    "ELECTOR_HOOK_LOST",
                    app.uri("/stop").toString())
                .ready()) {
      app.onLost = Beside.REFUSES;
      one.awaitToken();
      try (ElectorProcess two = site.start(2, "ELECTOR_LEASE", "3s").ready()) {
        one.signal("TERM");
        assertThat(one.exitCode()).as(one.log()).isEqualTo(75);
        long ended = System.nanoTime();

        two.awaitToken();

        // It renewed while it waited for the application, so most of the lease was left.
        assertThat(Duration.ofNanos(System.nanoTime() - ended))
            .isGreaterThan(Duration.ofSeconds(1));
        assertThat(one.log())
            .containsPattern(
                "stopped with work left behind left=\"the lease of default was not given back and"
                    + " runs out by itself within [1-3] s\"");
      }
    }
  }

  @Test
  void aThousandElectionsFitIntoOneProcess() throws Exception {
    try (ElectorProcess one = site.start(1, "ELECTOR_NAMES", "shard-[0-999]").ready()) {
      Await.until(
          () -> "a thousand terms\n" + one.log(),
          () -> leading(one.get("/v1/elections?leading=true").body()) == 1_000);

      assertThat(one.log().lines().filter(line -> line.contains("ElectionLog: leading ")).count())
          .as("lines of a flood")
          .isLessThan(500);
      one.signal("TERM");
      assertThat(one.exitCode()).as(one.log()).isZero();
    }
  }

  @Test
  void threeReplicasShareSixteenShardsAndInheritThoseOfADeadOne() throws Exception {
    String[] settings = {
      "ELECTOR_NAMES", "shard-[0-15]", "ELECTOR_SPREAD", "on", "ELECTOR_LEASE", "2s"
    };
    try (ElectorProcess one = site.start(1, settings).ready();
        ElectorProcess two = site.start(2, settings).ready();
        ElectorProcess three = site.start(3, settings).ready()) {
      awaitShares(List.of(one, two, three), 5, 6);
      assertThat(one.management("/metrics").body()).contains("elector_live 3.0");

      three.close();

      awaitShares(List.of(one, two), 8, 8);
    }
  }

  @Test
  void aSecondElectorWithTheSameIdIsTold() throws Exception {
    try (ElectorProcess one = site.start(1, "ELECTOR_ID", "twin", "ELECTOR_LEASE", "2s").ready()) {
      one.awaitToken();
      try (ElectorProcess two =
          site.start(2, "ELECTOR_ID", "twin", "ELECTOR_LEASE", "2s").ready()) {
        Await.until(
            two::log,
            () -> two.log().contains("another elector has our id id=twin election=default"));

        assertThat(two.management("/healthz?verbose").body())
            .contains(
                "another elector with the id twin holds default; give each elector its own"
                    + " ELECTOR_ID");
        assertThat(two.management("/readyz").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void withoutSettingsTheProcessEndsWith78AndAnExample() throws Exception {
    Path log = folder.resolve("log");
    Process process = ElectorProcess.start(Map.of(), log);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(78);
    assertThat(Files.readString(log))
        .contains("  ELECTOR_STORE=file\n", "  ELECTOR_FILE_DIR=/leases\n");
  }

  private static ElectorProcess awaitLeader(ElectorProcess one, ElectorProcess two) {
    Await.until(
        () -> "one of two leads\n" + one.log() + two.log(), () -> one.leads() || two.leads());
    return List.of(one, two).stream().filter(ElectorProcess::leads).findFirst().orElseThrow();
  }

  /** Waits until all sixteen are led, by each between so many and so many. */
  private static void awaitShares(List<ElectorProcess> replicas, long least, long most) {
    Await.until(
        () -> "between " + least + " and " + most + ": " + shares(replicas),
        () -> {
          List<Long> shares = shares(replicas);
          return shares.stream().mapToLong(Long::longValue).sum() == 16
              && shares.stream().allMatch(share -> share >= least && share <= most);
        });
  }

  private static List<Long> shares(List<ElectorProcess> replicas) {
    return replicas.stream()
        .map(replica -> leading(replica.get("/v1/elections?leading=true").body()))
        .toList();
  }

  private static long leading(String body) {
    return Pattern.compile("\"state\":\"LEADING\"").matcher(body).results().count();
  }
}
