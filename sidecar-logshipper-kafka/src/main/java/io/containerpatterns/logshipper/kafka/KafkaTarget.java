package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.chassis.tls.ClientTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which topic, and how its brokers are reached.
 *
 * @param name of the output, in the statistics
 * @param brokers to begin with, as {@code host:port}; they tell of the others
 * @param clientId what brokers call us in their logs and quotas
 * @param host what the keys of records begin with
 * @param gzip whether batches are compressed
 * @param timeout over one parcel
 */
record KafkaTarget(
    String name,
    List<String> brokers,
    String topic,
    String clientId,
    String host,
    boolean gzip,
    Optional<Login> login,
    Optional<ClientTls> tls,
    Duration timeout) {

  /**
   * Who we are to the brokers.
   *
   * @param password a file, read for each session
   */
  record Login(Mechanism mechanism, String user, Path password) {}

  /** A way to show that we know the password (RFC 4616, RFC 5802). */
  enum Mechanism {
    /** Says it; only good over TLS. */
    PLAIN("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule"),
    /** Proves it, with SHA-256. */
    SCRAM_SHA_256("SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule"),
    /** Proves it, with SHA-512. */
    SCRAM_SHA_512("SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule");

    private final String registered;
    private final String module;

    Mechanism(String registered, String module) {
      this.registered = registered;
      this.module = module;
    }

    /** Its name in the registry of SASL. */
    String registered() {
      return registered;
    }

    /** What does it in the client. */
    String module() {
      return module;
    }
  }

  /** The brokers and what is expected of them, for a sentence. */
  @Override
  public String toString() {
    return String.join(", ", brokers) + (tls.isPresent() ? " with TLS" : " without TLS");
  }
}
