package io.containerpatterns.chassis.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.http.ApiDescription;
import io.containerpatterns.chassis.http.DescribedServer;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The published description of the management API and a running image, each held against the other.
 * Each image extends it with a container that is started before each test.
 */
public abstract class ManagementApiContract {
  /** What to ask where an empty request would not do. */
  private static final Map<String, String> BODIES =
      Map.of(
          "PUT /lifecycle/priority", "{\"priority\":10}",
          "PUT /loggers/{name}", "{\"level\":\"info\",\"ttlSeconds\":1}",
          "POST /profile", "{\"kind\":\"alloc\",\"seconds\":1}",
          "POST /config/check", "{}\n");

  private static final String SAVE = "POST /lifecycle/checkpoint";
  private static final String FETCH = "GET /lifecycle/checkpoint";
  private static final String RESTORE = "PUT /lifecycle/restore";
  private static final String STOP = "POST /lifecycle/stop";

  private DescribedServer server;
  // What was fetched, for the restore after it.
  private String saved = "";

  /** Starts a container; returns where its management port is reached, once it is ready. */
  protected abstract InetSocketAddress start() throws IOException;

  /** The bearer token in its {@code MANAGEMENT_TOKEN_FILE}: the test is no peer on loopback. */
  protected abstract String token();

  @BeforeEach
  void describe() throws IOException {
    server = new DescribedServer(start(), description(), "Authorization: Bearer " + token());
  }

  @Test
  void theManagementApiDoesEverythingThatIsDescribedAsItIsDescribed() throws IOException {
    for (String operation : inOrder()) {
      Answer answer = ask(operation);

      if (operation.equals("POST /heap/dump")) {
        assertThat(answer.status()).as("off unless a setting says otherwise").isEqualTo(403);
      } else if (answer.status() == 501) {
        assertThat(operation)
            .as("what an image without state leaves out")
            .isIn(SAVE, FETCH, RESTORE);
      } else {
        assertThat(answer.status()).as("%s answered %s", operation, answer).isBetween(200, 299);
      }
    }
  }

  @Test
  void theManagementApiDoesNothingThatIsNotDescribed() throws IOException {
    server.assertNothingElseAnswers();
  }

  @Test
  void theIndexOfTheManagementApiIsWhatIsDescribed() throws IOException {
    JsonNode index = new ObjectMapper().readTree(server.ask("GET /", "/", "").body());

    var listed = new TreeSet<String>();
    for (JsonNode endpoint : index.path("endpoints")) {
      listed.add(endpoint.path("method").asText() + " " + endpoint.path("path").asText());
    }
    assertThat(listed).isEqualTo(server.description().operations());
  }

  @Test
  void theManagementApiPublishesItsDescription() throws IOException {
    server.assertPublishesTheDescription();
  }

  /** A state is saved before it is fetched and taken over, and nothing comes after the stop. */
  private List<String> inOrder() {
    var order = new ArrayList<>(server.description().operations());
    order.removeAll(List.of(SAVE, FETCH, RESTORE, STOP));
    order.addAll(List.of(SAVE, FETCH, RESTORE, STOP));
    return order;
  }

  private Answer ask(String operation) throws IOException {
    String path = operation.substring(operation.indexOf(' ') + 1).replace("{name}", "ROOT");
    String query = path.equals("/contention") ? "?seconds=1" : "";
    String body = operation.equals(RESTORE) ? saved : BODIES.getOrDefault(operation, "");
    Answer answer = server.ask(operation, path + query, body, "Checkpoint-Format: 1");
    if (operation.equals(FETCH)) {
      saved = answer.body();
    }
    return answer;
  }

  private static ApiDescription description() {
    return ApiDescription.of(ManagementServer.class, "management.openapi.yaml");
  }
}
