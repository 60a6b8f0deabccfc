package io.containerpatterns.logshipper.otlp;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JsonLogsTest {
  private static final Origin SHOP =
      new Origin("/logs/shop.log", List.of(new Origin.Label("app", "sh\"op")), 1);
  private static final Origin BARE = new Origin("/logs/bare.log", List.of(), 2);

  private final ObjectMapper jackson = new ObjectMapper();
  private ScriptedStore store;
  private HttpOutput output;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.json(200, "{}"));
    output = store.output(new JsonLogs(new ExportRules(true, ScriptedStore.CLOCK)));
  }

  @AfterEach
  void stop() {
    output.close();
    store.close();
  }

  @Test
  void everythingThatIsKnownOfAnEventArrives() throws Exception {
    var batch = new Batch(100);
    var shop = new EventOf(SHOP);
    batch.add(
        shop.text("an \"order\"", 4_711)
            .at("2026-11-25T13:29:12.983Z")
            .severity(Severity.WARN)
            .field("user", "7")
            .json("trace_id", "\"0af7651916cd43dd8448eb211c80319c\"")
            .field("span_id", "b7ad6b7169203331")
            .json("count", "-12")
            .json("took", "12.50")
            .json("ok", "true")
            .json("not", "false")
            .json("none", "null")
            .json("name", "\"a\\n\"")
            .unparsed()
            .get(),
        output);
    batch.add(shop.text("next", 4_722).piece().get(), output);
    batch.add(new EventOf(BARE).bytes(new byte[] {'a', (byte) 0xe4, 'b'}, 0).get(), output);

    Verdict verdict = ScriptedStore.verdict(output, Parcel.of(batch));

    assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
    Received request = store.received();
    assertThat(request.path()).isEqualTo("/v1/logs");
    assertThat(request.headers()).containsEntry("content-type", "application/json");
    assertThat(jackson.readTree(request.body()))
        .isEqualTo(
            jackson.readTree(
                """
                {"resourceLogs":[
                  {"resource":{"attributes":[
                      {"key":"app","value":{"stringValue":"sh\\"op"}},
                      {"key":"service.name","value":{"stringValue":"sh\\"op"}}]},
                   "scopeLogs":[{"scope":{"name":"io.containerpatterns.logshipper"},"logRecords":[
                     {"observedTimeUnixNano":"1795613400000000000",
                      "timeUnixNano":"1795613352983000000",
                      "severityNumber":13,"severityText":"warn",
                      "body":{"stringValue":"an \\"order\\""},
                      "traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",
                      "attributes":[
                        {"key":"log.file.path","value":{"stringValue":"/logs/shop.log"}},
                        {"key":"log.file.record_offset","value":{"intValue":"4711"}},
                        {"key":"user","value":{"stringValue":"7"}},
                        {"key":"count","value":{"intValue":"-12"}},
                        {"key":"took","value":{"doubleValue":12.50}},
                        {"key":"ok","value":{"boolValue":true}},
                        {"key":"not","value":{"boolValue":false}},
                        {"key":"none","value":{}},
                        {"key":"name","value":{"stringValue":"a\\n"}},
                        {"key":"unparsed","value":{"boolValue":true}}]},
                     {"observedTimeUnixNano":"1764077352000000000",
                      "body":{"stringValue":"next"},
                      "attributes":[
                        {"key":"log.file.path","value":{"stringValue":"/logs/shop.log"}},
                        {"key":"log.file.record_offset","value":{"intValue":"4722"}},
                        {"key":"piece","value":{"boolValue":true}}]}]}]},
                  {"resource":{"attributes":[]},
                   "scopeLogs":[{"scope":{"name":"io.containerpatterns.logshipper"},"logRecords":[
                     {"observedTimeUnixNano":"1764077352000000000",
                      "body":{"stringValue":"a\ufffdb"},
                      "attributes":[
                        {"key":"log.file.path","value":{"stringValue":"/logs/bare.log"}},
                        {"key":"log.file.record_offset","value":{"intValue":"0"}},
                        {"key":"raw","value":{"bytesValue":"YeRi"}}]}]}]}]}
                """));
  }

  @Test
  void anyBytesBecomeARequestThatCanBeRead() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
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

      assertThat(
              jackson
                  .readTree(store.received().body())
                  .at("/resourceLogs/0/scopeLogs/0/logRecords")
                  .size())
          .as("seed %d", seed)
          .isEqualTo(count);
    }
  }
}
