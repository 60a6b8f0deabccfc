package io.containerpatterns.elector.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Lifecycle;
import io.containerpatterns.chassis.http.ApiDescription;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.chassis.http.RawClient.Answer;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.elector.api.ServedElector.Wishes;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Status.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The description and the running server, each held against the other. */
final class OpenApiTest {
  private static final String NAME = "elector.openapi.yaml";
  private static final String ONE = "/v1/elections/{election}";
  private static final List<String> BECOME = List.of(ONE + "/become", "/become", "/becomeLeader");
  private static final List<String> RENEW = List.of(ONE + "/renew", "/renew", "/renewLeadership");
  private static final List<String> RESIGN =
      List.of(ONE + "/resign", "/resign", "/resignLeadership");
  private static final List<String> STATUS = List.of(ONE, "/status");
  private static final List<String> LEADING = List.of(ONE + "/leading", "/leading");
  private static final List<String> WATCH = List.of(ONE + "/watch", "/watch");

  private final ApiDescription description = ApiDescription.of(ElectorApi.class, NAME);
  private final Set<String> seen = new TreeSet<>();
  private ServedElector elector = ServedElector.open();

  @AfterEach
  void close() {
    elector.close();
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
    var served = new TreeSet<String>();
    for (Route route : elector.api.routes().all()) {
      served.add(route.method() + " " + route.pattern());
    }

    assertThat(description.operations()).isEqualTo(served);
  }

