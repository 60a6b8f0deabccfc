package io.containerpatterns.elector.postgresql;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Stores as a test opens them: everything as in an image, but for what is changed here. */
record PostgresqlStores(
    PostgresqlUrl url, Path passwordFile, boolean createSchema, Duration lease, Network network) {

  /** {@code folder} is where the password goes. */
  static PostgresqlStores at(PostgresqlUrl url, Path folder) {
    Path file = folder.resolve("password");
    try {
      if (!Files.exists(file)) {
        Files.writeString(file, PostgresqlServer.PASSWORD + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PostgresqlStores(
        url, file, true, Duration.ofSeconds(30), new Network(Ticker.system()));
  }

  PostgresqlStores lease(Duration other) {
    return new PostgresqlStores(url, passwordFile, createSchema, other, network);
  }

  PostgresqlStores withoutCreating() {
    return new PostgresqlStores(url, passwordFile, false, lease, network);
  }

  PostgresqlLeaseStore open() {
    return PostgresqlLeaseStore.open(
        url,
        Optional.of(passwordFile),
        createSchema,
        lease,
        lease.dividedBy(6),
        network,
        Ticker.system());
  }
}
