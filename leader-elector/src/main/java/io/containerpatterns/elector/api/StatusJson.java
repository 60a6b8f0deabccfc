package io.containerpatterns.elector.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.containerpatterns.chassis.http.Reply;
import io.containerpatterns.elector.election.Status;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of one election as every answer shows it:
 *
 * <pre>
 * {"election":"orders","self":"orders-7d9f-x2k","state":"LEADING","leader":true,
 *  "token":1042,"validForMs":7312,"leaseMs":10000,
 *  "leaderId":"orders-7d9f-x2k","leaderMeta":{"url":"http://10.0.0.7:8080"},"leaderSeenMsAgo":812,
 *  "mode":"auto","healthy":true,"priority":0,"version":57,"transitions":12,
 *  "store":"file","guarantee":"exclusive","storeOk":true,"lostReason":null}
 * </pre>
 *
 * {@code token} and {@code validForMs} are there only while {@code leader} is true: they are the
 * claim. What stands under {@code leaderId} is a hint with its age, all three null when nobody is
 * known to lead.
 */
final class StatusJson {
  private final String store;

  /**
   * @param store what the settings call the store
   */
  StatusJson(String store) {
    this.store = store;
  }

  /** The answer that shows {@code status}. */
  Reply reply(int code, Status status) {
    return headers(Reply.json(code, json -> write(json, status)), status);
  }

  /** The state as an object. */
  void write(JsonGenerator json, Status status) throws IOException {
    json.writeStartObject();
    members(json, status, status.version());
    json.writeEndObject();
  }

  /** The members of that object, with {@code version} as its version. */
  void members(JsonGenerator json, Status status, long version) throws IOException {
    json.writeStringField("election", status.election());
    json.writeStringField("self", status.self());
    json.writeStringField("state", status.state().name());
    claim(json, status);
    json.writeNumberField("leaseMs", status.leaseMillis());
    leader(json, status);
    json.writeStringField("mode", word(status.mode()));
    json.writeBooleanField("healthy", status.healthy());
    json.writeNumberField("priority", status.priority());
    json.writeNumberField("version", version);
    json.writeNumberField("transitions", status.transitions());
    json.writeStringField("store", store);
    json.writeStringField("guarantee", word(status.guarantee()).replace('_', '-'));
    json.writeBooleanField("storeOk", status.storeOk());
    Status.LostReason lost = status.lostReason();
    json.writeStringField("lostReason", lost == null ? null : lost.wire());
  }

  /** Whether we lead, and if so by which token and for how long from now. */
  static void claim(JsonGenerator json, Status status) throws IOException {
    json.writeBooleanField("leader", status.leader());
    if (status.leader()) {
      json.writeNumberField("token", status.token());
      json.writeNumberField("validForMs", status.validForMillis());
    }
  }

  private static void leader(JsonGenerator json, Status status) throws IOException {
    if (status.leaderId() == null) {
      json.writeNullField("leaderId");
      json.writeNullField("leaderMeta");
      json.writeNullField("leaderSeenMsAgo");
      return;
    }
    json.writeStringField("leaderId", status.leaderId());
    json.writeObjectFieldStart("leaderMeta");
    // In order of the names, so that the same state is the same text in every process.
    for (Map.Entry<String, String> entry : new TreeMap<>(status.leaderMeta()).entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeNumberField("leaderSeenMsAgo", status.leaderSeenMillisAgo());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** What a client can read without parsing a body. */
  static Reply headers(Reply reply, Status status) {
    Reply more =
        reply.header("Cache-Control", "no-store").header("ETag", "\"" + status.version() + "\"");
    String leaderId = status.leaderId();
    // Others wrote it: what a header cannot carry stands only in the body.
    if (leaderId != null && isVisible(leaderId)) {
      more = more.header("Elector-Leader", leaderId);
    }
    if (!status.leader()) {
      return more;
    }
    return more.header("Elector-Token", Long.toString(status.token()))
        .header("Elector-Valid-For-Ms", Long.toString(status.validForMillis()));
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
