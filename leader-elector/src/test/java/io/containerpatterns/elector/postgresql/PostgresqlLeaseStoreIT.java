package io.containerpatterns.elector.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.LeaseStore.Guarantee;
import io.containerpatterns.elector.lease.LeaseStoreContract;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store promises on a server that is well; each test has a database of its own. */
final class PostgresqlLeaseStoreIT extends LeaseStoreContract {
  private static PostgresqlServer server;

  @TempDir Path folder;
  private String database = "";

  @BeforeAll
  static void startServer() throws Exception {
    server = PostgresqlServer.fresh("-c", "max_connections=400");
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void makeDatabase() throws Exception {
    database = server.database();
  }

  private PostgresqlStores stores() {
    return PostgresqlStores.at(server.url(database), folder);
  }

  @Override
  public LeaseStore open() {
    return stores().open();
  }

  @Test
  void aRecordIsARowThatCanBeReadByHand() throws Exception {
    long before = System.currentTimeMillis();
    long version = write(process(), "orders", 0, lease("a"));

    assertThat(version).isBetween(before, before + 60_000);
    assertThat(
            server.ask(
                database,
                "SELECT record::json ->> 'holder' FROM elector_lease"
                    + " WHERE election = 'orders' AND version = "
                    + version))
        .isEqualTo("a");
  }

  @Test
  void aRecordIsAsciiSoThatEveryEncodingOfADatabaseKeepsIt() throws Exception {
    server.execute(
        "postgres",
        "CREATE DATABASE latin_%s ENCODING 'LATIN1' TEMPLATE template0".formatted(database));
    database = "latin_" + database;

    for (Lease lease : oddLeases().toList()) {
      long version = write(process(), "orders", read(process(), "orders").version(), lease);
      assertThat(read(process(), "orders")).isEqualTo(new Stored(version, lease));
    }
  }

  @Test
  void versionsGrowOnAfterARowWasDeletedByHand() throws Exception {
    long version = write(process(), "orders", 0, lease("a"));
    server.execute(database, "DELETE FROM elector_lease WHERE election = 'orders'");

    assertThat(read(process(), "orders")).isEqualTo(Stored.ABSENT);
    assertThat(swap(process(), "orders", version, lease("b"))).isEqualTo(new Swap.Conflict());
    assertThat(write(process(), "orders", 0, lease("c"))).isGreaterThan(version);
  }

  @Test
  void versionsGrowOnAfterTheTableWasDroppedByHand() throws Exception {
    long version = write(process(), "orders", 0, lease("a"));
    server.execute(database, "DROP TABLE elector_lease");

    assertThat(write(process(), "orders", 0, lease("b"))).isGreaterThan(version);
  }

  @Test
  void whatAProcessSawItselfIsNeverWrittenAgainWhateverTheClockSays() throws Exception {
    var store = process();
    long version = write(store, "orders", 0, lease("a"));
    long ahead = version + 3_600_000;
    server.execute(
        database,
        "UPDATE elector_lease SET version = %d".formatted(ahead) + " WHERE election = 'orders'");
    assertThat(read(store, "orders").version()).isEqualTo(ahead);
    server.execute(database, "DELETE FROM elector_lease WHERE election = 'orders'");

    assertThat(write(store, "orders", 0, lease("b"))).isEqualTo(ahead + 1);
    assertThat(write(process(), "orders", ahead + 1, lease("c"))).isEqualTo(ahead + 2);
  }

  @Test
  void aVersionThatWasLostIsNotGivenToAnotherWrite() throws Exception {
    long kept = write(process(), "orders", 0, lease("a"));
    long lost = write(process(), "orders", kept, lease("b"));
    // As on a replica that was promoted without the last write.
    server.execute(
        database,
        "UPDATE elector_lease SET version = %d".formatted(kept) + " WHERE election = 'orders'");

    long next = write(process(), "orders", kept, lease("c"));

    assertThat(next).isGreaterThan(lost);
    assertThat(swap(process(), "orders", lost, lease("d"))).isEqualTo(new Swap.Conflict());
  }

  @Test
  void aRowThatWasEditedByHandIsAClearErrorAndHarmsNoOther() throws Exception {
    var store = process();
    write(store, "orders", 0, lease("a"));
    long bills = write(store, "bills", 0, lease("a"));
    server.execute(
        database,
        "UPDATE elector_lease SET record = '{\"holder\":\"b\"}'" + " WHERE election = 'orders'");

    List<CompletionStage<Stored>> reads = List.of(store.read("orders"), store.read("bills"));

    assertThat((Throwable) outcome(reads.get(0)))
        .hasMessage(
            "cannot read the row \"orders\" of elector_lease at postgres@127.0.0.1:%d/%s: member"
                    .formatted(server.port(), database)
                + " \"format\" is missing; nobody can lead; unless a newer release wrote it, delete"
                + " the row");
    assertThat(await(reads.get(1))).isEqualTo(new Stored(bills, lease("a")));
    assertThat(store.trouble()).isNull();
  }

  @Test
  void aRecordAsLongAsAHandCanMakeItIsNotFetched() throws Exception {
    write(process(), "orders", 0, lease("a"));
    server.execute(
        database,
        "UPDATE elector_lease SET record = repeat('x', 100000000)" + " WHERE election = 'orders'");

    assertThat((Throwable) outcome(process().read("orders")))
        .hasMessageContaining("longer than 16384 bytes");
  }

  @Test
  void theLastVersionOfAllIsAnErrorAndNotAConflict() throws Exception {
    var store = process();
    write(store, "orders", 0, lease("a"));
    server.execute(
        database,
        "UPDATE elector_lease SET version = " + Long.MAX_VALUE + " WHERE election = 'orders'");

    assertThat((Throwable) outcome(store.read("orders")))
        .hasMessageContaining("its version is the last there is; nobody can lead");
    assertThat(versionOf(swap(store, "bills", 0, lease("a")))).isPositive();
  }

  @Test
  void aThousandElectionsRenewInAFewRoundTrips() throws Exception {
    var stores = stores();
    try (var store = stores.open()) {
      long[] versions = new long[1_000];
      renewAll(store, versions);
      long statements = sent(stores);
      long begun = System.nanoTime();

      int rounds = 10;
      for (int i = 0; i < rounds; i++) {
        renewAll(store, versions);
      }

      long each = (System.nanoTime() - begun) / rounds / 1_000;
      statements = sent(stores) - statements;
      System.out.printf(
          "1,000 elections renewed in %d us, %d statements for %d rounds%n",
          each, statements, rounds);
      assertThat(statements).isLessThan(rounds * 20L);
    }
  }

  private static void renewAll(LeaseStore store, long[] versions) {
    var calls = new ArrayList<CompletionStage<Swap>>();
    for (int i = 0; i < versions.length; i++) {
      calls.add(store.compareAndSet("shard-" + i, versions[i], lease("a")));
    }
    for (int i = 0; i < versions.length; i++) {
      versions[i] = versionOf(await(calls.get(i)));
    }
  }

  private static long sent(PostgresqlStores stores) {
    return stores.network().upstreams().getFirst().messagesOut();
  }

  @Test
  void processesThatWriteTheSameRowsInOppositeOrdersNeverWaitForEachOther() {
    var one = process();
    var other = process();
    var names = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      names.add("shard-" + i);
    }

    for (int round = 0; round < 10; round++) {
      var versions = new ArrayList<Long>();
      for (String name : names) {
        versions.add(read(one, name).version());
      }
      var calls = new ArrayList<CompletionStage<Swap>>();
      for (int i = 0; i < names.size(); i++) {
        int back = names.size() - 1 - i;
        calls.add(one.compareAndSet(names.get(i), versions.get(i), lease("one")));
        calls.add(other.compareAndSet(names.get(back), versions.get(back), lease("other")));
      }
      long won =
          calls.stream().map(StoreProcesses::await).filter(Swap.Written.class::isInstance).count();
      assertThat(won).isEqualTo(names.size());
      Collections.reverse(names);
    }
  }

