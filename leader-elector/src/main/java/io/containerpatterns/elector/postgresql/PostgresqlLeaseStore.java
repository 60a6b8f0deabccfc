package io.containerpatterns.elector.postgresql;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Leases as rows of one table, one row an election.
 *
 * <pre>
 *   read, compareAndSet -> Calls -> Session   connection 1: batches, and how versions grow
 *   watch  ------------- > Hints -> Session   connection 2: LISTEN
 *                                   Schema    elector_lease, its creation and its format
 *                                   Server    connect, time limits; PostgresqlUrl
 * </pre>
 *
 * <p>The driver blocks, so each connection has a thread of its own, and there are no more. Not
 * virtual ones: the driver looks names up, which holds the thread beneath, and on one CPU there is
 * only one.
 */
public final class PostgresqlLeaseStore implements LeaseStore {
  private static final Pattern ELECTION = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  /** No election has this name, so nobody's call is in its way. */
  private static final String NOBODY = "";

  /** A start waits so long at most to learn that the table is of a newer release. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Server server;
  private final Calls calls;
  private final Hints hints;

  private PostgresqlLeaseStore(Server server, Duration lease, Network network, Ticker ticker) {
    this.server = server;
    this.calls = new Calls(server, ticker, network.upstream("postgresql"));
    this.hints = new Hints(server, lease, ticker, network.upstream("postgresql-hints"));
  }

  /**
   * Opens the store. A server that does not answer within a second is not waited for: calls fail
   * until it does, and {@link #trouble} says why.
   *
   * @param passwordFile read for each connection
   * @param createSchema whether a missing table is created
   * @param lease how long a renewal counts; hints are looked after three times as often
   * @param answerWithin how long a caller waits for one answer
   * @throws InvalidSettings when the table is of a newer format, as far as a second tells, or the
   *     file of the password cannot be read
   */
  public static PostgresqlLeaseStore open(
      PostgresqlUrl url,
      Optional<Path> passwordFile,
      boolean createSchema,
      Duration lease,
      Duration answerWithin,
      Network network,
      Ticker ticker) {
    passwordFile.ifPresent(PostgresqlLeaseStore::check);
    var server = new Server(url, passwordFile, createSchema, answerWithin);
    var store = new PostgresqlLeaseStore(server, lease, network, ticker);
    store.calls.start();
    Schema.NewerSchema newer = store.newerSchema();
    if (newer != null) {
      store.close();
      throw new InvalidSettings(
          new Problem(
              "ELECTOR_POSTGRESQL_URL",
              url.toString(),
              "a table "
                  + Schema.TABLE
                  + " of format "
                  + Schema.NEWEST
                  + " at most; this one has "
                  + newer.format(),
              "run the release that wrote it, or name another database or schema; nothing was"
                  + " touched"));
    }
    return store;
  }

  private static void check(Path passwordFile) {
    String problem = Server.problemOf(passwordFile);
    if (problem != null) {
      throw new InvalidSettings(
          new Problem(
              "ELECTOR_POSTGRESQL_PASSWORD_FILE",
              passwordFile.toString(),
              problem,
              "mount the secret there, readable for our uid"));
    }
  }

  /** What a first read says of the format, if it says so soon. */
  private Schema.@Nullable NewerSchema newerSchema() {
    try {
      calls.read(NOBODY).toCompletableFuture().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof Schema.NewerSchema newer ? newer : null;
    } catch (TimeoutException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public CompletionStage<Stored> read(String election) {
    return isElection(election) ? calls.read(election) : refused(election);
  }

  @Override
  public CompletionStage<Swap> compareAndSet(String election, long expected, Lease next) {
    return isElection(election) ? calls.compareAndSet(election, expected, next) : refused(election);
  }

  private static boolean isElection(String name) {
    return ELECTION.matcher(name).matches();
  }

  private static <T> CompletionStage<T> refused(String election) {
    return CompletableFuture.failedStage(
        new IllegalArgumentException(
            "election: \"" + election + "\" (expected: " + ELECTION + ")"));
  }

  @Override
  public Watch watch(String election, Watcher watcher) {
    return hints.watch(election, watcher);
  }

  /**
   * Exclusive while nothing that the server answered can be lost, as far as it tells: it writes
   * through to its disk, and where the URL names a second host to go on with, a replica has each
   * write before it is answered.
   */
  @Override
  public Guarantee guarantee() {
    boolean kept = !server.url().hasSeveralHosts() || calls.isReplicated();
    return calls.isDurable() && kept ? Guarantee.EXCLUSIVE : Guarantee.BEST_EFFORT;
  }

  @Override
  public @Nullable String trouble() {
    RuntimeException failure = calls.failure();
    return failure == null ? hints.trouble() : failure.getMessage();
  }

  @Override
  public void close() {
    hints.close();
    calls.close();
  }
}
