package io.containerpatterns.logshipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.logshipper.kafka.KafkaTarget.Login;
import io.containerpatterns.logshipper.kafka.KafkaTarget.Mechanism;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KafkaOpenerTest {
  @Test
  void aUrlWithoutOptionsIsATopicOfOneBrokerOnTheUsualPort() {
    assertThat(Targets.target("kafka://broker/logs"))
        .isEqualTo(
            new KafkaTarget(
                "kafka://broker/logs",
                List.of("broker:9092"),
                "logs",
                "containerpatterns-logshipper",
                "shop-0",
                false,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(30)));
  }

  @Test
  void everyOptionIsHeard() {
    KafkaTarget target =
        Targets.target(
            "kafka://a:1/logs",
            "brokers",
            "b:2;[::1]:3;c",
            "client_id",
            "me",
            "hostname",
            "here",
            "sasl",
            "scram-sha-256",
            "user",
            "u",
            "password_file",
            "/p");

    assertThat(target)
        .isEqualTo(
            new KafkaTarget(
                "kafka://a:1/logs",
                List.of("a:1", "b:2", "[::1]:3", "c:9092"),
                "logs",
                "me",
                "here",
                false,
                Optional.of(new Login(Mechanism.SCRAM_SHA_256, "u", Path.of("/p"))),
                Optional.empty(),
                Duration.ofSeconds(30)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka://a | LOGSHIPPER_SHIP_TO: \"kafka://a\" (expected: the name of the topic as the"
            + " path: letters, digits, dots, _ and -); write it as kafka://broker:9092/logs",
        "kafka://a/b/c | LOGSHIPPER_SHIP_TO: \"kafka://a/b/c\" (expected: the name of the topic as"
            + " the path: letters, digits, dots, _ and -); write it as kafka://broker:9092/logs",
        "kafka+tls://a/.. | LOGSHIPPER_SHIP_TO: \"kafka+tls://a/..\" (expected: the name of the"
            + " topic as the path: letters, digits, dots, _ and -); write it as"
            + " kafka+tls://broker:9092/logs",
      })
  void aUrlWithoutTheNameOfATopicIsToldWithAnExample(String url, String sentence) {
    assertThatThrownBy(() -> Targets.target(url))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(sentence);
  }

  @Test
  void brokersAreSeparatedBySemicolons() {
    assertThatThrownBy(() -> Targets.target("kafka://a/logs", "brokers", "b:2,c:3"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "LOGSHIPPER_SHIP_TO: \"brokers=b:2,c:3\" (expected: another value of brokers: more"
                + " brokers, separated by semicolons, such as broker2:9092;broker3:9092); correct"
                + " it, or leave it out");
  }

  @Test
  void aMechanismNeedsSomebodyToLetIn() {
    assertThatThrownBy(() -> Targets.target("kafka://a/logs", "sasl", "plain"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "LOGSHIPPER_SHIP_TO: \"kafka://a/logs\" (expected: user and password_file together"
                + " with sasl); add both");
  }

  @Test
  void anUnknownMechanismIsToldWithThoseThatThereAre() {
    assertThatThrownBy(() -> Targets.target("kafka://a/logs", "sasl", "gssapi"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "LOGSHIPPER_SHIP_TO: \"sasl=gssapi\" (expected: another value of sasl: one of plain,"
                + " scram-sha-256, scram-sha-512); correct it, or leave it out");
  }
}