  @Test
  void electorsInTwoSchemasOfOneDatabaseKnowNothingOfEachOther() throws Exception {
    server.execute(database, "CREATE SCHEMA blue; CREATE SCHEMA green");
    var blue = schema("blue");
    var green = schema("green");
    var heard = new ArrayList<Long>();
    green.watch("orders", version -> heard.add(version));
    Await.until("the watch stands", () -> !heard.isEmpty());

    write(blue, "orders", 0, lease("a"));

    assertThat(read(green, "orders")).isEqualTo(Stored.ABSENT);
    long version = write(green, "orders", 0, lease("b"));
    Await.until("the own write is heard", () -> heard.contains(version));
    assertThat(heard).containsOnly(0L, version);
    blue.close();
    green.close();
  }

  private PostgresqlLeaseStore schema(String name) {
    String url = "postgresql://postgres@127.0.0.1:%d/%s?currentSchema=%s";
    return PostgresqlStores.at(
            PostgresqlUrl.parse(url.formatted(server.port(), database, name)), folder)
        .open();
  }

  @Test
  void whoMayNotCreateTheTableIsToldWhatToDo() throws Exception {
    var store = asElector(true);

    assertThat((Throwable) outcome(store.read("orders")))
        .hasMessageEndingWith(
            "permission denied for schema public (SQLSTATE 42501); the elector needs SELECT, INSERT"
                + " and UPDATE on the table elector_lease, and CREATE on its schema where it is to"
                + " create it; else run schema.sql once");
    assertThat(store.trouble()).contains("permission denied for schema public");
    store.close();
  }