  @Test
  void theServerPublishesTheDescription() throws IOException {
    try (var file = ElectorApi.class.getResourceAsStream(NAME)) {
      assertThat(file).isNotNull();
      Answer answer = elector.get("/openapi.yaml");

      assertThat(answer.header("content-type")).isEqualTo("application/yaml");
      assertThat(answer.body()).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyLineOfAWatchIsAnEvent() throws IOException {
    try (RawClient client =
        elector.connect().send("GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      elector.awaitWatching(1);
      elector.lead();
      elector.advance(Duration.ofSeconds(5));
      elector.orders().resign(OptionalLong.empty(), Duration.ZERO, null);
      client.answerHead();

      String line = "";
      while (!line.contains("\"event\":\"lost\"")) {
        line = client.chunk();
        description.assertValid("Event", line);
        if (!line.contains("\"event\":\"ping\"")) {
          description.assertValid("Status", line.replaceFirst("\"event\":\"[a-z_]+\",", ""));
        }
      }
    }
  }

  /** Each status of each operation is brought about once, and none that is not described. */
  @Test
  void everyDescribedAnswerIsGivenAndEveryAnswerIsDescribed() throws IOException {
    whatEveryoneIsTold();
    whatALeaderIsTold();
    whatOthersAreTold();
    whatACrowdIsTold();
    whoeverJoinsAndLeaves();
    whoeverDrains();

    var described = new TreeSet<String>();
    for (String operation : description.operations()) {
      description.statuses(operation).forEach(status -> described.add(operation + " " + status));
    }
    described.removeAll(seen);
    assertThat(described).as("described and never given").isEmpty();
  }

  private void whatEveryoneIsTold() throws IOException {
    for (String operation : description.operations()) {
      String method = operation.split(" ")[0];
      String path = operation.split(" ")[1];
      try (RawClient client = elector.connect()) {
        client.send(
            method + " " + path(path, "orders") + " HTTP/1.1\r\nHost: evil.example\r\n\r\n");
        see(operation, client.answer());
      }
      if (description.takesBody(operation)) {
        see(operation, elector.ask(method, path(path, "orders"), "x".repeat(5000)));
      }
      if (path.startsWith(ONE) && !method.equals("PUT") && !method.equals("DELETE")) {
        see(operation, elector.ask(method, path(path, "unknown"), ""));
      }
    }
    ask("GET", STATUS, "", "");
    ask("GET", STATUS, "?wait=1s", "");
    ask("GET", LEADING, "", "");
    ask("GET", WATCH, "?from=x", "");
    ask("GET", List.of("/v1/elections", "/", "/openapi.yaml"), "", "");
    ask("GET", List.of("/v1/elections"), "?leading=maybe", "");
    for (String path : List.of(ONE + "/watch", "/watch", "/v1/watch", "/sse")) {
      try (RawClient client = elector.asking("GET", path(path, "orders"), "")) {
        see("GET " + path, client.answerHead());
      }
    }
    ask("POST", BECOME, "?wait=never", "");
    ask("POST", RENEW, "", "");
    ask("POST", RESIGN, "", "{\"to\":7}");
    ask("POST", List.of("/v1/drain"), "?wait=1d", "");
  }

  private void whatALeaderIsTold() throws IOException {
    reopen(wishes -> wishes);
    elector.lead();
    ask("GET", LEADING, "", "");
    ask("POST", BECOME, "", "");
    ask("POST", RENEW, "", "{\"token\":1}");
    ask("POST", RESIGN, "", "{\"token\":7}");
    for (String path : RENEW) {
      elector.wire.cut();
      int before = elector.wire.lost();
      try (RawClient client =
          elector.asking("POST", path(path, "orders") + "?timeout=1s", "{\"token\":1}")) {
        Await.until("a renewal", () -> elector.wire.lost() > before);
        elector.advance(Duration.ofSeconds(1));
        see("POST " + path, client.answer());
      }
      elector.wire.mend();
      // Until the lost call is given up and the store was asked again.
      elector.advance(Duration.ofSeconds(1));
    }
    ask("POST", RESIGN, "", "");
  }

  private void whatOthersAreTold() throws IOException {
    reopen(wishes -> wishes);
    elector.othersLead("orders", "rival");
    ask("POST", BECOME, "", "");
    ask("POST", RENEW, "", "{\"token\":1}");
    elector.verbs.state(Lifecycle.State.STARTING);
    ask("POST", BECOME, "", "");
    ask("POST", List.of("/v1/drain", "/v1/resume"), "", "");
  }

  private void whatACrowdIsTold() throws IOException {
    reopen(wishes -> wishes);
    List<RawClient> crowd = new ArrayList<>();
    for (int i = 0; i < ElectorApi.WAITERS_MAX; i++) {
      crowd.add(elector.asking("GET", "/status?after=2&wait=60s", ""));
    }
    for (int i = 0; i < ElectorApi.STREAMS_MAX; i++) {
      crowd.add(elector.asking("GET", "/watch", ""));
    }
    elector.awaitWaiting(ElectorApi.WAITERS_MAX);
    elector.awaitWatching(ElectorApi.STREAMS_MAX);
    ask("GET", STATUS, "?after=2", "");
    ask("POST", BECOME, "", "");
    ask("GET", WATCH, "", "");
    ask("GET", List.of("/v1/watch", "/sse"), "", "");
    for (RawClient client : crowd) {
      client.close();
    }
  }

  private void whoeverJoinsAndLeaves() throws IOException {
    ask("PUT", List.of(ONE), "", "");
    ask("DELETE", List.of(ONE), "", "");
    var application = new SlowApplication();
    reopen(wishes -> wishes.dynamic().application(application));
    see("PUT " + ONE, elector.ask("PUT", "/v1/elections/Orders", ""));
    see("PUT " + ONE, elector.ask("PUT", "/v1/elections/billing", "{\"mode\":\"auto\"}"));
    see("PUT " + ONE, elector.ask("PUT", "/v1/elections/billing", ""));
    see("DELETE " + ONE, elector.ask("DELETE", "/v1/elections/unknown", ""));
    elector.advance(ServedElector.REACH);
    Election billing = elector.election("billing");
    try (RawClient client = elector.asking("DELETE", "/v1/elections/billing", "")) {
      Await.until("stepping down", () -> billing.glance().state() == State.STEPPING_DOWN);
      see("PUT " + ONE, elector.ask("PUT", "/v1/elections/billing", ""));
      application.finish();
      see("DELETE " + ONE, client.answer());
    }
  }

  private void whoeverDrains() throws IOException {
    reopen(wishes -> wishes.auto().application(new SlowApplication()));
    elector.advance(ServedElector.REACH);
    try (RawClient client = elector.asking("POST", "/v1/drain?wait=5s", "")) {
      Await.until("stepping down", () -> elector.orders().glance().state() == State.STEPPING_DOWN);
      elector.settle();
      elector.advance(Duration.ofSeconds(5));
      see("POST /v1/drain", client.answer());
    }
    reopen(wishes -> wishes);
    ask("POST", List.of("/v1/drain", "/v1/resume"), "", "");
    elector.verbs.state(Lifecycle.State.STOPPING);
    ask("POST", List.of("/v1/drain", "/v1/resume"), "", "");
  }

  // ----

  private void reopen(UnaryOperator<Wishes> wishes) {
    elector.close();
    elector = ServedElector.open(wishes);
  }

  private void ask(String method, List<String> paths, String query, String body)
      throws IOException {
    for (String path : paths) {
      see(method + " " + path, elector.ask(method, path(path, "orders") + query, body));
    }
  }

  private void see(String operation, Answer answer) {
    description.assertDescribes(operation, answer);
    seen.add(operation + " " + answer.status());
  }

  private static String path(String pattern, String election) {
    return pattern.replace("{election}", election);
  }
}
