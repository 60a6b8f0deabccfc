package io.containerpatterns.elector.postgresql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The database that the settings name, and how long it may take.
 *
 * <pre>
 *   connect           connectTimeout     1 s or the answer limit, whichever is longer, for each host
 *   log in            socketTimeout      the same, for each answer of the server
 *   a call            statement_timeout  the answer limit; the server gives up
 *                     network timeout    half as long again; we give up and close the connection
 * </pre>
 *
 * <p>The driver's own default is to wait for ever. The server gives up first, so that a statement
 * behind a lock does not act long after everybody has forgotten it.
 *
 * @param passwordFile read again for each connection, so that a password may be changed under a
 *     running process
 * @param createSchema whether the table is created where it is missing
 * @param answerWithin how long a caller waits for one answer
 */
record Server(
    PostgresqlUrl url, Optional<Path> passwordFile, boolean createSchema, Duration answerWithin) {
  private static final int PASSWORD_BYTES_MAX = 1 << 16;

  /** Below this a pause of our own process would look like the server's. */
  private static final Duration LIMIT_MIN = Duration.ofMillis(250);

  /**
   * A connection, which belongs to the caller. Waits for each host as long as the table above says.
   *
   * @throws PostgresqlFailure in a sentence
   */
  Connection connect() {
    Properties properties = url.properties();
    password().ifPresent(password -> properties.setProperty("password", password));
    String seconds = Long.toString(Math.max(1, (answerWithin.toMillis() + 999) / 1000));
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    properties.setProperty("tcpKeepAlive", "true");
    // Statements with a name would outlive the connection's turn behind a pooler.
    properties.setProperty("prepareThreshold", "0");
    // A promoted replica must not count as one for ten seconds more.
    properties.setProperty("hostRecheckSeconds", "0");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("logServerErrorDetail", "false");
    try {
      Connection connection = new org.postgresql.Driver().connect(url.jdbc(), properties);
      if (connection == null) {
        throw new PostgresqlFailure(url + ": the driver does not know such a URL");
      }
      return limited(connection);
    } catch (SQLException e) {
      throw PostgresqlFailure.of(url.toString(), e);
    }
  }

  private Connection limited(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      // Of the rest of the session only what would weaken a promise: an answered write outlives a
      // crash, and a conflict is not told as an error.
      statement.execute(
          """
          SET statement_timeout = %d;
          SET default_transaction_isolation = 'read committed';
          SELECT set_config('synchronous_commit', 'on', false)
           WHERE current_setting('synchronous_commit') IN ('off', 'local')\
          """
              .formatted(answerWithin.toMillis()));
      connection.setNetworkTimeout(Runnable::run, (int) networkTimeout().toMillis());
      return connection;
    } catch (SQLException e) {
      abort(connection);
      throw e;
    }
  }

  /** How long we wait for an answer of a connection before we close it. */
  Duration networkTimeout() {
    Duration longer = answerWithin.plus(answerWithin.dividedBy(2));
    return longer.compareTo(LIMIT_MIN) < 0 ? LIMIT_MIN : longer;
  }

  /** Closes a connection without a word to the server, whatever another thread does with it. */
  static void abort(Connection connection) {
    Executor here = Runnable::run;
    try {
      connection.abort(here);
    } catch (SQLException e) {
      // Closed already.
      return;
    }
  }

  private Optional<String> password() {
    return passwordFile.map(file -> {
      String problem = problemOf(file);
      if (problem != null) {
        throw new PostgresqlFailure(
            "ELECTOR_POSTGRESQL_PASSWORD_FILE: \""
                + file
                + "\" (expected: "
                + problem
                + "); without it the database lets nobody in");
      }
      try {
        return Files.readString(file).stripTrailing();
      } catch (IOException e) {
        throw new PostgresqlFailure("cannot read " + file, e);
      }
    });
  }

  /** What a file of a password should be and is not; null when it is one. */
  static @Nullable String problemOf(Path file) {
    try {
      if (Files.size(file) > PASSWORD_BYTES_MAX) {
        return "a file of at most 64KiB";
      }
      return Files.readString(file).isBlank() ? "a file that is not empty" : null;
    } catch (NoSuchFileException e) {
      return "a readable file: it does not exist";
    } catch (IOException e) {
      return "a readable file: " + e.getClass().getSimpleName();
    }
  }
}
