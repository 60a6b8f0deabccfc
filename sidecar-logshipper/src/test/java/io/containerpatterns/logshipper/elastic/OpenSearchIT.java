package io.containerpatterns.logshipper.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.PoolLimits;
import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.http.Credentials;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.HttpOutput.Compression;
import io.containerpatterns.logshipper.http.ScriptedStore;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is promised of Elasticsearch, on an OpenSearch. */
final class OpenSearchIT {
  private static final Origin SHOP =
      new Origin("/logs/shop.log", List.of(new Origin.Label("app.kubernetes.io/name", "shop")), 7);

  @TempDir static Path home;
  private static OpenSearch store;
  private static final Network network = new Network(Ticker.system());
  private static final EventLoops loops = EventLoops.start("test", 1, network);

  private final EventOf event = new EventOf(SHOP);

  @BeforeAll
  static void start() throws Exception {
    store = OpenSearch.start(home);
  }

  @AfterAll
  static void stop() {
    store.close();
    loops.close();
  }

  @Test
  void whatIsSentTwiceIsThereOnce() throws Exception {
    try (HttpOutput output = output("twice", Compression.GZIP)) {
      Batch batch = lines(output, 5_000);

      assertThat(ScriptedStore.verdict(output, Parcel.of(batch).part(0, 3_000)))
          .isEqualTo(Verdict.Taken.ALL);
      assertThat(ScriptedStore.verdict(output, Parcel.of(batch))).isEqualTo(Verdict.Taken.ALL);

      assertThat(offsets("twice")).isEqualTo(expected(5_000));
    }
  }

  @Test
  void aDataStreamTakesIt() throws Exception {
    store.put("/_index_template/streams", "{\"index_patterns\":[\"stream-*\"],\"data_stream\":{}}");
    try (HttpOutput output = output("stream-app", Compression.NONE)) {
      Batch batch = lines(output, 100);

      assertThat(ScriptedStore.verdict(output, Parcel.of(batch))).isEqualTo(Verdict.Taken.ALL);

      assertThat(offsets("stream-app")).isEqualTo(expected(100));
    }
  }

  @Test
  void anItemThatDoesNotFitIsRefusedAndNoOther() throws Exception {
    store.put(
        "/strict",
        "{\"mappings\":{\"properties\":{\"fields\":{\"properties\":{\"took\":{\"type\":\"long\"}}}}}}");
    try (HttpOutput output = output("strict", Compression.NONE)) {
      var batch = new Batch(1_000);
      batch.add(event.text("good", 0).json("took", "1").get(), output);
      batch.add(event.text("bad", 10).field("took", "soon").get(), output);
      batch.add(event.text("good", 20).json("took", "2").json("cart", "{\"a\":\n1}").get(), output);
      batch.add(event.text("twice", 30).field("a", "1").field("a", "2").get(), output);

      Verdict verdict = ScriptedStore.verdict(output, Parcel.of(batch));

      assertThat(verdict).isInstanceOf(Verdict.Partly.class);
      var partly = (Verdict.Partly) verdict;
      assertThat(partly.again()).isEmpty();
      assertThat(partly.refused()).hasSize(1);
      assertThat(partly.refused().getFirst().place()).isEqualTo(1);
      assertThat(partly.refused().getFirst().why())
          .startsWith("status 400: mapper_parsing_exception: failed to parse field [fields.took]");
      assertThat(offsets("strict")).containsExactly(0L, 20L, 30L);
    }
  }

  @Test
  void anIndexThatIsBlockedIsWaitedFor() throws Exception {
    store.put("/blocked", "{}");
    store.put("/blocked/_settings", "{\"index.blocks.write\":true}");
    try (HttpOutput output = output("blocked", Compression.NONE)) {
      Batch batch = lines(output, 10);

      Verdict blocked = ScriptedStore.verdict(output, Parcel.of(batch));
      store.put("/blocked/_settings", "{\"index.blocks.write\":false}");
      Verdict open = ScriptedStore.verdict(output, Parcel.of(batch));

      assertThat(blocked).isInstanceOf(Verdict.Again.class);
      assertThat(((Verdict.Again) blocked).why())
          .startsWith("status 403: cluster_block_exception: index [blocked] blocked by:");
      assertThat(open).isEqualTo(Verdict.Taken.ALL);
      assertThat(offsets("blocked")).isEqualTo(expected(10));
    }
  }

  @Test
  void anIndexThatDoesNotExistAndMayNotBeMadeGivesNoLineUp() throws Exception {
    store.put(
        "/_cluster/settings", "{\"transient\":{\"action.auto_create_index\":\"-missing*,+*\"}}");
    try (HttpOutput output = output("missing", Compression.NONE)) {
      Verdict verdict = ScriptedStore.verdict(output, Parcel.of(lines(output, 10)));

      assertThat(verdict).isInstanceOf(Verdict.Denied.class);
      assertThat(((Verdict.Denied) verdict).why())
          .startsWith("status 404: index_not_found_exception: no such index [missing]");
    }
  }

  private Batch lines(HttpOutput output, int count) {
    var batch = new Batch(1_000);
    for (int i = 0; i < count; i++) {
      batch.add(event.text("line " + i, i * 10L).at("2026-11-25T13:29:12.983Z").get(), output);
    }
    return batch;
  }

  private static Set<Long> expected(int count) {
    Set<Long> offsets = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      offsets.add(i * 10L);
    }
    return offsets;
  }

  private static Set<Long> offsets(String index) throws Exception {
    store.post("/" + index + "/_refresh");
    JsonNode found = store.get("/" + index + "/_search?size=10000&_source=log.offset");
    Set<Long> offsets = new TreeSet<>();
    for (JsonNode hit : found.at("/hits/hits")) {
      assertThat(offsets.add(hit.at("/_source/log/offset").longValue())).as("once").isTrue();
    }
    return offsets;
  }

  private static HttpOutput output(String index, Compression compression) {
    var bulk = new Bulk(index, ScriptedStore.CLOCK);
    var target =
        new HttpOutput.Target(
            "opensearch",
            store.at(bulk.path()),
            Credentials.NONE,
            Map.of(),
            compression,
            Duration.ofSeconds(30));
    HttpClient client = HttpClient.on(loops, network).keepConnections(PoolLimits.DEFAULT).build();
    return new HttpOutput(target, bulk, client, ScriptedStore.CLOCK);
  }
}
