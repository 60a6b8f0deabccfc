package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.Check;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Probes;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code GET /livez /readyz /startupz /healthz}: 200 or 503; {@code ok} or the reasons as text, all
 * checks with {@code ?verbose} or where JSON is asked for. They answer on the event loop, so that a
 * process out of threads still does.
 */
final class ProbeEndpoints {
  private static final Reply OK = Reply.text(200, "ok");

  private final Probes probes;

  ProbeEndpoints(Probes probes) {
    this.probes = probes;
  }

  List<Route> routes() {
    return List.of(
        probe("/livez", probes::live),
        probe("/readyz", probes::ready),
        probe("/startupz", probes::started),
        probe("/healthz", probes::ready));
  }

  private static Route probe(String path, Supplier<Probes.Answer> question) {
    return Route.get(path, (request, exchange) -> answer(question.get(), request, exchange))
        .forAnyHost();
  }

  private static void answer(Probes.Answer answer, Request request, Exchange exchange) {
    int status = answer.yes() ? 200 : 503;
    if (request.accepts("application/json") || request.flag("verbose")) {
      exchange.reply(Reply.json(status, json -> write(answer, json)));
    } else if (answer.yes()) {
      exchange.reply(OK);
    } else {
      exchange.reply(Reply.text(status, String.join("\n", answer.reasons())));
    }
  }

  private static void write(Probes.Answer answer, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("status", answer.yes() ? overall(answer.checks()) : "DOWN");
    json.writeStringField("state", answer.state().name());
    json.writeArrayFieldStart("checks");
    for (Check check : answer.checks()) {
      json.writeStartObject();
      json.writeStringField("name", check.name());
      json.writeStringField("status", word(check.health()));
      switch (check.health()) {
        case Health.Up up -> {}
        case Health.Degraded(String reason) -> json.writeStringField("reason", reason);
        case Health.Down(String reason) -> json.writeStringField("reason", reason);
      }
      if (!check.data().isEmpty()) {
        json.writeFieldName("data");
        Json.value(json, check.data());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String overall(List<Check> checks) {
    return checks.stream().anyMatch(check -> check.health() instanceof Health.Degraded)
        ? "DEGRADED"
        : "UP";
  }

  private static String word(Health health) {
    return switch (health) {
      case Health.Up up -> "UP";
      case Health.Degraded degraded -> "DEGRADED";
      case Health.Down down -> "DOWN";
    };
  }
}
