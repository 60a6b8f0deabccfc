package io.containerpatterns.elector.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.http.JsonMembers;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Candidate.Mode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The terms of a candidacy as a body names them; what it does not name stays as it is.
 *
 * <pre>
 * {"mode":"manual","leaseMs":10000,"priority":0,"meta":{"url":"http://10.0.0.7:8080"}}
 * </pre>
 */
record Terms(
    Optional<Mode> mode,
    Optional<Duration> lease,
    Optional<Integer> priority,
    Optional<Map<String, String>> meta) {
  static final int META_BYTES_MAX = 1024;

  private static final long LEASE_MILLIS_MIN = 500;
  private static final long LEASE_MILLIS_MAX = 3_600_000;
  private static final int PRIORITY_MAX = 100;

  /** The terms on which one call may stand: all but who renews. */
  static Terms ofBecome(Request request) {
    return of(request.members("leaseMs", "meta", "priority"));
  }

  /** All terms. */
  static Terms ofElection(Request request) {
    return of(request.members("mode", "leaseMs", "priority", "meta"));
  }

  private static Terms of(JsonMembers body) {
    return new Terms(
        body.choice("mode", List.of("auto", "manual"))
            .map(word -> Mode.valueOf(word.toUpperCase(Locale.ROOT))),
        body.number("leaseMs", LEASE_MILLIS_MIN, LEASE_MILLIS_MAX).map(Duration::ofMillis),
        body.number("priority", -1, PRIORITY_MAX).map(Long::intValue),
        body.any("meta").map(Terms::meta));
  }

  /** Whether the body named any. */
  boolean isEmpty() {
    return mode.isEmpty() && lease.isEmpty() && priority.isEmpty() && meta.isEmpty();
  }

  /** A candidate on these terms who is otherwise as {@code before}. */
  Candidate applied(Candidate before) {
    return before.with(
        lease.orElse(before.lease()),
        mode.orElse(before.mode()),
        priority.orElse(before.priority()),
        meta.orElse(before.meta()));
  }

  private static Map<String, String> meta(JsonNode node) {
    var meta = new HashMap<String, String>();
    int bytes = 0;
    if (!node.isObject()) {
      throw wrong(node);
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (!member.getValue().isTextual()) {
        throw wrong(node);
      }
      String value = member.getValue().textValue();
      bytes += length(member.getKey()) + length(value);
      meta.put(member.getKey(), value);
    }
    if (bytes > META_BYTES_MAX) {
      throw wrong(node);
    }
    return meta;
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static Refusal wrong(JsonNode node) {
    return Refusal.badRequest(
        new Problem(
            "meta",
            node.toString(),
            "an object of strings, at most " + META_BYTES_MAX + " bytes in all",
            "shorten it or leave it out"));
  }
}
