package io.containerpatterns.chassis.management;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.Checkpoints;
import io.containerpatterns.chassis.Checkpoints.Saved;
import io.containerpatterns.chassis.Configuration;
import io.containerpatterns.chassis.Managed;
import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.Origin;
import io.containerpatterns.chassis.settings.SettingValue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /lifecycle/checkpoint} (save the state), {@code GET} the same (fetch what was saved),
 * {@code PUT /lifecycle/restore} (take one over), {@code POST /lifecycle/replicate} (what a
 * scheduler needs to start copies; none is started here). 501 where the image keeps no state.
 */
final class CheckpointEndpoints {
  private static final Log log = Log.of(CheckpointEndpoints.class);
  private static final int STATE_BYTES_MAX = 8 << 20;
  private static final int COPIES_MAX = 1_000;

  private final Managed managed;
  private final Checkpoints checkpoints;
  private final Access access;
  private final Aside aside =
      new Aside(
          "checkpoint",
          1,
          () ->
              Refusal.of(
                      409,
                      "busy",
                      "a checkpoint or a restore is under way; ask again when it is over")
                  .retryAfterMs(1_000));

  CheckpointEndpoints(Managed managed, Access access) {
    this.managed = managed;
    this.checkpoints = managed.checkpoints();
    this.access = access;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/lifecycle/checkpoint", this::save).behind(access.changeBesideRead()),
        // Not open like the rest of the lifecycle: the state is a look inside, and fetching it ends
        // a stop's wait.
        Route.get("/lifecycle/checkpoint", this::fetch).behind(access.inside()),
        Route.put("/lifecycle/restore", this::restore)
            .bodyBytesMax(STATE_BYTES_MAX)
            .behind(access.change()),
        Route.post("/lifecycle/replicate", this::replicate).behind(access.change()));
  }

  static Refusal unsupported(Managed managed) {
    return Refusal.of(
        501,
        "no_state",
        managed.image().name()
            + " keeps no state worth carrying; start another one, it needs nothing from this");
  }

  private void save(Request request, Exchange exchange) {
    request.members();
    requireSupport();
    aside.run(
        exchange,
        () -> {
          Saved saved = checkpoints.save();
          log.info("checkpoint saved", "id", saved.id(), "bytes", saved.bytes().length);
          return Reply.json(200, json -> write(json, saved)).header("ETag", etag(saved));
        });
  }

  private void fetch(Request request, Exchange exchange) {
    requireSupport();
    Saved saved =
        checkpoints
            .last()
            .orElseThrow(() ->
                Refusal.of(
                    404,
                    "no_checkpoint",
                    "nothing was saved yet; POST /lifecycle/checkpoint saves the state"));
    if (request.header("if-none-match").filter(etag(saved)::equals).isPresent()) {
      exchange.reply(Reply.empty(304).header("ETag", etag(saved)));
      return;
    }
    checkpoints.fetch();
    exchange.reply(
        Reply.bytes(200, "application/octet-stream", saved.bytes())
            .header("ETag", etag(saved))
            .header("Checkpoint-Format", Integer.toString(saved.format())));
  }

  private void restore(Request request, Exchange exchange) {
    requireSupport();
    int format =
        request
            .header("checkpoint-format")
            .map(CheckpointEndpoints::format)
            .orElseThrow(() ->
                Refusal.badRequest(
                    "the header Checkpoint-Format is missing; send the one that GET"
                        + " /lifecycle/checkpoint gave"));
    aside.run(
        exchange,
        () -> {
          try {
            checkpoints.restore(format, request.body());
          } catch (IllegalArgumentException e) {
            throw Refusal.of(409, "not_restorable", "the state stays as it was: " + e.getMessage());
          }
          log.info("state restored", "bytes", request.body().length, "format", format);
          return Reply.json(
              200,
              json -> {
                json.writeStartObject();
                json.writeBooleanField("restored", true);
                json.writeNumberField("bytes", request.body().length);
                json.writeEndObject();
              });
        });
  }

  private void replicate(Request request, Exchange exchange) {
    long count = request.members("count").number("count", 1, COPIES_MAX).orElse(1L);
    exchange.reply(Reply.json(200, json -> writeDescriptor(json, count)));
  }

  private void writeDescriptor(JsonGenerator json, long count) throws IOException {
    Configuration.View view = managed.configuration().view();
    json.writeStartObject();
    json.writeStringField("image", "containerpatterns/" + managed.image().name());
    json.writeStringField("version", managed.version().number());
    json.writeNumberField("count", count);
    json.writeStringField("configHash", view.hash());
    json.writeObjectFieldStart("environment");
    for (SettingValue value : view.values()) {
      if (value.origin().kind() == Origin.Kind.ENV) {
        json.writeStringField(value.name(), value.shown());
      }
    }
    json.writeEndObject();
    Optional<Saved> saved = checkpoints.supported() ? checkpoints.last() : Optional.empty();
    if (saved.isPresent()) {
      json.writeFieldName("state");
      write(json, saved.get());
    } else {
      json.writeNullField("state");
    }
    json.writeStringField(
        "identity",
        "each copy has its own host name, takes over no setting that names this one, and has its"
            + " own volume for every folder that one process alone may write");
    json.writeEndObject();
  }

  private void requireSupport() {
    if (!checkpoints.supported()) {
      throw unsupported(managed);
    }
  }

  private static void write(JsonGenerator json, Saved saved) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", saved.id());
    json.writeNumberField("format", saved.format());
    json.writeNumberField("bytes", saved.bytes().length);
    json.writeStringField("createdAt", saved.createdAt().toString());
    json.writeEndObject();
  }

  private static int format(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Refusal.badRequest(
          "the header Checkpoint-Format is not a whole number; send it as it was given");
    }
  }

  private static String etag(Saved saved) {
    return "\"" + saved.id() + "\"";
  }
}
