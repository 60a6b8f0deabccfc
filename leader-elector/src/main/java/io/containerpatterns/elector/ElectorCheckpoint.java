package io.containerpatterns.elector;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.Service;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a copy of this process needs to go on, which no setting and no store tells: the elections
 * that joined at run time, and terms of candidacy that were changed since the start.
 *
 * <pre>
 *   {"elections":[
 *     {"name":"orders","joined":false,"mode":"auto","leaseMs":10000,"priority":5,"meta":{"zone":"a"}},
 *     {"name":"batch-17","joined":true,"mode":"manual","leaseMs":3000,"priority":0,"meta":{}}]}
 * </pre>
 *
 * Never a claim: a process that led is not told so again, it has to win.
 */
final class ElectorCheckpoint implements Service.Checkpoint {
  static final int FORMAT = 1;

  private final Elections elections;
  private final Supplier<Candidate> standard;

  /**
   * @param standard the terms of candidacy of the settings in force
   */
  ElectorCheckpoint(Elections elections, Supplier<Candidate> standard) {
    this.elections = elections;
    this.standard = standard;
  }

  @Override
  public int format() {
    return FORMAT;
  }

  @Override
  public byte[] save() {
    return Json.bytes(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("elections");
      for (String name : elections.names()) {
        Election election = elections.find(name);
        if (election != null) {
          write(json, name, election.candidate());
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private void write(JsonGenerator json, String name, Candidate candidate) throws IOException {
    boolean joined = !elections.isConfigured(name);
    if (!joined && candidate.equals(standard.get())) {
      return;
    }
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeBooleanField("joined", joined);
    json.writeStringField("mode", ElectorMetrics.word(candidate.mode()));
    json.writeNumberField("leaseMs", candidate.lease().toMillis());
    json.writeNumberField("priority", candidate.priority());
    json.writeFieldName("meta");
    Json.value(json, candidate.meta());
    json.writeEndObject();
  }

  @Override
  public void restore(int format, byte[] state) {
    Map<String, Candidate> read = read(state);
    for (String name : read.keySet()) {
      if (elections.find(name) == null && !elections.hasRoomFor(name)) {
        throw wrong("election " + name + ": there is no room for it, or it is just leaving");
      }
    }
    read.forEach(elections::join);
  }

  private Map<String, Candidate> read(byte[] state) {
    JsonNode root;
    try {
      root = Json.parse(state);
    } catch (Refusal notJson) {
      throw new IllegalArgumentException(notJson.detail(), notJson);
    }
    JsonNode list = root.path("elections");
    if (!list.isArray()) {
      throw wrong("elections: a list is expected");
    }
    var read = new LinkedHashMap<String, Candidate>();
    for (JsonNode entry : list) {
      String name = entry.path("name").asText();
      if (!Elections.isName(name)) {
        throw wrong("name: \"" + name + "\" names no election");
      }
      boolean joined = entry.path("joined").asBoolean();
      if (joined || elections.isConfigured(name)) {
        // One that the settings of this process do not name any more is gone on purpose.
        read.put(name, candidate(name, entry));
      }
    }
    return read;
  }

  private Candidate candidate(String name, JsonNode entry) {
    Duration lease = Duration.ofMillis(entry.path("leaseMs").asLong());
    if (lease.compareTo(ElectorConfig.LEASE_MIN) < 0
        || lease.compareTo(ElectorConfig.LEASE_MAX) > 0) {
      throw wrong(name + ": leaseMs from 500 to 3600000 is expected");
    }
    int priority = entry.path("priority").asInt(Integer.MIN_VALUE);
    if (priority < -1 || priority > 100) {
      throw wrong(name + ": priority from -1 to 100 is expected");
    }
    var meta = new LinkedHashMap<String, String>();
    entry
        .path("meta")
        .properties()
        .forEach(member -> meta.put(member.getKey(), member.getValue().asText()));
    if (ElectorConfig.metaBytes(meta) > ElectorConfig.META_BYTES_MAX) {
      throw wrong(
          name + ": meta of at most " + ElectorConfig.META_BYTES_MAX + " bytes is expected");
    }
    return standard.get().with(lease, mode(name, entry.path("mode").asText()), priority, meta);
  }

  private static Candidate.Mode mode(String name, String word) {
    for (Candidate.Mode mode : Candidate.Mode.values()) {
      if (ElectorMetrics.word(mode).equals(word)) {
        return mode;
      }
    }
    throw wrong(name + ": mode auto or manual is expected");
  }

  private static IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(
        "this is no checkpoint of an elector: " + why + "; nothing was changed");
  }
}
