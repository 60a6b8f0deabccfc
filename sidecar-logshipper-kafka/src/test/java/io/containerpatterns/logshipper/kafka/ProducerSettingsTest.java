package io.containerpatterns.logshipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.settings.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProducerSettingsTest {
  @TempDir Path folder;

  @Test
  void theClientKnowsEveryOneOfThem() throws IOException {
    assertThat(ProducerConfig.configNames()).containsAll(settings("30s").keySet());
  }

  @Test
  void everyRecordIsWaitedForByAllReplicasAndNoneIsWrittenTwice() throws IOException {
    assertThat(settings("30s"))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("bootstrap.servers", List.of("a:9092"))
        .containsEntry("security.protocol", "PLAINTEXT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100ms", "6s", "30s", "600s"})
  void waitingAndAnsweringTogetherTakeNoLongerThanTheTimeout(String timeout) throws IOException {
    var settings = new ProducerConfig(settings(timeout));
    int delivery = settings.getInt("delivery.timeout.ms");

    assertThat(delivery).isGreaterThanOrEqualTo(settings.getInt("request.timeout.ms"));
    assertThat(Duration.ofMillis(settings.getLong("max.block.ms") + delivery))
        .isLessThanOrEqualTo(duration(timeout));
  }

  @Test
  void aPasswordMayHoldWhatItLikesAndIsNotShown() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "a\"b\\c;d\n");
    Map<String, Object> settings =
        ProducerSettings.of(
            Targets.target(
                "kafka://a/logs",
                "sasl",
                "scram-sha-512",
                "user",
                "u v",
                "password_file",
                file.toString()));

    assertThat(settings.get("sasl.jaas.config"))
        .hasToString("[hidden]")
        .isEqualTo(
            new Password(
                "org.apache.kafka.common.security.scram.ScramLoginModule required"
                    + " username=\"u v\" password=\"a\\\"b\\\\c;d\";"));
    assertThat(settings)
        .containsEntry("security.protocol", "SASL_PLAINTEXT")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
  }

  private static Map<String, Object> settings(String timeout) throws IOException {
    KafkaTarget target = Targets.target("kafka://a/logs");
    return ProducerSettings.of(
        new KafkaTarget(
            target.name(),
            target.brokers(),
            target.topic(),
            target.clientId(),
            target.host(),
            target.gzip(),
            target.login(),
            target.tls(),
            duration(timeout)));
  }

  private static Duration duration(String text) {
    return Durations.parse(text);
  }
}
