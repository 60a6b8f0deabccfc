package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that takes parts of what it is sent: of each bulk some items, some not now, some never;
 * and that now and then takes all of it and says nothing.
 */
final class HalfBulkIT {
  private static final int LINES = Boolean.getBoolean("containerpatterns.long") ? 20_000 : 4_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final SplittableRandom random;
  private final long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
  private final Map<String, String> documents = new HashMap<>(); // by id
  private int again;
  private int known;
  private int lost;

  HalfBulkIT() {
    random = new SplittableRandom(seed);
  }

  @Test
  void everyItemEndsWhereItBelongsAndNoneIsThereTwice() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    List<String> good = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      (i % 501 == 7 ? bad : good).add((i % 501 == 7 ? "bad " : "good ") + i);
    }
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::bulk);
    server.start();
    try (var shipper =
        site.start(
                "elastic+http://127.0.0.1:" + server.getAddress().getPort() + "/logs?id=store",
                "LOGSHIPPER_BATCH_LINES",
                "500",
                "LOGSHIPPER_TIMEOUT",
                "2s")
            .ready()) {
      var lines = new StringBuilder();
      for (int i = 0; i < LINES; i++) {
        lines.append(i % 501 == 7 ? "bad " : "good ").append(i).append('\n');
      }
      Files.writeString(site.logs().resolve("app.log"), lines);

      assertThat(shipper.terminate()).as("seed %d\n%s", seed, shipper.log()).isZero();
    } finally {
      server.stop(0);
    }

    System.out.printf(
        "seed %d: %d items were sent again, %d of them the store had already, %d answers were"
            + " lost%n",
        seed, again, known, lost);
    assertThat(documents.values()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(good);
    List<String> letters = new ArrayList<>();
    for (String line : Files.readAllLines(site.state().resolve("dead-letters-store.ndjson"))) {
      String item = JSON.readTree(line).path("item").asText();
      letters.add(JSON.readTree(item.lines().toList().getLast()).path("message").asText());
    }
    assertThat(letters).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(bad);
    assertThat(again).isPositive();
    assertThat(known).isPositive();
    assertThat(lost).isPositive();
  }

  private synchronized void bulk(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var items = new StringBuilder();
      boolean errors = false;
      List<String> lines = body.lines().toList();
      for (int i = 0; i < lines.size(); i += 2) {
        int status = take(JSON.readTree(lines.get(i)), JSON.readTree(lines.get(i + 1)));
        errors |= status >= 300;
        items.append(i == 0 ? "" : ",").append("{\"create\":{\"status\":").append(status);
        items.append(status < 300 ? "}}" : ",\"error\":{\"type\":\"some\",\"reason\":\"so\"}}}");
      }
      if (random.nextInt(10) == 0) {
        lost++;
        return; // The connection ends, and nobody knows what was taken.
      }
      byte[] answer =
          ("{\"errors\":" + errors + ",\"items\":[" + items + "]}")
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private int take(JsonNode action, JsonNode document) {
    String id = action.path("create").path("_id").asText();
    String text = document.path("message").asText();
    if (documents.containsKey(id)) {
      known++;
      return 409;
    }
    if (text.startsWith("bad")) {
      return 400;
    }
    if (random.nextInt(3) == 0) {
      again++;
      return random.nextBoolean() ? 429 : 503;
    }
    documents.put(id, text);
    return 201;
  }
}
