package io.containerpatterns.chassis.management;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.containerpatterns.chassis.Managed;
import io.containerpatterns.chassis.ManagedProcess;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.chassis.http.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published description and the running server, each held against the other. */
class OpenApiTest {
  /** What to ask where an empty request would not do. */
  private static final Map<String, String> BODIES =
      Map.of(
          "PUT /lifecycle/priority", "{\"priority\":10}",
          "PUT /loggers/{name}", "{\"level\":\"info\",\"ttlSeconds\":1}",
          "POST /profile", "{\"kind\":\"alloc\",\"seconds\":1}",
          "POST /config/check", "pause: 2s\n");

  @TempDir private Path folder;

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsARoute() throws IOException {
    var served = new TreeSet<String>();
    try (ManagementServer server = ManagementServer.start(process().begin())) {
      for (Route route : server.routes()) {
        served.add(route.method() + " " + route.pattern());
      }
    }

    assertThat(described()).isEqualTo(served);
  }

  @Test
  void everyDescribedPathAnswersAsDescribed() throws IOException {
    Managed managed = process().begin();
    try (ManagementServer server = ManagementServer.start(managed)) {
      for (String operation : described()) {
        if (!operation.endsWith("/lifecycle/stop")) {
          answersAsDescribed(server, operation, BODIES.getOrDefault(operation, ""));
        }
      }
      // Last, because there is no way back from it.
      answersAsDescribed(server, "POST /lifecycle/stop", "");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /heap, ?limit=none, '', 400",
    "GET /contention, ?seconds=0, '', 400",
    "GET /logs, ?level=loud, '', 400",
    "POST /profile, '', '{\"kind\":\"all\"}', 400",
    "POST /config/check, '', 'pause: never', 422",
    "POST /lifecycle/checkpoint, '', '', 501",
    "PUT /lifecycle/restore, '', '', 501",
    "PUT /lifecycle/priority, '', '{}', 400",
    "PUT /loggers/{name}, '', '{\"level\":\"loud\"}', 400",
    "POST /heap/dump, '', '', 403",
    "POST /lifecycle/stop, '', '{\"checkpoint\":true}', 501"
  })
  void whatIsRefusedIsRefusedAsDescribed(String operation, String query, String body, int status)
      throws IOException {
    try (ManagementServer server = ManagementServer.start(process().begin());
        RawClient client = RawClient.to(server.address())) {
      Answer answer = ask(client, operation, query, body);

      assertThat(answer.status()).isEqualTo(status);
      assertDescribed(operation, answer);
    }
  }

  @Test
  void theServerPublishesTheDescription() throws IOException {
    try (ManagementServer server = ManagementServer.start(process().begin());
        RawClient client = RawClient.to(server.address())) {
      JsonNode published = new YAMLMapper().readTree(client.get("/openapi.yaml").body());

      assertThat(published).isEqualTo(description());
    }
  }

  private void answersAsDescribed(ManagementServer server, String operation, String body)
      throws IOException {
    String query = operation.endsWith("/contention") ? "?seconds=1" : "";
    try (RawClient client = RawClient.to(server.address())) {
      assertDescribed(operation, ask(client, operation, query, body));
    }
  }

  private static Answer ask(RawClient client, String operation, String query, String body)
      throws IOException {
    String method = operation.substring(0, operation.indexOf(' '));
    String path = operation.substring(operation.indexOf(' ') + 1).replace("{name}", "ROOT");
    return client.ask(method, path + query, body, "Checkpoint-Format: 1");
  }

  private static void assertDescribed(String operation, Answer answer) throws IOException {
    JsonNode description = description();
    String[] words = operation.split(" ");
    JsonNode responses =
        description
            .get("paths")
            .get(words[1])
            .get(words[0].toLowerCase(Locale.ROOT))
            .get("responses");
    JsonNode response = responses.get(Integer.toString(answer.status()));
    response = response == null ? responses.get("default") : response;
    assertThat(response).as("%s answered %s", operation, answer).isNotNull();
    if (response.has("$ref")) {
      response = description.at(response.get("$ref").asText().substring(1));
    }
    String type = answer.header("content-type").replaceFirst(";.*", "");
    var declared = new TreeSet<String>();
    response.path("content").fieldNames().forEachRemaining(declared::add);
    assertThat(declared).as("%s answered %s", operation, answer).contains(type);
    if (answer.status() >= 400 && !type.equals("text/plain")) {
      assertThat(type).isEqualTo("application/problem+json");
    }
  }

  private static TreeSet<String> described() throws IOException {
    var operations = new TreeSet<String>();
    description()
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .fieldNames()
                .forEachRemaining(method ->
                    operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return operations;
  }

  private static JsonNode description() throws IOException {
    return new YAMLMapper().readTree(ManagementServer.class.getResource("management.openapi.yaml"));
  }

  private ManagedProcess process() {
    return new ManagedProcess().with("MANAGEMENT_PROFILE_DIR", folder.toString());
  }
}
