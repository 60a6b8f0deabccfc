package io.containerpatterns.logshipper.loki;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProtobufPushTest {
  private static final Origin SHOP =
      new Origin(
          "/logs/shop.log",
          List.of(
              new Origin.Label("app.kubernetes.io/name", "shop"),
              new Origin.Label("note", "a \"b\" \\ c\n\u00e4"),
              new Origin.Label("empty", "")),
          1);
  private static final String SHOP_LABELS =
      "{app_kubernetes_io_name=\"shop\", note=\"a \\\"b\\\" \\\\ c\\n\u00e4\","
          + " filename=\"/logs/shop.log\"}";
  private static final Origin BARE = new Origin("/logs/bare.log", List.of(), 2);
  private static final String BARE_LABELS = "{filename=\"/logs/bare.log\"}";

  private ScriptedStore store;
  private HttpOutput output;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.text(204, ""));
    output = store.output(new ProtobufPush(PushSettings.DEFAULT, ScriptedStore.CLOCK));
  }

  @AfterEach
  void stop() {
    output.close();
    store.close();
  }

  @Test
  void everythingThatIsKnownOfAnEventArrives() throws Exception {
    var batch = new Batch(100);
    batch.add(
        new EventOf(SHOP)
            .text("an order", 4_711)
            .at("2026-11-25T13:29:12.983Z")
            .severity(Severity.WARN)
            .field("user", "7")
            .json("took-ms", "12.5")
            .json("2nd", "\"a\\n\\\"b\\\"\"")
            .json("cart", "{\"a\":1}")
            .field("", "no name")
            .unparsed()
            .get(),
        output);

    Verdict verdict = ScriptedStore.verdict(output, Parcel.of(batch));

    assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
    assertThat(Pushed.read(store.received().body()))
        .isEqualTo(
            new Pushed(
                List.of(
                    new Pushed.Stream(
                        SHOP_LABELS,
                        List.of(
                            new Pushed.Entry(
                                1_795_613_352,
                                983_004_711,
                                "an order",
                                Map.of(
                                    "level", "warn",
                                    "offset", "4711",
                                    "user", "7",
                                    "took_ms", "12.5",
                                    "_2nd", "a\n\"b\"",
                                    "cart", "{\"a\":1}",
                                    "_", "no name",
                                    "unparsed", "true")))))));
  }

  @Test
  void theRequestIsWhatLokiExpects() throws Exception {
    var settings = new PushSettings(Optional.of("team-a"), true);

    Verdict verdict = store.verdict(new ProtobufPush(settings, ScriptedStore.CLOCK), 1);

    assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
    Received request = store.received();
    assertThat(request.path()).isEqualTo("/loki/api/v1/push");
    assertThat(request.headers())
        .containsEntry("content-type", "application/x-protobuf")
        .containsEntry("x-scope-orgid", "team-a")
        .doesNotContainKey("content-encoding");
  }

  @Test
  void eventsOfAFileAreOneStreamAndAnyPartOfThemIsARequest() throws Exception {
    var batch = new Batch(100);
    var shop = new EventOf(SHOP);
    var bare = new EventOf(BARE);
    batch.add(shop.text("one", 0).get(), output);
    batch.add(shop.text("two", 10).get(), output);
    batch.add(bare.text("three", 0).get(), output);
    batch.add(shop.text("four", 20).get(), output);

    ScriptedStore.verdict(output, Parcel.of(batch));
    ScriptedStore.verdict(output, Parcel.of(batch).part(1, 3));
    ScriptedStore.verdict(output, Parcel.of(batch).pick(new int[] {0, 3}));

    assertThat(shape(Pushed.read(store.received().body())))
        .containsExactly(SHOP_LABELS + " one two", BARE_LABELS + " three", SHOP_LABELS + " four");
    assertThat(shape(Pushed.read(store.received().body())))
        .containsExactly(SHOP_LABELS + " two", BARE_LABELS + " three");
    assertThat(shape(Pushed.read(store.received().body())))
        .containsExactly(SHOP_LABELS + " one four");
  }

  @Test
  void withoutMetadataOnlyTheTextIsSent() throws Exception {
    try (var bareOutput =
        store.output(
            new ProtobufPush(new PushSettings(Optional.empty(), false), ScriptedStore.CLOCK))) {
      var batch = new Batch(100);
      batch.add(
          new EventOf(BARE).text("text", 5).severity(Severity.INFO).field("a", "b").get(),
          bareOutput);

      ScriptedStore.verdict(bareOutput, Parcel.of(batch));

      assertThat(Pushed.read(store.received().body()).streams().getFirst().entries())
          .containsExactly(new Pushed.Entry(1_764_077_352, 5, "text", Map.of()));
    }
  }

  @Test
  void bytesThatAreNoTextGoBesideIt() throws Exception {
    var batch = new Batch(100);
    batch.add(new EventOf(BARE).bytes(new byte[] {'a', (byte) 0xe4, 'b'}, 0).piece().get(), output);

    ScriptedStore.verdict(output, Parcel.of(batch));

    assertThat(Pushed.read(store.received().body()).streams().getFirst().entries())
        .containsExactly(
            new Pushed.Entry(
                1_764_077_352,
                0,
                "a\ufffdb",
                Map.of("offset", "0", "piece", "true", "raw", "YeRi")));
  }

  @Test
  void anyBytesBecomeARequestThatCanBeRead() throws Exception {
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
        byte[] any = new byte[random.nextInt(200)];
        random.nextBytes(any);
        int cut = any.length == 0 ? 0 : random.nextInt(any.length);
        event.get().fields().add(any, 0, cut, any, cut, any.length, random.nextBoolean());
        batch.add(event.get(), output);
      }

      ScriptedStore.verdict(output, Parcel.of(batch));

      Pushed pushed = Pushed.read(store.received().body());
      assertThat(pushed.streams().getFirst().entries()).as("seed %d", seed).hasSize(count);
      assertThat(pushed.streams().getFirst().labels()).isEqualTo(SHOP_LABELS);
      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(pushed.toString())).isTrue();
    }
  }

  private static List<String> shape(Pushed pushed) {
    return pushed.streams().stream()
        .map(stream ->
            stream.labels()
                + " "
                + String.join(" ", stream.entries().stream().map(Pushed.Entry::line).toList()))
        .toList();
  }
}
