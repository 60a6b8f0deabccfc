package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.http.ApiDescription;
import io.containerpatterns.chassis.http.DescribedServer;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the elector's API and the running image, each held against the other. */
@Tag("image")
class ElectorApiIT {
  private static final String ONE = "/v1/elections/{election}";
  private static final List<String> STREAMS =
      List.of(ONE + "/watch", "/watch", "/v1/watch", "/sse");

  @TempDir Path folder;
  private final ApiDescription description = description();
  private final Set<String> done = new TreeSet<>();
  private ElectorPod elector;
  private DescribedServer api;

  ElectorApiIT() throws IOException {}

  @BeforeEach
  void start() throws IOException {
    // A short lease, because what is given back is held until the answers have run out.
    elector = ElectorPod.start(folder, "ELECTOR_DYNAMIC", "on", "ELECTOR_LEASE", "1s").leading();
    api = new DescribedServer(elector.address(4040), description);
  }

  @AfterEach
  void end() {
    elector.close();
  }

  @Test
  void theApiDoesEverythingThatIsDescribedAsItIsDescribed() throws IOException {
    for (String path :
        List.of(ONE, "/status", ONE + "/leading", "/leading", "/v1/elections", "/")) {
      does("GET " + path, "");
    }
    does("GET /openapi.yaml", "");
    for (String path : STREAMS) {
      streams(path);
    }
    for (String path : List.of(ONE + "/become", "/become", "/becomeLeader")) {
      does("POST " + path, "");
    }
    for (String path : List.of(ONE + "/renew", "/renew", "/renewLeadership")) {
      does("POST " + path, "", "Elector-Token: " + token());
    }
    for (String path : List.of(ONE + "/resign", "/resign", "/resignLeadership")) {
      does("POST " + path, "{\"cooldownMs\":0}");
    }
    does("PUT " + ONE, "{\"mode\":\"manual\"}");
    does("DELETE " + ONE, "");
    does("POST /v1/drain", "");
    does("POST /v1/resume", "");

    assertThat(done).isEqualTo(description.operations());
  }

  @Test
  void theApiRefusesAsItIsDescribed() throws IOException {
    for (String operation : description.operations()) {
      String path = path(operation);
      try (RawClient client = api.connect()) {
        client.send(
            operation.replace(path(operation), filled(path, "default"))
                + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        refuses(operation, 421, client.answer());
      }
      if (description.takesBody(operation)) {
        refuses(operation, 413, api.ask(operation, filled(path, "default"), "x".repeat(5000)));
      }
      if (description.statuses(operation).contains(404)) {
        refuses(operation, 404, api.ask(operation, filled(path, "unknown"), ""));
      }
    }
  }

  @Test
  void theApiDoesNothingThatIsNotDescribed() throws IOException {
    api.assertNothingElseAnswers();
  }

  @Test
  void theApiPublishesItsDescription() throws IOException {
    api.assertPublishesTheDescription();
  }

  private void does(String operation, String body, String... headers) throws IOException {
    // An election of the settings is not left and not joined.
    boolean joins = operation.endsWith(" " + ONE) && !operation.startsWith("GET");
    Answer answer =
        api.ask(operation, filled(path(operation), joins ? "more" : "default"), body, headers);
    assertThat(answer.status()).as("%s answered %s", operation, answer).isBetween(200, 299);
    done.add(operation);
  }

  private void streams(String path) throws IOException {
    try (RawClient client = api.connect()) {
      client.send("GET " + filled(path, "default") + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Answer head = client.answerHead();
      description.assertDescribes("GET " + path, head);
      if (head.header("content-type").startsWith("application/x-ndjson")) {
        description.assertValid("Event", client.chunk());
      }
      assertThat(head.status()).isEqualTo(200);
      done.add("GET " + path);
    }
  }

  private static void refuses(String operation, int status, Answer answer) {
    assertThat(answer.status()).as("%s answered %s", operation, answer).isEqualTo(status);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
  }

  private String token() throws IOException {
    return api.ask("GET /leading", "/leading", "").body().strip();
  }

  private static String path(String operation) {
    return operation.substring(operation.indexOf(' ') + 1);
  }

  private static String filled(String path, String election) {
    return path.replace("{election}", election);
  }

  private static ApiDescription description() throws IOException {
    try (var files = Files.walk(Path.of("src/main/resources"))) {
      return ApiDescription.read(
          files.filter(file -> file.endsWith("elector.openapi.yaml")).findFirst().orElseThrow());
    }
  }
}