  @Test
  void theTableOfAnAdministratorNeedsThreeRightsAndNoMore() throws Exception {
    var store = asElector(false);
    assertThat((Throwable) outcome(store.read("orders")))
        .hasMessageEndingWith(
            "there is no table elector_lease; run schema.sql once, or set"
                + " ELECTOR_POSTGRESQL_CREATE_SCHEMA=on");

    server.execute(database, schemaSql());
    server.execute(database, schemaSql());
    server.execute(
        database, "GRANT SELECT, INSERT, UPDATE ON elector_lease TO elector_" + database);

    Await.until(() -> "the table is used: " + store.trouble(), () -> answers(store));
    long version = write(store, "orders", 0, lease("a"));
    assertThat(write(store, "orders", version, lease("b"))).isGreaterThan(version);
    assertThat(store.trouble()).isNull();
    store.close();
  }

  private PostgresqlLeaseStore asElector(boolean createSchema) throws Exception {
    String role = "elector_" + database;
    server.execute(
        database, "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, PostgresqlServer.PASSWORD));
    var url = "postgresql://%s@127.0.0.1:%d/%s".formatted(role, server.port(), database);
    var stores = PostgresqlStores.at(PostgresqlUrl.parse(url), folder);
    return (createSchema ? stores : stores.withoutCreating()).open();
  }

  private static String schemaSql() throws Exception {
    try (var in = PostgresqlLeaseStore.class.getResourceAsStream("schema.sql")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static boolean answers(LeaseStore store) {
    return outcome(store.read("orders")) instanceof Stored;
  }

  @Test
  void aTableOfANewerFormatIsRefusedAndNotTouched() throws Exception {
    write(process(), "orders", 0, lease("a"));
    server.execute(database, "UPDATE elector_lease SET version = 2 WHERE election = '.format'");

    assertThatThrownBy(() -> stores().open())
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "ELECTOR_POSTGRESQL_URL: \"postgres@127.0.0.1:%d/%s\" (expected: a table elector_lease"
                    .formatted(server.port(), database)
                + " of format 1 at most; this one has 2); run the release that wrote it, or name"
                + " another database or schema; nothing was touched");
  }

  @Test
  void aTableAsFormat1LeftItIsReadAndContinued() throws Exception {
    var fixture = Objects.requireNonNull(getClass().getResource("format-1.sql"));
    server.execute(database, Files.readString(Path.of(fixture.toURI())));
    var store = stores().withoutCreating().open();

    Stored held = read(store, "held");
    assertThat(held.version()).isEqualTo(1_785_000_000_002L);
    assertThat(held.lease())
        .isEqualTo(
            new Lease(
                "orders-0",
                "5f0c9a1b2c3d4e5f",
                10_000,
                1_785_000_000_001L,
                7,
                "orders-2",
                Map.of("url", "http://10.0.0.7:8080", "note", "läßt \"grüßen\" 🦊")));
    assertThat(read(store, "released").lease())
        .isEqualTo(
            new Lease("", "5f0c9a1b2c3d4e5f", 3_600_000, 1_785_000_000_003L, -1, null, Map.of()));
    assertThat(write(store, "held", held.version(), lease("next"))).isGreaterThan(held.version());
    store.close();
  }

  @Test
  void aWrongPasswordIsToldWithoutItAndTheFileIsReadAgain() throws Exception {
    var stores = stores();
    Files.writeString(stores.passwordFile(), "not-the-p4ssword");
    var store = stores.open();

    assertThat((Throwable) outcome(store.read("orders")))
        .hasMessage(
            "postgres@127.0.0.1:%d/%s: password authentication failed for user \"postgres\""
                    .formatted(server.port(), database)
                + " (SQLSTATE 28P01); mend the role, pg_hba.conf, or what is in"
                + " ELECTOR_POSTGRESQL_PASSWORD_FILE");
    Files.writeString(stores.passwordFile(), PostgresqlServer.PASSWORD);

    Await.until(() -> "the new password is used: " + store.trouble(), () -> answers(store));
    store.close();
  }

  @Test
  void aPasswordFileThatIsMissingIsAProblemOfTheSettings() {
    var stores = stores();
    var missing =
        new PostgresqlStores(
            stores.url(), folder.resolve("none"), true, stores.lease(), stores.network());

    assertThatThrownBy(missing::open)
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "ELECTOR_POSTGRESQL_PASSWORD_FILE: \"%s\" (expected: a readable file: it does not exist);"
                    .formatted(folder.resolve("none"))
                + " mount the secret there, readable for our uid");
  }

  @Test
  void aReadOnlyServerIsToldByName() throws Exception {
    write(process(), "orders", 0, lease("a"));
    server.execute(
        "postgres", "ALTER DATABASE %s SET default_transaction_read_only = on".formatted(database));

    assertThat((Throwable) outcome(process().compareAndSet("orders", 0, lease("b"))))
        .hasMessageEndingWith(
            "(SQLSTATE 25006); nobody can lead with a read-only server: name the primary, or all"
                + " hosts");
  }

  @Test
  void aServerThatDoesNotWriteToItsDiskIsOnlyBestEffort() {
    var store = process();
    read(store, "orders");

    assertThat(store.guarantee()).isEqualTo(Guarantee.BEST_EFFORT);
  }
}
