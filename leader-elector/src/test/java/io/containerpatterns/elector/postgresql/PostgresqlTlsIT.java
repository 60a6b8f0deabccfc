package io.containerpatterns.elector.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parameters of the URL that decide whom we trust. */
final class PostgresqlTlsIT extends StoreProcesses {
  @TempDir static Path certificates;
  private static PostgresqlServer server;

  @TempDir Path folder;

  @BeforeAll
  static void startServer() throws Exception {
    makeCertificate("server", "SAN=ip:127.0.0.1");
    makeCertificate("other", "SAN=ip:127.0.0.1");
    server =
        PostgresqlServer.encrypted(
            certificates.resolve("server.crt"), certificates.resolve("server.key"));
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @Override
  protected LeaseStore open() {
    return open("sslmode=verify-full&sslrootcert=" + certificates.resolve("server.crt"));
  }

  private LeaseStore open(String parameters) {
    String url = "postgresql://postgres@127.0.0.1:%d/postgres?%s";
    return PostgresqlStores.at(
            PostgresqlUrl.parse(url.formatted(server.port(), parameters)), folder)
        .open();
  }

  @Test
  void aServerWhoseCertificateIsTrustedIsUsed() {
    assertThat(read(process(), "orders")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void aServerWithAnotherCertificateIsRefused() {
    try (var store = open("sslmode=verify-full&sslrootcert=" + certificates.resolve("other.crt"))) {
      assertThat((Throwable) outcome(store.read("orders")))
          .isInstanceOf(PostgresqlFailure.class)
          .hasMessageContaining("SSL error");
    }
  }

  @Test
  void theRootsOfTheSystemDoNotTrustIt() {
    try (var store = open("sslmode=verify-full&sslrootcert=system")) {
      assertThat((Throwable) outcome(store.read("orders")))
          .isInstanceOf(PostgresqlFailure.class)
          .hasMessageContaining("SSL error");
    }
  }

  @Test
  void aServerThatWantsItEncryptedDoesNotTakeItPlain() {
    try (var store = open("sslmode=disable")) {
      assertThat((Throwable) outcome(store.read("orders"))).hasMessageContaining("no encryption");
    }
  }

  private static void makeCertificate(String name, String extension) throws Exception {
    Path store = certificates.resolve(name + ".p12");
    String secret = "changeit";
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-alias",
                name,
                "-keystore",
                store.toString(),
                "-storepass",
                secret)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), secret.toCharArray());
    write(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    Key key = Objects.requireNonNull(keys.getKey(name, secret.toCharArray()));
    write(name + ".key", "PRIVATE KEY", key.getEncoded());
  }

  private static void write(String file, String type, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        certificates.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64, type));
  }
}
