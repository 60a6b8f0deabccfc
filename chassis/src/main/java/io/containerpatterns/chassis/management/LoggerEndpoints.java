package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.JsonMembers;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.log.Level;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Loggers;
import io.containerpatterns.chassis.log.Loggers.LoggerLevel;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /loggers}, {@code PUT /loggers/{name}} with {@code
 * {"level":"debug","ttlSeconds":600}}; without a level the logger falls back to what the settings
 * say.
 */
final class LoggerEndpoints {
  private static final Log log = Log.of(LoggerEndpoints.class);
  private static final long TTL_SECONDS_MAX = 7 * 86_400;

  private final Loggers loggers;
  private final Access access;

  LoggerEndpoints(Loggers loggers, Access access) {
    this.loggers = loggers;
    this.access = access;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/loggers", this::list).behind(access.inside()),
        Route.put("/loggers/{name}", this::set).behind(access.change()));
  }

  private void list(Request request, Exchange exchange) {
    exchange.reply(
        Reply.json(
            200,
            json -> {
              json.writeStartObject();
              json.writeArrayFieldStart("loggers");
              for (LoggerLevel logger : loggers.list()) {
                write(json, logger);
              }
              json.writeEndArray();
              json.writeEndObject();
            }));
  }

  private void set(Request request, Exchange exchange) {
    String name = request.variable("name");
    JsonMembers members = request.members("level", "ttlSeconds");
    @Nullable Level level =
        members
            .choice("level", levels())
            .map(word -> Level.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(null);
    Optional<Long> seconds = members.number("ttlSeconds", 1, TTL_SECONDS_MAX);
    if (!loggers.set(name, level, seconds.map(Duration::ofSeconds).orElse(null))) {
      throw Refusal.of(
          404,
          "unknown_logger",
          "there is no logger " + name + "; GET /loggers lists them, ROOT is all of them");
    }
    log.info(
        "log level set", "logger", name, "level", level == null ? "as configured" : level.word());
    LoggerLevel now =
        loggers.list().stream()
            .filter(logger -> logger.name().equals(name))
            .findFirst()
            .orElseGet(() -> new LoggerLevel(name, level == null ? Level.INFO : level, null));
    exchange.reply(Reply.json(200, json -> write(json, now)));
  }

  private static void write(JsonGenerator json, LoggerLevel logger) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", logger.name());
    json.writeStringField("level", logger.level().word());
    if (logger.until() != null) {
      json.writeStringField("until", logger.until().toString());
    }
    json.writeEndObject();
  }

  private static List<String> levels() {
    return Arrays.stream(Level.values()).map(Level::word).toList();
  }
}
