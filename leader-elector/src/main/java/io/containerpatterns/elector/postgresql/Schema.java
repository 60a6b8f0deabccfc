package io.containerpatterns.elector.postgresql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/**
 * The table, and the format that it carries: the row {@code .format}, whose version is that of the
 * format. It is looked at whenever a connection is made, before anything else is read, and a table
 * of a newer format is left exactly as it is. There is no older one yet; it would be migrated here.
 */
final class Schema {
  static final String TABLE = "elector_lease";

  /** The format written, and the highest read. */
  static final int NEWEST = 1;

  private static final String FORMAT = ".format";

  /** What those get who create one table at one moment, all but the first. */
  private static final Set<String> BEATEN = Set.of("42P07", "23505", "40001");

  private final Server server;

  Schema(Server server) {
    this.server = server;
  }

  /**
   * Sees to it that the table is there and ours to use.
   *
   * @return the number of the schema that it stands in, which is part of its channel's name
   * @throws NewerSchema when a newer release has migrated it
   */
  long prepare(Connection connection) throws SQLException {
    long namespace = find(connection);
    if (namespace < 0) {
      create(connection);
      namespace = find(connection);
    }
    if (namespace < 0) {
      throw new PostgresqlFailure(
          server.url() + ": the table " + TABLE + " was removed as soon as it was made");
    }
    check(connection);
    return namespace;
  }

  private static long find(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT relnamespace::bigint FROM pg_class WHERE oid = to_regclass('"
                    + TABLE
                    + "')")) {
      return found.next() ? found.getLong(1) : -1;
    }
  }

  private void create(Connection connection) throws SQLException {
    if (!server.createSchema()) {
      throw new PostgresqlFailure(
          server.url()
              + ": there is no table "
              + TABLE
              + "; run schema.sql once, or set ELECTOR_POSTGRESQL_CREATE_SCHEMA=on");
    }
    try (var statement = connection.createStatement()) {
      statement.execute(script());
    } catch (SQLException e) {
      if (!BEATEN.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
    }
  }

  private void check(Connection connection) throws SQLException {
    long format = format(connection);
    if (format < 0) {
      // Emptied by hand; who may not write here learns it now and not when it is to lead.
      try (var statement = connection.createStatement()) {
        statement.execute(
            "INSERT INTO %s (election, version, record) VALUES ('%s', %d, '') ON CONFLICT DO NOTHING"
                .formatted(TABLE, FORMAT, NEWEST));
      }
      format = format(connection);
    }
    if (format > NEWEST) {
      throw new NewerSchema(server.url().toString(), format);
    }
  }

  private static long format(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT version FROM %s WHERE election = '%s'".formatted(TABLE, FORMAT))) {
      return found.next() ? found.getLong(1) : -1;
    }
  }

  /** The file that is also for those who let no image create tables. */
  private static String script() {
    try (var in = Schema.class.getResourceAsStream("schema.sql")) {
      if (in == null) {
        throw new IllegalStateException("schema.sql is not in this jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A newer release has migrated the table: whatever is waited for, this one can never use it. */
  static final class NewerSchema extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient long format;

    NewerSchema(String place, long format) {
      super(
          place
              + ": the table "
              + TABLE
              + " has format "
              + format
              + " (expected: at most "
              + NEWEST
              + "); run the release that wrote it, or name another database or schema; nothing was"
              + " touched");
      this.format = format;
    }

    long format() {
      return format;
    }
  }
}
