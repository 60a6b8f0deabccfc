package io.containerpatterns.elector.postgresql;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What could not be done with the database, in a sentence for the operator. */
final class PostgresqlFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  PostgresqlFailure(String sentence) {
    this(sentence, null);
  }

  PostgresqlFailure(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }

  /**
   * What went wrong at {@code place}. Only the first line of what the server said is told: what it
   * adds may quote the statement.
   */
  static PostgresqlFailure of(String place, SQLException e) {
    return new PostgresqlFailure(place + ": " + reason(e) + remedy(e), e);
  }

  private static String reason(SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return "no answer in time, so the connection was closed";
      }
    }
    ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    String said = server == null ? e.getMessage() : server.getMessage();
    String line = said == null ? "" : said.lines().findFirst().orElse("");
    String state = e.getSQLState();
    return (line.isEmpty() ? e.getClass().getSimpleName() : line)
        + (server == null || state == null ? "" : " (SQLSTATE " + state + ")");
  }

  /** What to do about it; the codes are those of PostgreSQL's appendix A. */
  private static String remedy(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return switch (state) {
      case "25006" -> "; nobody can lead with a read-only server: name the primary, or all hosts";
      case "28P01", "28000" ->
          "; mend the role, pg_hba.conf, or what is in ELECTOR_POSTGRESQL_PASSWORD_FILE";
      case "3D000" -> "; create the database, or name another in ELECTOR_POSTGRESQL_URL";
      case "42501" ->
          "; the elector needs SELECT, INSERT and UPDATE on the table "
              + Schema.TABLE
              + ", and CREATE on its schema where it is to create it; else run schema.sql once";
      case "42P01" -> "; the table " + Schema.TABLE + " was removed, or is out of search_path";
      case "53300" -> "; an elector needs two connections";
      case "57014" -> "; somebody locks the table or a row, or the server is too slow";
      case "57P01", "57P02", "57P03" -> "; tried again soon";
      default -> "";
    };
  }
}
