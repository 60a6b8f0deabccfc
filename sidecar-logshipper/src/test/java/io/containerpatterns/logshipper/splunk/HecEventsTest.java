package io.containerpatterns.logshipper.splunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
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
import io.containerpatterns.logshipper.output.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HecEventsTest {
  private static final Origin SHOP =
      new Origin(
          "/logs/shop.log",
          List.of(new Origin.Label("app", "sh\"op"), new Origin.Label("node", "n1")),
          1);
  private static final Origin BARE = new Origin("/logs/bare.log", List.of(), 2);

  private final ObjectMapper jackson = new ObjectMapper();
  private ScriptedStore store;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.json(200, "{\"text\":\"Success\",\"code\":0}"));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void everythingThatIsKnownOfAnEventArrives() throws Exception {
    try (HttpOutput output = output(HecSettings.DEFAULT)) {
      var batch = new Batch(100);
      batch.add(
          new EventOf(SHOP)
              .text("an \"order\"", 4_711)
              .at("2026-11-25T13:29:12.983Z")
              .severity(Severity.WARN)
              .field("user", "7")
              .json("took", "12.5")
              .json("ok", "true")
              .json("name", "\"a\\n\"")
              .json("cart", "{\"a\":1}")
              .unparsed()
              .get(),
          output);

      Verdict verdict = ScriptedStore.verdict(output, Parcel.of(batch));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      Received request = store.received();
      assertThat(request.path()).isEqualTo("/services/collector/event");
      assertThat(request.headers())
          .containsEntry("content-type", "application/json")
          .doesNotContainKey("x-splunk-request-channel");
      assertThat(events(request))
          .containsExactly(
              jackson.readTree(
                  """
                  {"time":1795613352.983,"source":"/logs/shop.log","host":"n1",
                   "event":"an \\"order\\"",
                   "fields":{"offset":4711,"level":"warn","app":"sh\\"op","node":"n1","user":"7",
                     "took":12.5,"ok":"true","name":"a\\n","cart":"{\\"a\\":1}","unparsed":"true"}}
                  """));
    }
  }

  @Test
  void whatIsSetIsSaidOfEveryEvent() throws Exception {
    var settings =
        new HecSettings(Optional.of("main"), Optional.of("_json"), Optional.of("h"), false);
    try (HttpOutput output = output(settings)) {
      var batch = new Batch(100);
      var event = new EventOf(SHOP);
      batch.add(event.text("one", 0).at("2026-11-25T13:29:12.000001Z").get(), output);
      batch.add(event.text("two", 4).at("2026-11-25T13:29:12.000000001Z").get(), output);

      ScriptedStore.verdict(output, Parcel.of(batch));

      assertThat(store.received().text())
          .isEqualTo(
              """
              {"time":1795613352.000001,"source":"/logs/shop.log","host":"h","sourcetype":"_json","index":"main","event":"one"}
              {"time":1795613352.000000001,"source":"/logs/shop.log","host":"h","sourcetype":"_json","index":"main","event":"two"}
              """);
    }
  }

  @Test
  void aBlankEventIsAnObjectSoThatItIsNotRefused() throws Exception {
    try (HttpOutput output = output(HecSettings.DEFAULT)) {
      var batch = new Batch(100);
      var event = new EventOf(BARE);
      batch.add(event.text("", 0).get(), output);
      batch.add(event.text(" \t", 1).piece().get(), output);
      batch.add(event.bytes(new byte[] {'a', (byte) 0xe4, 'b'}, 9).get(), output);

      ScriptedStore.verdict(output, Parcel.of(batch));

      assertThat(events(store.received()))
          .containsExactly(
              jackson.readTree(
                  """
                  {"time":1764077352.000,"source":"/logs/bare.log","event":{"message":""},
                   "fields":{"offset":0}}
                  """),
              jackson.readTree(
                  """
                  {"time":1764077352.000,"source":"/logs/bare.log","event":{"message":" \\t"},
                   "fields":{"offset":1,"piece":"true"}}
                  """),
              jackson.readTree(
                  """
                  {"time":1764077352.000,"source":"/logs/bare.log","event":"a\ufffdb",
                   "fields":{"offset":9,"raw":"YeRi"}}
                  """));
    }
  }

  @Test
  void anyBytesBecomeObjectsThatCanBeRead() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    try (HttpOutput output = output(HecSettings.DEFAULT)) {
      var event = new EventOf(SHOP);
      for (int round = 0; round < 100; round++) {
        var batch = new Batch(100);
        int count = 1 + random.nextInt(50);
        for (int i = 0; i < count; i++) {
          byte[] text = new byte[random.nextInt(1 << random.nextInt(12))];
          random.nextBytes(text);
          event.bytes(text, i);
          event.get().fields().add(text, 0, text.length, text, 0, text.length, false);
          batch.add(event.get(), output);
        }

        ScriptedStore.verdict(output, Parcel.of(batch));

        assertThat(events(store.received())).as("seed %d", seed).hasSize(count);
      }
    }
  }

  private List<JsonNode> events(Received request) throws Exception {
    try (MappingIterator<JsonNode> each =
        jackson.readerFor(JsonNode.class).readValues(request.body())) {
      return each.readAll();
    }
  }

  private HttpOutput output(HecSettings settings) {
    return store.output(new HecEvents(settings, ScriptedStore.CLOCK));
  }
}
