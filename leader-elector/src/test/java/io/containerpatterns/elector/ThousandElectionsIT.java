package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.etcd.EtcdServer;
import io.containerpatterns.elector.kubernetes.TestCluster;
import io.containerpatterns.elector.postgresql.PostgresqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand elections in one container of 64 MiB, on each store. How many are led how soon depends
 * on the machine and is not asserted; that some are, and that memory holds, is.
 */
@Tag("image")
class ThousandElectionsIT {
  private static final int ELECTIONS = 1_000;
  private static final Duration MOST = Duration.ofSeconds(25);
  private static final Duration LASTING = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @Test
  void fitIntoItsContainerOnFiles() throws Exception {
    holds("ELECTOR_STORE", "file", "ELECTOR_FILE_DIR", "/state");
  }

  @Test
  @Tag("kubernetes")
  @Tag("long") // A whole API server beside it takes what two cores have.
  void fitIntoItsContainerOnKubernetes() throws Exception {
    holds(TestCluster.shared().account().settings());
  }

  @Test
  void fitIntoItsContainerOnEtcd() throws Exception {
    try (EtcdServer etcd = EtcdServer.start(Files.createDirectory(folder.resolve("etcd")))) {
      holds("ELECTOR_STORE", "etcd", "ELECTOR_ETCD_ENDPOINTS", etcd.endpoint().toString());
    }
  }

  @Test
  @Tag("long")
  void fitIntoItsContainerOnPostgresql() throws Exception {
    try (PostgresqlServer server = PostgresqlServer.fresh()) {
      Path password = Files.writeString(folder.resolve("password"), PostgresqlServer.PASSWORD);

      holds(
          "ELECTOR_STORE",
          "postgresql",
          "ELECTOR_POSTGRESQL_URL",
          "postgresql://%s@127.0.0.1:%d/%s"
              .formatted(PostgresqlServer.USER, server.port(), server.database()),
          "ELECTOR_POSTGRESQL_PASSWORD_FILE",
          password.toString());
    }
  }

  private void holds(String... settings) throws Exception {
    try (var elector = WeighedElector.start(folder, ELECTIONS, settings)) {
      Duration all = elector.awaitAll(MOST);
      LockSupport.parkNanos(LASTING.toNanos());

      assertThat(elector.end()).isEmpty();
      assertThat(elector.logs()).doesNotContain("OutOfMemoryError");
      assertThat(elector.leading()).as(elector.logs()).isPositive();
      if (all != null) {
        assertThat(elector.lost()).as("leases lost once all were led").isZero();
      }
    }
  }
}
