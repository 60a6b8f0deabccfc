package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.JsonMembers;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.management.Recorder.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * {@code POST /profile} with {@code {"kind":"cpu","seconds":30}} (a JFR recording), {@code GET
 * /contention?seconds=10} (where threads wait for each other). Both answer when the recording is
 * over; a second one meanwhile is told 409.
 */
final class ProfileEndpoints {
  private static final int SECONDS_MAX = 120;
  private static final long SECONDS_DEFAULT = 10;
  private static final int SITES_DEFAULT = 20;

  private final Recorder recorder;
  private final Access access;
  private final Aside aside =
      new Aside(
          "profile",
          1,
          () ->
              Refusal.of(
                      409,
                      "busy",
                      "a recording is being made, and one at a time is enough load; ask again when"
                          + " it is over")
                  .retryAfterMs(5_000));

  ProfileEndpoints(Recorder recorder, Access access) {
    this.recorder = recorder;
    this.access = access;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/profile", this::profile).behind(access.change()),
        Route.get("/contention", this::contention).behind(access.inside()));
  }

  private void profile(Request request, Exchange exchange) {
    JsonMembers members = request.members("kind", "seconds");
    String word = members.choice("kind", List.of("cpu", "alloc", "lock", "io")).orElse("cpu");
    Kind kind = Kind.valueOf(word.toUpperCase(Locale.ROOT));
    long seconds = members.number("seconds", 1, SECONDS_MAX).orElse(SECONDS_DEFAULT);
    aside.run(
        exchange,
        () -> {
          Path file = recorder.record(kind, Duration.ofSeconds(seconds));
          return Reply.temporaryFile(200, "application/octet-stream", file)
              .header("Content-Disposition", "attachment; filename=\"" + word + ".jfr\"");
        });
  }

  private void contention(Request request, Exchange exchange) {
    long seconds = request.number("seconds", SECONDS_DEFAULT, 1, SECONDS_MAX);
    int limit = (int) request.number("limit", SITES_DEFAULT, 1, 1_000);
    aside.run(
        exchange,
        () -> {
          Path file = recorder.record(Kind.LOCK, Duration.ofSeconds(seconds));
          try {
            List<Contention.Site> sites = Contention.in(file, limit);
            return Reply.json(200, json -> write(json, seconds, sites));
          } finally {
            Files.deleteIfExists(file);
          }
        });
  }

  private static void write(JsonGenerator json, long seconds, List<Contention.Site> sites)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("seconds", seconds);
    json.writeArrayFieldStart("sites");
    for (Contention.Site site : sites) {
      json.writeStartObject();
      json.writeStringField("kind", site.kind());
      json.writeStringField("type", site.type());
      json.writeNumberField("count", site.count());
      json.writeNumberField("totalMillis", site.total().toMillis());
      json.writeNumberField("longestMillis", site.longest().toMillis());
      json.writeArrayFieldStart("stack");
      for (String frame : site.stack()) {
        json.writeString(frame);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
