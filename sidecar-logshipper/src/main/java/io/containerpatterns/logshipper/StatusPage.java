package io.containerpatterns.logshipper;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.logshipper.ship.Shipping;
import io.containerpatterns.logshipper.ship.Shipping.FileStatus;
import io.containerpatterns.logshipper.ship.Shipping.Position;
import java.io.IOException;

/**
 * {@code GET /status}: how far each destination has got with each open file, and since when it has
 * been behind; of thousands of files with the {@value #FILES_MAX} that lag most, because a page
 * must fit into a small heap.
 */
final class StatusPage {
  private static final int FILES_MAX = 1_000;

  private StatusPage() {}

  static Reply of(Shipping shipping) {
    return Reply.json(200, json -> write(shipping, json));
  }

  private static void write(Shipping shipping, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("outputs");
    for (Shipping.OutputHealth output : shipping.outputs()) {
      json.writeStartObject();
      json.writeStringField("id", output.id());
      json.writeBooleanField("taking", output.health() instanceof Health.Up);
      if (output.health() instanceof Health.Degraded(String reason)) {
        json.writeStringField("reason", reason);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("followed", shipping.files());
    json.writeNumberField("waiting", shipping.waiting());
    json.writeArrayFieldStart("files");
    for (FileStatus file : shipping.status(FILES_MAX)) {
      json.writeStartObject();
      json.writeStringField("path", file.path());
      json.writeBooleanField("nameless", file.nameless());
      json.writeNumberField("size", file.size());
      json.writeArrayFieldStart("outputs");
      for (Position position : file.outputs()) {
        json.writeStartObject();
        json.writeStringField("id", position.output());
        json.writeNumberField("acknowledged", position.acknowledged());
        json.writeNumberField("lag", Math.max(0, file.size() - position.acknowledged()));
        json.writeNumberField("behindSeconds", position.behind().toMillis() / 1e3);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
