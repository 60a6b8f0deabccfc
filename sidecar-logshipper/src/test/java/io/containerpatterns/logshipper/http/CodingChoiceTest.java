package io.containerpatterns.logshipper.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.http.HttpOutput.Compression;
import io.containerpatterns.logshipper.http.ScriptedStore.Received;
import io.containerpatterns.logshipper.http.ScriptedStore.Says;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodingChoiceTest {
  private static final Predicate<Received> ZSTD = request -> coding(request).equals("zstd");
  private static final Says TAKEN = Says.text(200, "");

  @Test
  void aBodyOfZstdArrivesWholeAndSaysWhatItIs() throws Exception {
    try (ScriptedStore store = ScriptedStore.saying(TAKEN);
        HttpOutput output = output(store)) {
      Verdict verdict = ScriptedStore.verdict(output, lines(output, 3_000));

      assertThat(verdict).isEqualTo(Verdict.Taken.ALL);
      Received received = store.received();
      assertThat(coding(received)).isEqualTo("zstd");
      assertThat(received.body()).hasSizeLessThan(60_000);
      assertThat(unpacked(received).lines()).hasSize(3_000);
    }
  }

  /**
   * 400 is what Elasticsearch, Loki and the OTLP collector say to a coding that they do not know.
   */
  @ParameterizedTest
  @ValueSource(ints = {400, 415, 422})
  void aStoreThatDoesNotKnowZstdGetsTheSameAsGzipAndNothingBecomesADeadLetter(int status)
      throws Exception {
    try (ScriptedStore store =
            ScriptedStore.of(request -> ZSTD.test(request) ? Says.text(status, "no JSON") : TAKEN);
        HttpOutput output = output(store)) {
      Parcel parcel = lines(output, 10);

      Verdict first = ScriptedStore.verdict(output, parcel);
      Verdict second = ScriptedStore.verdict(output, parcel);
      Verdict third = ScriptedStore.verdict(output, parcel);

      assertThat(first)
          .isInstanceOfSatisfying(
              Verdict.Again.class,
              again -> {
                assertThat(again.after()).isEqualTo(Optional.of(Duration.ZERO));
                assertThat(again.why()).contains(status + "", "no JSON", "as gzip");
              });
      assertThat(List.of(second, third)).containsOnly(Verdict.Taken.ALL);
      assertThat(List.of(coding(store.received()), coding(store.received())))
          .containsExactly("zstd", "gzip");
      assertThat(coding(store.received())).isEqualTo("gzip");
    }
  }

  @Test
  void anEventThatIsRefusedInEveryCodingIsRefusedAndZstdIsTriedOn() throws Exception {
    try (ScriptedStore store = ScriptedStore.saying(Says.text(400, "no such field"));
        HttpOutput output = output(store)) {
      Parcel parcel = lines(output, 1);
      ScriptedStore.verdict(output, parcel);

      Verdict asGzip = ScriptedStore.verdict(output, parcel);
      store.says(TAKEN);
      Verdict other = ScriptedStore.verdict(output, parcel);

      assertThat(asGzip).isInstanceOf(Verdict.Refused.class);
      assertThat(other).isEqualTo(Verdict.Taken.ALL);
      assertThat(List.of(coding(store.received()), coding(store.received())))
          .containsExactly("zstd", "gzip");
      assertThat(coding(store.received())).isEqualTo("zstd");
    }
  }

  @Test
  void onceItWasTakenARefusalIsOneOfTheEvents() throws Exception {
    try (ScriptedStore store = ScriptedStore.saying(TAKEN);
        HttpOutput output = output(store)) {
      Parcel parcel = lines(output, 2);
      ScriptedStore.verdict(output, parcel);
      store.says(Says.text(400, "no such field"));

      assertThat(ScriptedStore.verdict(output, parcel)).isInstanceOf(Verdict.Refused.class);
    }
  }

  @Test
  void aStoreThatIsAwayProvesNothing() throws Exception {
    try (ScriptedStore store = ScriptedStore.saying(Says.text(503, ""));
        HttpOutput output = output(store)) {
      Parcel parcel = lines(output, 2);
      ScriptedStore.verdict(output, parcel);
      store.says(Says.text(415, ""));
      ScriptedStore.verdict(output, parcel);
      store.says(Says.text(503, ""));
      ScriptedStore.verdict(output, parcel);
      store.says(TAKEN);

      assertThat(ScriptedStore.verdict(output, parcel)).isEqualTo(Verdict.Taken.ALL);

      assertThat(coding(store.received())).isEqualTo("zstd");
      assertThat(coding(store.received())).isEqualTo("zstd");
      assertThat(coding(store.received())).isEqualTo("gzip");
      assertThat(coding(store.received())).isEqualTo("gzip");
    }
  }

  private static String coding(Received request) {
    return request.headers().getOrDefault("content-encoding", "none");
  }

  private static String unpacked(Received request) throws IOException {
    var body = new ByteArrayInputStream(request.body());
    try (var decoder = ZSTD.test(request) ? new ZstdInputStream(body) : new GZIPInputStream(body)) {
      return new String(decoder.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpOutput output(ScriptedStore store) {
    var target =
        new HttpOutput.Target(
            "store",
            store.at("/"),
            Credentials.NONE,
            Map.of(),
            Compression.ZSTD,
            Duration.ofSeconds(20));
    return new HttpOutput(target, new Ndjson(), store.client(), ScriptedStore.CLOCK);
  }

  private static Parcel lines(HttpOutput output, int count) {
    var event = new EventOf(new Origin("/logs/app.log", List.of(), 1));
    var batch = new Batch(1_000);
    for (int i = 0; i < count; i++) {
      batch.add(event.text("line " + i + " of many that look alike", i * 10L).get(), output);
    }
    return Parcel.of(batch);
  }
}
