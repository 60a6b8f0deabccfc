package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.Configuration;
import io.containerpatterns.chassis.Configuration.Reload;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Guard;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.SettingValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /config} (what is in force and where it came from), {@code POST /config/check} (would
 * this file do?), {@code POST /config/reload} (read environment and file again).
 */
final class ConfigEndpoints {
  private static final int FILE_BYTES_MAX = 1 << 20;

  private final Configuration<?> configuration;
  private final Guard inside;
  private final Guard change;
  private final Aside aside = Aside.of("config", 1);

  ConfigEndpoints(Configuration<?> configuration, Access access) {
    this.configuration = configuration;
    this.inside = access.inside();
    this.change = access.change();
  }

  List<Route> routes() {
    return List.of(
        Route.get("/config", this::show).behind(inside),
        Route.post("/config/check", this::check).bodyBytesMax(FILE_BYTES_MAX).behind(change),
        Route.post("/config/reload", this::reload).behind(change));
  }

  private void show(Request request, Exchange exchange) {
    Configuration.View view = configuration.view();
    exchange.reply(
        Reply.json(
            200,
            json -> {
              json.writeStartObject();
              json.writeNumberField("generation", view.generation());
              json.writeStringField("since", view.since().toString());
              json.writeStringField("hash", view.hash());
              json.writeStringField("lastReload", lastReload());
              json.writeArrayFieldStart("settings");
              for (SettingValue value : view.values()) {
                write(json, value);
              }
              json.writeEndArray();
              json.writeEndObject();
            }));
  }

  private void check(Request request, Exchange exchange) {
    String yaml = new String(request.body(), StandardCharsets.UTF_8);
    aside.run(
        exchange,
        () -> {
          Configuration.Verdict verdict = configuration.check(yaml);
          if (!verdict.problems().isEmpty()) {
            throw invalid(verdict.problems(), "correct the file and check it again");
          }
          return Reply.json(
              200,
              json -> {
                json.writeStartObject();
                strings(json, "changed", verdict.changed());
                strings(json, "restartNeeded", verdict.restartNeeded());
                json.writeEndObject();
              });
        });
  }

  private void reload(Request request, Exchange exchange) {
    aside.run(exchange, () -> answer(configuration.reload()));
  }

  private static Reply answer(Reload reload) {
    return switch (reload) {
      case Reload.Applied(int generation, List<String> changed) ->
          Reply.json(
              200,
              json -> {
                json.writeStartObject();
                json.writeNumberField("generation", generation);
                strings(json, "changed", changed);
                json.writeEndObject();
              });
      case Reload.Invalid(List<Problem> problems) ->
          invalid(problems, "the settings before stay in force; correct these and reload again")
              .reply();
      case Reload.RestartNeeded(List<String> names) ->
          Refusal.of(
                  409,
                  "restart_needed",
                  String.join(", ", names)
                      + " cannot change while running, so nothing was taken over; restart, or undo"
                      + " the change")
              .with("settings", names)
              .reply();
      case Reload.NotNow(String why) ->
          Refusal.of(409, "not_now", "the settings before stay in force: " + why + "; reload later")
              .reply();
    };
  }

  private static Refusal invalid(List<Problem> problems, String remedy) {
    var errors = new ArrayList<Map<String, Object>>();
    for (Problem problem : problems) {
      var error = new LinkedHashMap<String, Object>();
      error.put("path", problem.subject());
      error.put("message", problem.toString());
      error.put("severity", "error");
      errors.add(error);
    }
    String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
    return Refusal.of(422, "invalid_configuration", count + ", listed in errors; " + remedy)
        .title("invalid configuration")
        .with("errors", errors);
  }

  private String lastReload() {
    return configuration
        .lastReload()
        .map(reload ->
            switch (reload) {
              case Reload.Applied applied -> "applied";
              case Reload.Invalid invalid -> "invalid";
              case Reload.RestartNeeded needed -> "restart_needed";
              case Reload.NotNow notNow -> "not_now";
            })
        .orElse("none");
  }

  private static void write(JsonGenerator json, SettingValue value) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", value.name());
    json.writeStringField("value", value.shown());
    json.writeStringField("origin", value.origin().toString());
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
