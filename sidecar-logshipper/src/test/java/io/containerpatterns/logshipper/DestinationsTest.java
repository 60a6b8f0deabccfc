package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.logshipper.forward.ForwardOutput;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.local.FileOutput;
import io.containerpatterns.logshipper.local.StdoutOutput;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.splunk.AcknowledgedOutput;
import io.containerpatterns.logshipper.syslog.SyslogOutput;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DestinationsTest {
  private final Network network = new Network(Ticker.system());
  private final EventLoops loops = EventLoops.start("test", 1, network);
  private final Destinations destinations =
      new Destinations(
          new Destinations.Surroundings(
              loops,
              network,
              Ticker.system(),
              InstantSource.system(),
              Duration.ofSeconds(1),
              "here"));

  @TempDir Path folder;

  @AfterEach
  void close() {
    loops.close();
  }

  @Test
  void everyKindIsOpenedWithoutAnybodyBeingThere() {
    assertOpens("stdout:", StdoutOutput.class);
    assertOpens("file:" + folder + "/all.ndjson", FileOutput.class);
    assertOpens("http://nowhere.invalid/logs", HttpOutput.class);
    assertOpens("https://nowhere.invalid/logs", HttpOutput.class);
    assertOpens("loki+http://nowhere.invalid?format=json", HttpOutput.class);
    assertOpens("elastic+https://nowhere.invalid/index", HttpOutput.class);
    assertOpens("otlp+http://nowhere.invalid?encoding=json&retry500=off", HttpOutput.class);
    assertOpens("splunk+http://nowhere.invalid", HttpOutput.class);
    assertOpens("splunk+http://nowhere.invalid?ack=on", AcknowledgedOutput.class);
    assertOpens("forward://nowhere.invalid", ForwardOutput.class);
    assertOpens("forward+tls://nowhere.invalid?compression=gzip", ForwardOutput.class);
    assertOpens("syslog://[::1]?facility=local7", SyslogOutput.class);
    assertOpens("syslog+tls://nowhere.invalid", SyslogOutput.class);
  }

  private void assertOpens(String to, Class<? extends Output> kind) {
    Output output = destinations.open(ShipTo.parse(to));
    output.close();

    assertThat(output).as(to).isInstanceOf(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "syslog://s?facility=local9 | LOGSHIPPER_SHIP_TO: \"facility=local9\" (expected: another"
            + " value of facility: one of kern, user, mail",
        "loki+http://l?format=xml | LOGSHIPPER_SHIP_TO: \"format=xml\" (expected: another value of"
            + " format: one of protobuf, json); correct it, or leave it out",
        "splunk+http://s?ack=yes | LOGSHIPPER_SHIP_TO: \"ack=yes\" (expected: another value of ack:"
            + " one of off, on); correct it, or leave it out",
        "http://h?timeout=soon | LOGSHIPPER_SHIP_TO: \"timeout=soon\" (expected: another value of"
            + " timeout: ",
        "elastic+http://e:9200 | LOGSHIPPER_SHIP_TO: \"elastic+http://e:9200\" (expected: the name"
            + " of the index or data stream as the path); write it as"
            + " elastic+http://host:9200/logs",
        "kafka://k/logs?compression=gzip | LOGSHIPPER_SHIP_TO: \"kafka://k/logs\" (expected: a"
            + " destination that this image can speak to)",
        "kafka://k/logs?compression=zstd | LOGSHIPPER_SHIP_TO: \"compression=zstd\" (expected:"
            + " another value of compression: one of none, gzip)",
        "kafka://k/logs | LOGSHIPPER_SHIP_TO: \"kafka://k/logs\" (expected: a destination that this"
            + " image can speak to); take the image whose tag ends with -kafka, such as"
            + " containerpatterns/sidecar-logshipper:",
        "https://h?cert_file=/c | LOGSHIPPER_SHIP_TO: \"https://h\" (expected: cert_file and"
            + " key_file together); add the other",
      })
  void anOptionWithAValueThatCannotBeIsToldWithThoseThatCan(String to, String sentence) {
    ShipTo parsed = ShipTo.parse(to);

    assertThatThrownBy(() -> destinations.open(parsed))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(sentence);
  }
}
