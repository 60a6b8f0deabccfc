package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.postgresql.PostgresqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Electors as real processes over one table. */
final class ElectorPostgresqlIT {
  private static PostgresqlServer server;

  @TempDir Path folder;
  private ElectorProcess.Site site;
  private String database = "";

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresqlServer.fresh("-c", "fsync=on");
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void site() throws Exception {
    site = ElectorProcess.Site.in(folder);
    database = server.database();
    Files.writeString(folder.resolve("password"), PostgresqlServer.PASSWORD);
  }

  private ElectorProcess start(int n, String lease) throws IOException {
    return site.start(
        n,
        "ELECTOR_STORE",
        "postgresql",
        "ELECTOR_POSTGRESQL_URL",
        "postgresql://%s@127.0.0.1:%d/%s".formatted(PostgresqlServer.USER, server.port(), database),
        "ELECTOR_POSTGRESQL_PASSWORD_FILE",
        folder.resolve("password").toString(),
        "ELECTOR_LEASE",
        lease);
  }

  @Test
  void aGracefulStopHandsOverAtOnceAndEndsWithZero() throws Exception {
    try (ElectorProcess one = start(1, "60s").ready();
        ElectorProcess two = start(2, "60s").ready()) {
      ElectorProcess leader = awaitLeader(one, two);
      ElectorProcess other = leader == one ? two : one;
      long before = leader.awaitToken();

      leader.signal("TERM");

      // Far less than a lease, and than the poll: the hint came.
      assertThat(other.awaitToken()).isGreaterThan(before);
      assertThat(leader.exitCode()).as(leader.log()).isZero();
      assertThat(other.get("/status").body())
          .contains("\"store\":\"postgresql\",\"guarantee\":\"exclusive\"");
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
      long killed = System.nanoTime();
      long after = other.awaitToken();

      assertThat(after).isGreaterThan(before);
      assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void withoutTheServerNobodyLeadsAndNobodyIsUnready() throws Exception {
    try (ElectorProcess one = start(1, "2s").ready()) {
      long before = one.awaitToken();

      server.stop();
      try {
        Await.until("the claim ends", () -> !one.leads());
        assertThat(one.management("/readyz").statusCode()).isEqualTo(200);
        Await.until(
            () -> one.management("/healthz?verbose").body(),
            () -> one.management("/healthz?verbose").body().contains("Connection to 127.0.0.1"));
        assertThat(one.management("/healthz?verbose").body())
            .doesNotContain(PostgresqlServer.PASSWORD);
      } finally {
        server.start();
      }

      assertThat(one.awaitToken()).isGreaterThan(before);
      assertThat(one.log()).doesNotContain(PostgresqlServer.PASSWORD);
    }
  }

  @Test
  void aTableOfANewerReleaseEndsTheStartWith78() throws Exception {
    try (ElectorProcess one = start(1, "2s").ready()) {
      one.awaitToken();
    }
    server.execute(database, "UPDATE elector_lease SET version = 2 WHERE election = '.format'");

    try (ElectorProcess two = start(2, "2s")) {
      assertThat(two.exitCode()).as(two.log()).isEqualTo(78);
      assertThat(two.log()).contains("this one has 2");
    }
  }

  private static ElectorProcess awaitLeader(ElectorProcess one, ElectorProcess two) {
    Await.until(() -> "one leads\n" + one.log() + two.log(), () -> one.leads() || two.leads());
    return one.leads() ? one : two;
  }
}
