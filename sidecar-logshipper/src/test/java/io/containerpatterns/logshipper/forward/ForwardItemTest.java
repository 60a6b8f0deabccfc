package io.containerpatterns.logshipper.forward;

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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.msgpack.value.ArrayValue;

class ForwardItemTest {
  private static final Origin ORIGIN =
      new Origin("/logs/app.log", List.of(new Label("app", "shop"), new Label("pod", "shop-0")));

  private final Sending sending =
      new Sending((loops, network, ticker) ->
          new ForwardOutput(
              new ForwardTarget(
                  new Peer("fluentd", "127.0.0.1", 1, Optional.empty(), Duration.ofSeconds(1)),
                  "logs",
                  false,
                  Optional.empty()),
              loops,
              network,
              ticker));
  private final Event event = new Event(ORIGIN);
  private final Sink to = new Sink(0);

  @AfterEach
  void close() {
    sending.close();
  }

  @Test
  void anEventIsItsTimeAndWhatIsKnownAboutIt() {
    begin("it works".getBytes(UTF_8));
    event.severity(Severity.WARN);
    field("user", "7", true);
    field("note", "\"a\\tb\"", true);
    field("path", "C:\\temp \"x\"", false);
    field("deep", "{\"a\":[1,{\"b\":null}]}", true);

    ArrayValue item = item();

    assertThat(item.get(1).toJson())
        .isEqualTo(
            "{\"message\":\"it works\",\"level\":\"warn\",\"file\":\"/logs/app.log\","
                + "\"app\":\"shop\",\"pod\":\"shop-0\",\"offset\":1234,"
                + "\"fields\":{\"user\":7,\"note\":\"a\\tb\",\"path\":\"C:\\\\temp \\\"x\\\"\","
                + "\"deep\":{\"a\":[1,{\"b\":null}]}}}");
    assertThat(item.get(0).asExtensionValue().getType()).isZero();
    assertThat(item.get(0).asExtensionValue().getData())
        .isEqualTo(HexFormat.of().parseHex("6B06E2A8" + "075BCD15"));
  }

  @Test
  void anEventWithoutAnythingElseIsItsTextAndPlace() {
    begin("".getBytes(UTF_8));

    assertThat(item().get(1).toJson())
        .isEqualTo(
            "{\"message\":\"\",\"file\":\"/logs/app.log\",\"app\":\"shop\",\"pod\":\"shop-0\","
                + "\"offset\":1234}");
  }

  @Test
  void bytesThatAreNoUtf8ComeWithTheBytesThemselves() {
    begin(new byte[] {'a', (byte) 0xff, 'b'});
    event.unparsed();

    assertThat(item().get(1).toJson())
        .isEqualTo(
            "{\"message\":\"a\uFFFDb\",\"file\":\"/logs/app.log\",\"app\":\"shop\","
                + "\"pod\":\"shop-0\",\"offset\":1234,\"unparsed\":true,\"raw\":\"Yf9i\"}");
  }

  @Test
  void aPieceOfALongerEventSaysSo() {
    event.begin("x".getBytes(UTF_8), 0, 1, 0, 1, true);

    assertThat(item().get(1).asMapValue().toJson()).endsWith("\"offset\":0,\"piece\":true}");
  }

  @Test
  void anyBytesAreOneItem() {
    long seed = new Random().nextLong();
    var random = new Random(seed);

    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      begin(bytes);
      for (int i = random.nextInt(20); i > 0; i--) {
        int start = random.nextInt(bytes.length + 1);
        int end = start + random.nextInt(bytes.length - start + 1);
        event.fields().add(bytes, 0, start, bytes, start, end, random.nextBoolean());
      }
      to.cutTo(0);

      assertThat(item().size()).as("seed %s", seed).isEqualTo(2);
    }
  }

  private ArrayValue item() {
    sending.output().encode(event, to);
    return Decoded.one(to).asArrayValue();
  }

  private void begin(byte[] text) {
    event.begin(text, 0, text.length, 1234, text.length + 1L, false);
    event.time(Sending.SECONDS, 123_456_789, true);
  }

  private void field(String name, String value, boolean isJson) {
    byte[] nameBytes = name.getBytes(UTF_8);
    byte[] valueBytes = value.getBytes(UTF_8);
    event.fields().add(nameBytes, 0, nameBytes.length, valueBytes, 0, valueBytes.length, isJson);
  }
}
