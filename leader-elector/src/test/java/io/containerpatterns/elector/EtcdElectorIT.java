package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.etcd.EtcdServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Electors as real processes over a cluster of etcd. */
final class EtcdElectorIT {
  @TempDir Path folder;
  private List<EtcdServer> cluster = List.of();
  private ElectorProcess.Site site;

  @BeforeEach
  void begin() throws Exception {
    site = ElectorProcess.Site.in(folder);
    cluster = EtcdServer.cluster(folder, 3);
    cluster.forEach(EtcdServer::awaitHealth);
  }

  @AfterEach
  void end() throws Exception {
    for (EtcdServer member : cluster) {
      member.close();
    }
  }

  @Test
  void aGracefulStopHandsOverAtOnce() throws Exception {
    try (ElectorProcess one = start(1, "60s").ready();
        ElectorProcess two = start(2, "60s").ready()) {
      ElectorProcess leader = awaitLeader(one, two);
      ElectorProcess other = leader == one ? two : one;
      long before = leader.awaitToken();

      leader.signal("TERM");

      // Far less than a lease, and than a safety read: the watch told it.
      assertThat(other.awaitToken()).isGreaterThan(before);
      assertThat(leader.exitCode()).as(leader.log()).isZero();
    }
  }

  @Test
  void aKilledLeaderIsFollowedByOneWithAHigherToken() throws Exception {
    try (ElectorProcess one = start(1, "2s").ready();
        ElectorProcess two = start(2, "2s").ready()) {
      ElectorProcess leader = awaitLeader(one, two);
      ElectorProcess other = leader == one ? two : one;
      long before = leader.awaitToken();

      leader.close();

      assertThat(other.awaitToken()).isGreaterThan(before);
    }
  }

  @Test
  void aLeaderKeepsItsTermWhenTheLeaderOfEtcdIsKilledAndWhenItsOwnMemberStandsStill()
      throws Exception {
    try (ElectorProcess one = start(1, "10s").ready()) {
      long token = one.awaitToken();

      EtcdServer killed = leaderOfEtcd();
      killed.kill();
      awaitRenewals(one, 2);
      killed.startAgain();
      for (EtcdServer member : cluster) {
        member.pause();
        awaitRenewals(one, 1);
        member.resume();
        member.awaitHealth();
      }

      assertThat(one.token()).as(one.log()).isEqualTo(OptionalLong.of(token));
    }
  }

  @Test
  void withoutEtcdALeaderStopsInTimeAndSaysWhatIsMissing() throws Exception {
    try (ElectorProcess one = start(1, "2s").ready()) {
      long before = one.awaitToken();

      for (EtcdServer member : cluster) {
        member.kill();
      }
      Await.until(() -> "not to lead\n" + one.log(), () -> one.token().isEmpty());
      Await.until(
          () -> "the reason in " + health(one),
          () ->
              health(one).contains("the store does not answer for 1 of 1 elections")
                  && health(one).contains("cannot connect"));
      assertThat(one.management("/readyz").statusCode()).isEqualTo(200);
      for (EtcdServer member : cluster) {
        member.begin();
      }

      assertThat(one.awaitToken()).isGreaterThan(before);
    }
  }

  @Test
  void aThousandElectionsAreAFewCallsForEachRenewal() throws Exception {
    try (ElectorProcess one = start(1, "10s", "ELECTOR_NAMES", "shard-[0-999]").ready()) {
      Await.until(
          () -> "a thousand elections to be led\n" + one.log(),
          () -> metric(one, "elector_elections") == 1_000 && leading(one) == 1_000);
      long calls = calls(one);
      long renewals = renewals(one);

      awaitRenewals(one, 3_000);

      assertThat(leading(one)).isEqualTo(1_000);
      assertThat(calls(one) - calls).isLessThan((renewals(one) - renewals) / 2);
    }
  }

  private ElectorProcess start(int n, String lease, String... more) throws IOException {
    var settings =
        new ArrayList<>(
            List.of(
                "ELECTOR_STORE",
                "etcd",
                "ELECTOR_FILE_DIR",
                "",
                "ELECTOR_ETCD_ENDPOINTS",
                cluster.stream()
                    .map(member -> member.endpoint().toString())
                    .collect(Collectors.joining(",")),
                "ELECTOR_LEASE",
                lease));
    settings.addAll(Arrays.asList(more));
    return site.start(n, settings.toArray(new String[0]));
  }

  private EtcdServer leaderOfEtcd() throws Exception {
    for (EtcdServer member : cluster) {
      if (member.leads()) {
        return member;
      }
    }
    throw new AssertionError("a healthy cluster without a leader");
  }

  private static ElectorProcess awaitLeader(ElectorProcess one, ElectorProcess two) {
    Await.until(
        () -> "one of two to lead\n" + one.log() + two.log(), () -> one.leads() || two.leads());
    return one.leads() ? one : two;
  }

  private static void awaitRenewals(ElectorProcess elector, long count) {
    long before = renewals(elector);
    Await.until(
        () -> count + " more renewals\n" + elector.log(),
        () -> renewals(elector) >= before + count);
  }

  private static long renewals(ElectorProcess elector) {
    return metric(elector, "elector_renew_seconds_count");
  }

  private static long leading(ElectorProcess elector) {
    return elector
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("elector_leader{") && line.endsWith(" 1.0"))
        .count();
  }

  private static long calls(ElectorProcess elector) {
    return elector
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("elector_network_messages_total{"))
        .filter(line -> line.contains("name=\"etcd\"") && line.contains("direction=\"out\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String health(ElectorProcess elector) {
    return elector.management("/healthz?verbose").body();
  }

  private static long metric(ElectorProcess elector, String name) {
    return elector
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
