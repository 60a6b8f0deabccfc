package io.containerpatterns.logshipper.loki;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import io.containerpatterns.logshipper.http.Credentials;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.HttpOutput.Compression;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JsonPushTest {
  private static final Origin SHOP =
      new Origin("/logs/shop.log", List.of(new Origin.Label("app", "sh\"op")), 1);
  private static final Origin BARE = new Origin("/logs/bare.log", List.of(), 2);

  private final ObjectMapper jackson = new ObjectMapper();
  private ScriptedStore store;
  private HttpOutput output;

  @BeforeEach
  void start() throws Exception {
    store = ScriptedStore.saying(Says.text(204, ""));
    output = store.output(new JsonPush(PushSettings.DEFAULT, ScriptedStore.CLOCK));
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
            .json("took-ms", "12.5")
            .json("name", "\"a\\n\"")
            .unparsed()
            .get(),
        output);
    batch.add(shop.text("next", 4_722).piece().get(), output);
    batch.add(new EventOf(BARE).bytes(new byte[] {'a', (byte) 0xe4, 'b'}, 0).get(), output);

    Verdict verdict = ScriptedStore.verdict(output, Parcel.of(batch));

    assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
    Received request = store.received();
    assertThat(request.path()).isEqualTo("/loki/api/v1/push");
    assertThat(request.headers()).containsEntry("content-type", "application/json");
    assertThat(jackson.readTree(request.body()))
        .isEqualTo(
            jackson.readTree(
                """
                {"streams":[
                  {"stream":{"app":"sh\\"op","filename":"/logs/shop.log"},"values":[
                    ["1795613352983004711","an \\"order\\"",{"offset":"4711","level":"warn",
                      "user":"7","took_ms":"12.5","name":"a\\n","unparsed":"true"}],
                    ["1764077352000004722","next",{"offset":"4722","piece":"true"}]]},
                  {"stream":{"filename":"/logs/bare.log"},"values":[
                    ["1764077352000000000","a\ufffdb",{"offset":"0","raw":"YeRi"}]]}]}
                """));
  }

  @Test
  void itIsCompressedAsAnyOtherBody() throws Exception {
    var target =
        new HttpOutput.Target(
            "loki",
            store.at("/loki/api/v1/push"),
            Credentials.NONE,
            Map.of(),
            Compression.GZIP,
            Duration.ofSeconds(20));
    var plain = new JsonPush(new PushSettings(Optional.empty(), false), ScriptedStore.CLOCK);
    try (var zipped = new HttpOutput(target, plain, store.client(), ScriptedStore.CLOCK)) {
      var batch = new Batch(100);
      batch.add(new EventOf(BARE).text("text", 5).get(), zipped);

      ScriptedStore.verdict(zipped, Parcel.of(batch));

      Received request = store.received();
      assertThat(request.headers()).containsEntry("content-encoding", "gzip");
      assertThat(jackson.readTree(new GZIPInputStream(new ByteArrayInputStream(request.body()))))
          .isEqualTo(
              jackson.readTree(
                  """
                  {"streams":[{"stream":{"filename":"/logs/bare.log"},
                    "values":[["1764077352000000005","text"]]}]}
                  """));
    }
  }
}
