package io.containerpatterns.logshipper.kafka;

import io.containerpatterns.logshipper.kafka.KafkaTarget.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a producer is told. Of the time for a parcel a third may go into waiting for room and for
 * what the brokers know, and two thirds, in which a request can be sent again, into the brokers'
 * answer.
 */
final class ProducerSettings {
  /** What may wait and be under way in the client; the largest record there can be. */
  static final int MEMORY = 2 << 20;

  /**
   * Each partition that has something to send takes so much of the memory, however little it is.
   */
  private static final int BATCH_BYTES = 64 << 10;

  private static final int LINGER_MILLIS = 5;
  private static final int RECONNECT_MILLIS_MAX = 2_000;

  private ProducerSettings() {}

  /**
   * For a new session.
   *
   * @throws IOException when the password cannot be read
   */
  static Map<String, Object> of(KafkaTarget target) throws IOException {
    var settings = new HashMap<String, Object>();
    int third = Math.toIntExact(target.timeout().toMillis() / 3);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, target.brokers());
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, target.clientId());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, third);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, third);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * third);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, Math.min(LINGER_MILLIS, third));
    settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, third);
    settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, third);
    settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MILLIS_MAX);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, MEMORY);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MEMORY);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, target.gzip() ? "gzip" : "none");
    settings.put(ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, 1);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    // Nobody reads them here, and pushing ours to the brokers is nothing that anybody asked for.
    settings.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of());
    settings.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    security(target, settings);
    return settings;
  }

  private static void security(KafkaTarget target, Map<String, Object> settings)
      throws IOException {
    String protocol =
        (target.login().isPresent() ? "SASL_" : "") + (target.tls().isPresent() ? "SSL" : "");
    settings.put(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        target.tls().isPresent() ? protocol : protocol + "PLAINTEXT");
    target
        .tls()
        .ifPresent(tls -> {
          settings.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, TlsEngines.class);
          settings.put(TlsEngines.TLS, tls);
        });
    if (target.login().isPresent()) {
      Login login = target.login().get();
      String password = Files.readString(login.password()).strip();
      settings.put(SaslConfigs.SASL_MECHANISM, login.mechanism().registered());
      settings.put(
          SaslConfigs.SASL_JAAS_CONFIG,
          new Password(
              login.mechanism().module()
                  + " required username="
                  + quoted(login.user())
                  + " password="
                  + quoted(password)
                  + ";"));
    }
  }

  /** As the reader of such lines wants it, which takes a backslash as that of Java. */
  static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append('\\').append(String.format("%03o", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
