package io.containerpatterns.logshipper.syslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Origin.Label;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.wire.Peer;
import io.containerpatterns.logshipper.wire.Sending;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyslogMessageTest {
  private static final Origin ORIGIN =
      new Origin("/logs/app.log", List.of(new Label("app", "shop")));

  private final Event event = new Event(ORIGIN);
  private final Sink to = new Sink(0);
  private Sending sending = sending(SyslogHeader.of(SyslogHeader.USER, "shop-0", "shop"));

  @AfterEach
  void close() {
    sending.close();
  }

  @Test
  void anEventIsAMessageBehindItsLength() {
    begin("it works\nstill");
    event.severity(Severity.ERROR);

    assertThat(item())
        .isEqualTo(
            "122 <11>1 2026-11-25T13:29:12.123456Z shop-0 shop - - [log@32473"
                + " file=\"/logs/app.log\" app=\"shop\" offset=\"1234\"] it works\n"
                + "still");
  }

  @Test
  void fieldsStandInTheStructuredData() {
    begin("x");
    field("user", "7", true);
    field("text", "\"a\\nb\\u00e9\"", true);
    field("list", "[\"a\"]", true);
    field("plain", "a\\b\"c]d", false);
    event.unparsed();

    assertThat(item())
        .endsWith(
            " offset=\"1234\" user=\"7\" text=\"a\nbé\" list=\"[\\\"a\\\"\\]\""
                + " plain=\"a\\\\b\\\"c\\]d\" unparsed=\"true\"] x");
  }

  @ParameterizedTest
  @CsvSource({
    "a b,a_b",
    "x=y,x_y",
    "q\"]q,q__q",
    "é,__",
    "'',_",
    "0123456789012345678901234567890123456789,01234567890123456789012345678901"
  })
  void aNameThatMayNotStandThereIsMadeOneThatMay(String name, String expected) {
    begin("x");
    field(name, "1", true);

    assertThat(item()).contains(" offset=\"1234\" " + expected + "=\"1\"] x");
  }

  @Test
  void aHeaderTakesWhatMayStandThere() {
    var header = new SyslogHeader(16, "my host", "", "p".repeat(200), "my data\"]");

    assertThat(header)
        .isEqualTo(new SyslogHeader(16, "my_host", "-", "p".repeat(128), "my_data__"));
  }

  @Test
  void theLevelsAndTheFacilityMakeThePriority() {
    sending.close();
    sending = sending(SyslogHeader.of(16, "h", "a"));
    var priorities = new StringBuilder();
    for (Severity severity : Severity.values()) {
      begin("x");
      event.severity(severity);
      String item = item();
      priorities.append(item, item.indexOf('<'), item.indexOf('>') + 1);
    }

    assertThat(priorities).hasToString("<134><135><135><134><132><131><130>");
  }

  @Test
  void anyBytesAreOneMessageOfItsLength() {
    long seed = new Random().nextLong();
    var random = new Random(seed);

    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      event.begin(bytes, 0, bytes.length, random.nextLong(1L << 50), 1, random.nextBoolean());
      event.time(random.nextLong(), random.nextInt(1_000_000_000), true);
      for (int i = random.nextInt(9); i > 0; i--) {
        int start = random.nextInt(bytes.length + 1);
        int end = start + random.nextInt(bytes.length - start + 1);
        event.fields().add(bytes, 0, start, bytes, start, end, random.nextBoolean());
      }
      to.cutTo(0);
      sending.output().encode(event, to);

      int space = 0;
      while (to.array()[space] != ' ') {
        space++;
      }
      int length = Integer.parseInt(new String(to.array(), 0, space, UTF_8));
      assertThat(to.length() - space - 1).as("seed %s", seed).isEqualTo(length);
    }
  }

  private String item() {
    to.cutTo(0);
    sending.output().encode(event, to);
    return new String(to.array(), 0, to.length(), UTF_8);
  }

  private void begin(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    event.begin(bytes, 0, bytes.length, 1234, bytes.length + 1L, false);
    event.time(Sending.SECONDS, 123_456_789, true);
  }

  private void field(String name, String value, boolean isJson) {
    byte[] nameBytes = name.getBytes(UTF_8);
    byte[] valueBytes = value.getBytes(UTF_8);
    event.fields().add(nameBytes, 0, nameBytes.length, valueBytes, 0, valueBytes.length, isJson);
  }

  private static Sending sending(SyslogHeader header) {
    var peer = new Peer("syslog", "127.0.0.1", 1, Optional.empty(), Duration.ofSeconds(1));
    return new Sending(
        (loops, network, ticker) -> new SyslogOutput(peer, header, loops, network, ticker));
  }
}
