package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShipToTest {
  @Test
  void optionsStandBehindTheQuestionMarkAndAreDecoded() {
    assertThat(ShipTo.parse("loki+https://loki:3100/push?tenant=a%26b&timeout=5s"))
        .isEqualTo(
            new ShipTo(
                "loki+https",
                URI.create("loki+https://loki:3100/push"),
                Map.of("tenant", "a&b", "timeout", "5s")));
  }

  /**
   * It is what the checkpoint knows a destination by: whoever changes it sends everything again.
   */
  @ParameterizedTest
  @CsvSource({
    "stdout:, stdout",
    "file:/out/all.ndjson, file:/out/all.ndjson",
    "http://a:8080/logs?timeout=1s, http://a:8080/logs",
    "http://user:secret@a/logs, http://a/logs",
    "loki+http://loki, loki+http://loki",
    "syslog+tls://s:6514, syslog+tls://s:6514",
    "kafka://a:9092/logs?brokers=b:9092;c:9092, kafka://a:9092/logs",
    "http://a:8080/logs?id=main, main"
  })
  void itsNameIsWhereItLeadsOrTheOneGiven(String text, String id) {
    assertThat(ShipTo.parse(text).id()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "http://a:8080/logs, http://a:8080/logs",
    "loki+http://loki:3100/x, http://loki:3100/x",
    "otlp+https://o, https://o"
  })
  void theUrlOfRequestsIsWithoutTheKindOfStore(String text, String url) {
    assertThat(ShipTo.parse(text).http()).isEqualTo(URI.create(url));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | a URL that begins with one of stdout:, file:, http:",
        "ftp://a | a URL that begins with one of stdout:, file:, http:",
        "http:/logs | a URL such as http://collector:8080/",
        "http://a b | a URL such as http://collector:8080/",
        "file:all.ndjson | a file such as file:/out/all.ndjson",
        "stdout:?color=on | behind the question mark only options of stdout: id",
        "http://a?timeout | options such as ?id=main&timeout=30s",
        "http://a?id=a&id=b | each option once; id is there twice"
      })
  void whatCannotBeRightIsToldWithWhatWould(String text, String expected) {
    assertThatThrownBy(() -> ShipTo.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(expected);
  }
}
