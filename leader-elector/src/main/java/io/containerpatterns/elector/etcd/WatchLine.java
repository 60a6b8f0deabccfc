package io.containerpatterns.elector.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a watch, one JSON object:
 *
 * <pre>
 * {"result":{"header":{"revision":"57",...},"created":true}}
 * {"result":{"header":{...},"events":[{"kv":{"key":K,"mod_revision":"58","value":V}},
 *                                     {"type":"DELETE","kv":{"key":K,"mod_revision":"59"}}]}}
 * {"result":{"header":{"revision":"90",...}}}                              progress: nothing up to there
 * {"result":{"header":{...},"canceled":true,"compact_revision":"70"}}      what we ask for is gone
 * {"result":{"header":{...},"created":true,"canceled":true,"cancel_reason":"..."}}
 * {"error":{"grpc_code":14,"message":"etcdserver: no leader",...}}
 * </pre>
 */
sealed interface WatchLine {
  /**
   * Changes are told from now on.
   *
   * @param revision the newest that the member has
   * @param result with the header
   */
  record Created(long revision, JsonNode result) implements WatchLine {}

  /** What changed, oldest first; none for a sign of life up to {@code revision}. */
  record Changes(long revision, List<Change> changes) implements WatchLine {}

  /** The changes asked for are not kept any more. */
  record Compacted() implements WatchLine {}

  /** The member ends the watch. */
  record Ended(EtcdFailure why) implements WatchLine {}

  /**
   * One key was written.
   *
   * @param found what it holds now; version 0 when it was deleted
   */
  record Change(String key, Messages.Found found) {}

  /**
   * Reads one.
   *
   * @param place whom the stream comes from
   * @throws IOException when it is none
   */
  static WatchLine parse(String place, byte[] line) throws IOException {
    JsonNode whole;
    try {
      whole = Json.parse(line);
    } catch (Refusal notJson) {
      throw new IOException(place + ": " + notJson.getMessage(), notJson);
    }
    if (whole.has("error")) {
      JsonNode error = whole.path("error");
      return new Ended(EtcdFailure.of(place, error.isObject() ? error : whole));
    }
    JsonNode result = whole.path("result");
    if (result.path("compact_revision").asLong() > 0) {
      return new Compacted();
    }
    if (result.path("canceled").asBoolean()) {
      String reason = result.path("cancel_reason").asText("");
      return new Ended(
          EtcdFailure.ofReason(place, reason.isEmpty() ? "the watch was canceled" : reason));
    }
    long revision = result.path("header").path("revision").asLong();
    if (result.path("created").asBoolean()) {
      return new Created(revision, result);
    }
    return changes(result.path("events"), revision);
  }

  private static Changes changes(JsonNode events, long revision) {
    var changes = new ArrayList<Change>(events.size());
    long last = revision;
    for (JsonNode event : events) {
      JsonNode record = event.path("kv");
      // The header may be ahead of events that are still to come.
      last = record.path("mod_revision").asLong();
      boolean deleted = event.path("type").asText("").equals("DELETE");
      String key = new String(Messages.bytes(record.path("key")), StandardCharsets.UTF_8);
      changes.add(
          new Change(
              key,
              new Messages.Found(
                  deleted ? 0 : last, deleted ? null : Messages.bytes(record.path("value")))));
    }
    return new Changes(last, changes);
  }
}
