package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.chassis.tls.ClientTls;
import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gives the client of Kafka the TLS that all destinations have: the same files, read again when
 * they change, and the same check of the peer. Made by the client, by name.
 */
public final class TlsEngines implements SslEngineFactory {
  /** The setting that holds the {@link ClientTls}. */
  static final String TLS = "containerpatterns.tls";

  private @Nullable ClientTls tls;

  /** For the client. */
  public TlsEngines() {}

  @Override
  public void configure(Map<String, ?> settings) {
    tls = (ClientTls) settings.get(TLS);
  }

  @Override
  public SSLEngine createClientSslEngine(String host, int port, String identification) {
    return Objects.requireNonNull(tls, TLS).engine(host, port);
  }

  @Override
  public SSLEngine createServerSslEngine(String host, int port) {
    throw new UnsupportedOperationException("we only call");
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> settings) {
    return false;
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  @Override
  public @Nullable KeyStore keystore() {
    return null;
  }

  @Override
  public @Nullable KeyStore truststore() {
    return null;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
