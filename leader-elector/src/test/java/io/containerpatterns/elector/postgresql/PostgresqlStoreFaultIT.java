package io.containerpatterns.elector.postgresql;

import io.containerpatterns.elector.FaultyStore;
import io.containerpatterns.elector.StoreFaultContract;
import io.containerpatterns.elector.lease.LeaseStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The electors over one table. */
final class PostgresqlStoreFaultIT extends StoreFaultContract {
  @Override
  protected FaultyStore store(Path folder) throws Exception {
    PostgresqlServer server = PostgresqlServer.fresh();
    try {
      String database = server.database();
      return new FaultyTable(server, database, PostgresqlStores.at(server.url(database), folder));
    } catch (SQLException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private record FaultyTable(PostgresqlServer process, String database, PostgresqlStores direct)
      implements FaultyStore {
    @Override
    public Optional<Server> server() {
      return Optional.of(new Postmaster(process));
    }

    @Override
    public Map<String, String> settings(int port) {
      return Map.of(
          "ELECTOR_STORE",
          "postgresql",
          "ELECTOR_POSTGRESQL_URL",
          "postgresql://%s@127.0.0.1:%d/%s".formatted(PostgresqlServer.USER, port, database),
          "ELECTOR_POSTGRESQL_PASSWORD_FILE",
          direct.passwordFile().toString());
    }

    @Override
    public LeaseStore open() {
      return direct.lease(Duration.ofSeconds(1)).open();
    }

    @Override
    public void delete(String election) throws SQLException {
      process.execute(
          database, "DELETE FROM elector_lease WHERE election = '%s'".formatted(election));
    }

    /** With a version of its own; otherwise the holder would write over it, and rightly. */
    @Override
    public void garble(String election) throws SQLException {
      process.execute(
          database,
          "UPDATE elector_lease SET version = version + 1, record = 'who wrote this?'"
              + " WHERE election = '%s'".formatted(election));
    }

    @Override
    public void close() throws IOException {
      process.close();
    }
  }

  private record Postmaster(PostgresqlServer process) implements FaultyStore.Server {
    @Override
    public InetSocketAddress address() {
      return process.address();
    }

    @Override
    public void stop() throws IOException {
      process.stop();
    }

    @Override
    public void start() throws IOException {
      process.start();
    }

    @Override
    public void pause() throws IOException {
      process.pause();
    }

    @Override
    public void goOn() throws IOException {
      process.goOn();
    }
  }
}
