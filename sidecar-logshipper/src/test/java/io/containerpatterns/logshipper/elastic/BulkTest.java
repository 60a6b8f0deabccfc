package io.containerpatterns.logshipper.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BulkTest {
  private static final Origin SHOP =
      new Origin(
          "/logs/shop.log",
          List.of(
              new Origin.Label("app", "shop"),
              new Origin.Label("app.kubernetes.io/name", "sh\"op")),
          0x0123_4567_89ab_cdefL);

  private final ObjectMapper jackson = new ObjectMapper();
  private ScriptedStore store;
  private HttpOutput output;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.json(200, "{\"errors\":false}"));
    output = store.output(new Bulk("logs-app", ScriptedStore.CLOCK));
  }

  @AfterEach
  void stop() {
    output.close();
    store.close();
  }

  @Test
  void anEventIsAnActionAndADocument() throws Exception {
    var batch = new Batch(100);
    batch.add(
        new EventOf(SHOP)
            .text("an \"order\"\n  at x", 4_711)
            .at("2026-11-25T13:29:12.983Z")
            .severity(Severity.WARN)
            .field("user", "7")
            .json("took", "12.5")
            .json("cart", "{\"a\":\r\n1}")
            .field("user", "8")
            .field("", "no name")
            .unparsed()
            .get(),
        output);

    ScriptedStore.verdict(output, Parcel.of(batch));

    Received request = store.received();
    assertThat(request.path())
        .isEqualTo(
            "/logs-app/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason");
    assertThat(request.headers()).containsEntry("content-type", "application/x-ndjson");
    String[] lines = request.text().split("\n", -1);
    assertThat(lines).hasSize(3).endsWith("");
    assertThat(lines[0]).isEqualTo("{\"create\":{\"_id\":\"ASNFZ4mrze8AAAAAAAASZw\"}}");
    assertThat(jackson.readTree(lines[1]))
        .isEqualTo(
            jackson.readTree(
                """
                {"@timestamp":"2026-11-25T13:29:12.983Z","message":"an \\"order\\"\\n  at x",
                 "log":{"file":{"path":"/logs/shop.log"},"offset":4711,"level":"warn"},
                 "labels":{"app":"shop","app_kubernetes_io/name":"sh\\"op"},
                 "fields":{"user":"7","took":12.5,"cart":{"a":1},"user_3":"8","_4":"no name"},
                 "unparsed":true}
                """));
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws Exception {
    var batch = new Batch(100);
    batch.add(
        new EventOf(new Origin("/logs/bare.log", List.of(), 0))
            .bytes(new byte[] {'a', (byte) 0xe4, 'b'}, 0)
            .piece()
            .get(),
        output);

    ScriptedStore.verdict(output, Parcel.of(batch));

    assertThat(jackson.readTree(store.received().text().split("\n")[1]))
        .isEqualTo(
            jackson.readTree(
                """
                {"@timestamp":"2025-11-25T13:29:12.000Z","message":"a\ufffdb",
                 "log":{"file":{"path":"/logs/bare.log"},"offset":0},"piece":true,"raw":"YeRi"}
                """));
  }

  @Test
  void everyEventOfEveryFileHasAnIdOfItsOwn() throws Exception {
    Set<String> ids = new HashSet<>();
    for (long generation : new long[] {0, 1, -1, Long.MIN_VALUE, 256}) {
      var batch = new Batch(100);
      var event = new EventOf(new Origin("/logs/app.log", List.of(), generation));
      for (long offset : new long[] {0, 1, 255, 256, 1L << 40}) {
        batch.add(event.text("same", offset).get(), output);
      }

      ScriptedStore.verdict(output, Parcel.of(batch));

      String[] lines = store.received().text().split("\n");
      for (int i = 0; i < lines.length; i += 2) {
        ids.add(jackson.readTree(lines[i]).at("/create/_id").textValue());
      }
    }

    assertThat(ids).hasSize(25);
  }

  @Test
  void anyBytesBecomeTwoLinesThatCanBeRead() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var event = new EventOf(SHOP);
    for (int round = 0; round < 200; round++) {
      var batch = new Batch(100);
      int count = 1 + random.nextInt(50);
      for (int i = 0; i < count; i++) {
        byte[] text = new byte[random.nextInt(1 << random.nextInt(12))];
        random.nextBytes(text);
        event.bytes(text, i);
        byte[] any = new byte[random.nextInt(100)];
        random.nextBytes(any);
        int cut = any.length == 0 ? 0 : random.nextInt(any.length);
        event.get().fields().add(any, 0, cut, any, cut, any.length, false);
        event.get().fields().add(any, 0, cut, any, cut, any.length, false);
        batch.add(event.get(), output);
      }

      ScriptedStore.verdict(output, Parcel.of(batch));

      String[] lines = store.received().text().split("\n");
      assertThat(lines).as("seed %d", seed).hasSize(2 * count);
      for (String line : lines) {
        JsonNode read = jackson.readTree(line);
        assertThat(read.isObject()).isTrue();
      }
    }
  }
}
