package io.containerpatterns.elector.postgresql;

import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseFormat;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.UnreadableLease;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * One connection to the primary, and the three things that are asked over it: many reads in one
 * statement, many compare-and-sets in one statement, and hints.
 *
 * <p><b>A compare-and-set</b> is an UPDATE of the row that has the expected version, or an INSERT
 * of one that is not there. Both wait for whoever is at the same row and then look at it again, as
 * READ COMMITTED does; so of those who expect one version the first wins and the others are told
 * that there was nothing to write. Rows are locked in the order of their names: two processes that
 * write the same hundred rows cannot wait for each other.
 *
 * <p><b>Versions</b> are {@code max(version + 1, the server's clock in ms, what we saw + 1)}. The
 * first term makes them grow within the life of a row. The others make them grow beyond it, where
 * there is no row to count from: after a row or the table was deleted, after an old backup was
 * restored, after a replica was promoted that lacked the last writes. There a number that is only
 * counted would come back; worse, a process that waits with version 58 in its hand would find
 * another's 58 and take it for its own. It needs the clock to be right by no more than the time
 * since the lost writes; what this process saw itself is safe without any clock. A row whose
 * version is ahead of the clock, since the clock was set back, is counted on by ones.
 *
 * <p><b>Known and unknown.</b> What the statement returned was committed: without a transaction of
 * our own the driver answers after the commit. A commit that a hand cut loose from its synchronous
 * replica is answered with a warning only, and counts as unknown here.
 *
 * <p>Used by one thread, but for {@link #abort}. Whatever fails, the session is to be closed.
 */
final class Session {
  private static final String READ =
      """
      SELECT election, version, left(record, %d)
        FROM %s WHERE election = ANY (?)\
      """
          .formatted(LeaseFormat.BYTES_MAX + 1, Schema.TABLE);

  private static final String WRITE =
      """
      WITH asked AS MATERIALIZED (
        SELECT election COLLATE "C" AS election, expected, record,
               greatest(lowest, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS lowest
          FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[])
            AS a (election, expected, lowest, record)),
      held AS MATERIALIZED (
        SELECT a.election, a.expected, a.record, a.lowest
          FROM asked a JOIN elector_lease l ON l.election = a.election
         WHERE l.version = a.expected AND l.version < 9223372036854775807
         ORDER BY a.election FOR UPDATE OF l),
      updated AS (
        UPDATE elector_lease l
           SET version = greatest(l.version + 1, h.lowest), record = h.record
          FROM held h WHERE l.election = h.election AND l.version = h.expected
        RETURNING l.election, l.version),
      inserted AS (
        INSERT INTO elector_lease AS l (election, version, record)
        SELECT election, lowest, record FROM asked WHERE expected = 0 ORDER BY election
            ON CONFLICT (election) DO NOTHING
        RETURNING l.election, l.version)
      SELECT w.election, w.version, pg_notify(?, w.election || ' ' || w.version)
        FROM (SELECT * FROM updated UNION ALL SELECT * FROM inserted) AS w\
      """;

  private final Server server;
  private final Connection connection;
  private final String channel;
  private final boolean durable;
  private final boolean replicated;

  /** A record that could not be read, or what was read. */
  sealed interface Found {
    record Record(Stored stored) implements Found {}

    record Unreadable(PostgresqlFailure failure) implements Found {}
  }

  /**
   * A compare-and-set as it is asked for.
   *
   * @param lowest the version written is not below it
   */
  record Write(String election, long expected, long lowest, String record) {
    /** {@code next} in ASCII: beyond it stand only strings, where JSON knows an escape. */
    static Write of(String election, long expected, Lease next) {
      String json = new String(LeaseFormat.encode(next), StandardCharsets.UTF_8).strip();
      var ascii = new StringBuilder(json.length());
      for (int i = 0; i < json.length(); i++) {
        char c = json.charAt(i);
        if (c < 0x7f) {
          ascii.append(c);
        } else {
          ascii.append("\\u%04x".formatted((int) c));
        }
      }
      return new Write(election, expected, 1, ascii.toString());
    }

    Write notBelow(long lowest) {
      return new Write(election, expected, lowest, record);
    }
  }

  /** What a hint tells. */
  record Hint(String election, long version) {}

  private Session(Server server, Connection connection, long namespace) throws SQLException {
    this.server = server;
    this.connection = connection;
    this.channel = "elector_" + namespace;
    try (var statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                """
                SELECT current_setting('fsync')::boolean,
                       current_setting('synchronous_standby_names') <> ''\
                """)) {
      found.next();
      this.durable = found.getBoolean(1);
      this.replicated = found.getBoolean(2);
    }
  }

  /**
   * Connects, and sees to it that the server is a primary and that the table is ours.
   *
   * @throws PostgresqlFailure in a sentence
   * @throws Schema.NewerSchema when this release can never use the table
   */
  static Session open(Server server) {
    Connection connection = server.connect();
    boolean opened = false;
    try {
      refuseReplica(server, connection);
      var session = new Session(server, connection, new Schema(server).prepare(connection));
      opened = true;
      return session;
    } catch (SQLException e) {
      throw PostgresqlFailure.of(server.url().toString(), e);
    } finally {
      if (!opened) {
        Server.abort(connection);
      }
    }
  }

  /** Before anything is read: what a replica shows may be over. */
  private static void refuseReplica(Server server, Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var found = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      if (found.next() && found.getBoolean(1)) {
        throw new PostgresqlFailure(
            server.url()
                + ": the server is a read-only replica; nobody can lead with it: name the primary,"
                + " or all hosts, in ELECTOR_POSTGRESQL_URL");
      }
    }
  }

  /** Whether a crash of the server loses nothing that it answered. */
  boolean isDurable() {
    return durable;
  }

  /** Whether the server answers a write only when a replica has it, too. */
  boolean isReplicated() {
    return replicated;
  }

  /** The records of these elections; one that has none is not in the answer. */
  Map<String, Found> read(List<String> elections) {
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setArray(1, connection.createArrayOf("text", elections.toArray()));
      var found = new HashMap<String, Found>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String election = rows.getString(1);
          found.put(election, decode(election, rows.getLong(2), rows.getString(3)));
        }
      }
      return found;
    } catch (SQLException e) {
      throw PostgresqlFailure.of("cannot read at " + server.url(), e);
    }
  }

  private Found decode(String election, long version, String record) {
    try {
      if (version == Long.MAX_VALUE) {
        return unreadable(election, "its version is the last there is", null);
      }
      Lease lease = LeaseFormat.decode(record.getBytes(StandardCharsets.UTF_8));
      return new Found.Record(lease == null ? Stored.ABSENT : new Stored(version, lease));
    } catch (UnreadableLease e) {
      return unreadable(election, e.getMessage(), e);
    }
  }

  private Found unreadable(
      String election, @Nullable String what, @Nullable UnreadableLease cause) {
    return new Found.Unreadable(
        new PostgresqlFailure(
            "cannot read the row \""
                + election
                + "\" of "
                + Schema.TABLE
                + " at "
                + server.url()
                + ": "
                + what
                + "; nobody can lead; unless a newer release wrote it, delete the row",
            cause));
  }

  /**
   * Writes those whose record still has the expected version, and tells everybody who listens.
   *
   * @param writes at most one for each election
   * @return the versions written, by election; who is missing had a conflict
   */
  Map<String, Long> write(List<Write> writes) {
    var elections = new ArrayList<String>();
    var expected = new ArrayList<Long>();
    var lowest = new ArrayList<Long>();
    var records = new ArrayList<String>();
    for (Write write : writes) {
      elections.add(write.election());
      expected.add(write.expected());
      lowest.add(write.lowest());
      records.add(write.record());
    }
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setArray(1, connection.createArrayOf("text", elections.toArray()));
      statement.setArray(2, connection.createArrayOf("bigint", expected.toArray()));
      statement.setArray(3, connection.createArrayOf("bigint", lowest.toArray()));
      statement.setArray(4, connection.createArrayOf("text", records.toArray()));
      statement.setString(5, channel);
      var written = new HashMap<String, Long>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          written.put(rows.getString(1), rows.getLong(2));
        }
      }
      var warning = statement.getWarnings();
      if (warning != null) {
        throw warning;
      }
      return written;
    } catch (SQLException e) {
      throw PostgresqlFailure.of("cannot write at " + server.url(), e);
    }
  }

  /** From now on {@link #hints} tells what is written. */
  void listen() {
    execute("LISTEN " + channel);
  }

  /** Whether the server is still there: nothing else tells a silent connection from a dead one. */
  void probe() {
    execute("SELECT 1");
  }

  private void execute(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw PostgresqlFailure.of("cannot listen at " + server.url(), e);
    }
  }

  /** The next hints; none when {@code within} passes without one. */
  List<Hint> hints(Duration within) {
    try {
      PGNotification[] heard =
          connection.unwrap(PGConnection.class).getNotifications((int) within.toMillis());
      var hints = new ArrayList<Hint>();
      if (heard != null) {
        for (PGNotification notification : heard) {
          hints.add(hint(notification.getParameter()));
        }
      }
      return hints;
    } catch (SQLException e) {
      throw PostgresqlFailure.of("cannot listen at " + server.url(), e);
    }
  }

  /** Anybody who may connect to the database may send one, so it may be anything. */
  private static Hint hint(String payload) {
    int blank = payload.indexOf(' ');
    if (blank < 0 || !payload.substring(blank + 1).matches("[0-9]{1,18}|[1-8][0-9]{18}")) {
      return new Hint(payload, 0);
    }
    return new Hint(payload.substring(0, blank), Long.parseLong(payload.substring(blank + 1)));
  }

  /** Ends it at once, whatever it does. Any thread. */
  void abort() {
    Server.abort(connection);
  }
}
