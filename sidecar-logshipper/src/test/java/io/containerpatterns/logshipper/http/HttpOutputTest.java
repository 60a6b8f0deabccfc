package io.containerpatterns.logshipper.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpOutputTest {
  private static final Origin FILE =
      new Origin("/logs/app.log", List.of(new Origin.Label("app", "shop")), 1);

  @TempDir Path folder;

  @Test
  void aParcelIsAPostOfLinesOfJson() throws Exception {
    try (ScriptedStore store = ScriptedStore.saying(Says.text(204, ""));
        HttpOutput output = store.output(new Ndjson())) {
      Batch batch = batchOf(output, "one \"1\"", "two\ttabs");

      Verdict verdict = ScriptedStore.verdict(output, Parcel.of(batch));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      Received received = store.received();
      assertThat(received.headers()).containsEntry("content-type", "application/x-ndjson");
      assertThat(received.text())
          .isEqualTo(
              """
              {"time":"2025-11-25T13:29:12.000Z","message":"one \\"1\\"","file":"/logs/app.log","app":"shop","offset":0}
              {"time":"2025-11-25T13:29:12.000Z","message":"two\\ttabs","file":"/logs/app.log","app":"shop","offset":100}
              """);
    }
  }

  @Test
  void partsOfABatchAreSentAsTheyAre() throws Exception {
    try (ScriptedStore store = ScriptedStore.saying(Says.text(200, "ok"));
        HttpOutput output = store.output(new Ndjson())) {
      Parcel whole = Parcel.of(batchOf(output, "a", "b", "c", "d"));

      ScriptedStore.verdict(output, whole.part(2, 4));
      ScriptedStore.verdict(output, whole.pick(new int[] {0, 3}));

      assertThat(store.received().text())
          .contains("\"c\"", "\"d\"")
          .doesNotContain("\"a\"", "\"b\"");
      assertThat(store.received().text())
          .contains("\"a\"", "\"d\"")
          .doesNotContain("\"b\"", "\"c\"");
    }
  }

  @Test
  void aLongBodyArrivesWholeAndUnpacked() throws Exception {
    String[] texts = new String[3_000];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "line " + i + " of many that look alike";
    }
    try (ScriptedStore store = ScriptedStore.saying(Says.text(200, ""));
        HttpOutput plain = store.output(new Ndjson());
        HttpOutput packed = output(store, "/", Credentials.NONE, HttpOutput.Compression.GZIP)) {
      ScriptedStore.verdict(plain, Parcel.of(batchOf(plain, texts)));
      ScriptedStore.verdict(packed, Parcel.of(batchOf(packed, texts)));

      Received first = store.received();
      Received second = store.received();
      assertThat(first.body()).hasSizeGreaterThan(300_000);
      assertThat(second.headers()).containsEntry("content-encoding", "gzip");
      assertThat(second.body()).hasSizeLessThan(60_000);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(second.body())).readAllBytes())
          .isEqualTo(first.body());
    }
  }

  @Test
  void theTokenIsReadForEachRequest() throws Exception {
    Path token = folder.resolve("token");
    Files.writeString(token, "first\n");
    try (ScriptedStore store = ScriptedStore.saying(Says.text(200, ""));
        HttpOutput output =
            output(
                store,
                "/in?x=1",
                Credentials.token("Bearer", token),
                HttpOutput.Compression.NONE)) {
      ScriptedStore.verdict(output, Parcel.of(batchOf(output, "a")));
      Files.writeString(token, "second");
      ScriptedStore.verdict(output, Parcel.of(batchOf(output, "a")));

      Received first = store.received();
      assertThat(first.path()).isEqualTo("/in?x=1");
      assertThat(first.headers()).containsEntry("authorization", "Bearer first");
      assertThat(store.received().headers()).containsEntry("authorization", "Bearer second");
    }
  }

  @Test
  void aTokenThatCannotBeUsedIsAFaultOfTheConfiguration() throws Exception {
    Path token = folder.resolve("token");
    try (ScriptedStore store = ScriptedStore.saying(Says.text(200, ""));
        HttpOutput output =
            output(store, "/", Credentials.token("Bearer", token), HttpOutput.Compression.NONE)) {
      Verdict missing = ScriptedStore.verdict(output, Parcel.of(batchOf(output, "a")));
      Files.writeString(token, "two\nlines");
      Verdict broken = ScriptedStore.verdict(output, Parcel.of(batchOf(output, "a")));

      assertThat(missing).isInstanceOf(Verdict.Denied.class);
      assertThat(broken).isInstanceOf(Verdict.Denied.class);
      assertThat(store.waiting()).isZero();
    }
  }

  @Test
  void nobodyThereIsSentAgain() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (ScriptedStore store = ScriptedStore.saying(Says.text(200, ""));
        HttpOutput output =
            new HttpOutput(
                new HttpOutput.Target(
                    "store",
                    URI.create("http://127.0.0.1:" + port + "/"),
                    Credentials.NONE,
                    Map.of(),
                    HttpOutput.Compression.NONE,
                    Duration.ofSeconds(5)),
                new Ndjson(),
                store.client(),
                ScriptedStore.CLOCK)) {
      assertThat(ScriptedStore.verdict(output, Parcel.of(batchOf(output, "a"))))
          .isInstanceOfSatisfying(
              Verdict.Again.class, again -> assertThat(again.why()).contains("cannot connect"));
    }
  }

  @Test
  void bytesThatAreNoTextGoOutMarkedAndRaw() throws Exception {
    byte[] text = {'a', (byte) 0xff, 'b'};
    try (ScriptedStore store = ScriptedStore.saying(Says.text(200, ""));
        HttpOutput output = store.output(new Ndjson())) {
      var batch = new Batch(100);
      batch.add(new EventOf(FILE).bytes(text, 7).piece().unparsed().get(), output);

      ScriptedStore.verdict(output, Parcel.of(batch));

      assertThat(store.received().text())
          .isEqualTo(
              "{\"time\":\"2025-11-25T13:29:12.000Z\",\"message\":\"a\\ufffdb\",\"file\":\"/logs/app.log\",\"app\":\"shop\",\"offset\":7,\"unparsed\":true,\"piece\":true,\"raw\":\"Yf9i\"}\n");
    }
  }

  private static HttpOutput output(
      ScriptedStore store,
      String path,
      Credentials credentials,
      HttpOutput.Compression compression) {
    var target =
        new HttpOutput.Target(
            "store", store.at(path), credentials, Map.of(), compression, Duration.ofSeconds(20));
    return new HttpOutput(target, new Ndjson(), store.client(), ScriptedStore.CLOCK);
  }

  private static Batch batchOf(HttpOutput output, String... texts) {
    var batch = new Batch(100);
    for (int i = 0; i < texts.length; i++) {
      batch.add(
          new EventOf(FILE).bytes(texts[i].getBytes(StandardCharsets.UTF_8), i * 100L).get(),
          output);
    }
    return batch;
  }
}
