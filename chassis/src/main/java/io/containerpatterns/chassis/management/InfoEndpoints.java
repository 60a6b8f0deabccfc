package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.Managed;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /} (every endpoint), {@code GET /info} (who this process is), {@code GET
 * /openapi.yaml}.
 */
final class InfoEndpoints {
  private static final String OPENAPI = "management.openapi.yaml";

  private final Managed managed;
  private final List<Route> others;
  private final Aside aside = Aside.of("openapi", 2);

  /** Beside {@code others}, to which they lead. */
  InfoEndpoints(Managed managed, List<Route> others) {
    this.managed = managed;
    this.others = others;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/", this::index),
        Route.get("/info", this::info),
        Route.get("/openapi.yaml", this::openapi));
  }

  private void index(Request request, Exchange exchange) {
    exchange.reply(
        Reply.json(
            200,
            json -> {
              json.writeStartObject();
              json.writeStringField("name", managed.image().name());
              json.writeArrayFieldStart("endpoints");
              var all = new ArrayList<>(routes());
              all.addAll(others);
              for (Route route : all) {
                json.writeStartObject();
                json.writeStringField("method", route.method());
                json.writeStringField("path", route.pattern());
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeEndObject();
            }));
  }

  private void info(Request request, Exchange exchange) {
    exchange.reply(Reply.json(200, this::writeInfo));
  }

  private void writeInfo(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", managed.image().name());
    json.writeStringField("pattern", managed.image().pattern());
    json.writeStringField("version", managed.version().number());
    json.writeStringField("commit", managed.version().commit());
    json.writeNumberField("pid", ProcessHandle.current().pid());
    json.writeStringField("startedAt", managed.startedAt().toString());
    Duration up = Duration.between(managed.startedAt(), managed.clock().instant());
    json.writeNumberField("uptimeSeconds", up.toMillis() / 1e3);
    json.writeStringField("state", managed.lifecycle().state().name());
    json.writeNumberField("generation", managed.configuration().generation());
    json.writeObjectFieldStart("pod");
    Map<String, String> environment = managed.environment();
    text(json, "name", environment.getOrDefault("POD_NAME", environment.get("HOSTNAME")));
    text(json, "namespace", environment.get("POD_NAMESPACE"));
    text(json, "node", environment.get("NODE_NAME"));
    json.writeEndObject();
    json.writeArrayFieldStart("links");
    var readable = new TreeSet<String>();
    others.stream()
        .filter(route -> route.method().equals("GET"))
        .forEach(route -> readable.add(route.pattern()));
    for (String path : readable) {
      json.writeString(path);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void openapi(Request request, Exchange exchange) {
    aside.run(exchange, () -> Reply.bytes(200, "application/yaml", document()));
  }

  private static byte[] document() throws IOException {
    try (InputStream in = InfoEndpoints.class.getResourceAsStream(OPENAPI)) {
      if (in == null) {
        throw new IOException(OPENAPI + " is missing in the jar");
      }
      return in.readAllBytes();
    }
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
