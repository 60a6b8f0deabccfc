package io.containerpatterns.elector.etcd;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.elector.lease.Swap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said to the JSON gateway and what it answers (etcd api/etcdserverpb/rpc.proto). Bytes are
 * base64, 64-bit numbers are strings, and what is zero, false or empty is left out.
 *
 * <pre>
 * one     {"compare":[{"key":K,"target":"MOD","result":"EQUAL","mod_revision":"57"}],
 *          "success":[{"request_put":{"key":K,"value":V}}]}
 *         {"header":{"revision":"58"},"succeeded":true,"responses":[...]}
 *
 * many    {"success":[{"request_txn":ONE},{"request_txn":ONE}]}
 *         {"header":{"revision":"58"},"succeeded":true,
 *          "responses":[{"response_txn":{"succeeded":true}},{"response_txn":{}}]}
 * </pre>
 *
 * In the second form each has a comparison of its own, so one that conflicts holds up no other. All
 * that are written together get one revision.
 */
final class Messages {
  static final String RANGE = "/v3/kv/range";
  static final String TXN = "/v3/kv/txn";
  static final String WATCH = "/v3/watch";
  static final String AUTHENTICATE = "/v3/auth/authenticate";

  private Messages() {}

  /** A compare-and-set of one key. */
  record Replacement(String key, long expected, byte[] value) {}

  /**
   * What a key holds.
   *
   * @param version its mod_revision, 0 when it does not exist
   */
  record Found(long version, byte @Nullable [] value) {
    private static final Found NOTHING = new Found(0, null);
  }

  /** Reads one key, linearizably, which is how etcd reads unless it is asked otherwise. */
  static byte[] range(String key) {
    return Json.bytes(json -> range(json, key));
  }

  /** Reads several keys at one revision. */
  static byte[] ranges(List<String> keys) {
    return Json.bytes(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("success");
      for (String key : keys) {
        json.writeStartObject();
        json.writeFieldName("request_range");
        range(json, key);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  /** What {@link #range} found. */
  static Found found(JsonNode answer) {
    JsonNode first = answer.path("kvs").path(0);
    return first.isMissingNode()
        ? Found.NOTHING
        : new Found(first.path("mod_revision").asLong(), bytes(first.path("value")));
  }

  /** What {@link #ranges} found, in the same order. */
  static List<Found> foundAll(JsonNode answer, int count) {
    var all = new ArrayList<Found>(count);
    for (JsonNode response : responses(answer, count)) {
      all.add(found(response.path("response_range")));
    }
    return all;
  }

  /** Replaces one value if it is still the expected one. */
  static byte[] replace(Replacement one) {
    return Json.bytes(json -> replace(json, one));
  }

  /** Replaces several, each if it is still the expected one. */
  static byte[] replaceAll(List<Replacement> many) {
    return Json.bytes(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("success");
      for (Replacement one : many) {
        json.writeStartObject();
        json.writeFieldName("request_txn");
        replace(json, one);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  /** What became of {@link #replace}. */
  static Swap replaced(JsonNode answer) {
    return swap(answer, revision(answer));
  }

  /** What became of {@link #replaceAll}, in the same order. */
  static List<Swap> replacedAll(JsonNode answer, int count) {
    long revision = revision(answer);
    var all = new ArrayList<Swap>(count);
    for (JsonNode response : responses(answer, count)) {
      all.add(swap(response.path("response_txn"), revision));
    }
    return all;
  }

  /**
   * Tells every change of the keys that begin with {@code prefix}.
   *
   * @param from the first revision to tell of; 0 for those to come
   */
  static byte[] watch(String prefix, long from) {
    return Json.bytes(json -> {
      json.writeStartObject();
      json.writeObjectFieldStart("create_request");
      json.writeStringField("key", base64(prefix));
      json.writeStringField("range_end", base64(behind(prefix)));
      json.writeBooleanField("progress_notify", true);
      if (from > 0) {
        json.writeStringField("start_revision", Long.toString(from));
      }
      json.writeEndObject();
      json.writeEndObject();
    });
  }

  /** The bytes of a base64 member. */
  static byte[] bytes(JsonNode member) {
    try {
      return Base64.getDecoder().decode(member.asText(""));
    } catch (IllegalArgumentException e) {
      throw new EtcdFailure(
          EtcdFailure.Kind.UNKNOWN, "etcd answered what is not base64 (expected: base64)", e);
    }
  }

  /** The first key behind all that begin with an ASCII prefix. */
  private static String behind(String prefix) {
    int last = prefix.length() - 1;
    return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
  }

  private static void range(JsonGenerator json, String key) throws IOException {
    json.writeStartObject();
    json.writeStringField("key", base64(key));
    json.writeEndObject();
  }

  private static void replace(JsonGenerator json, Replacement one) throws IOException {
    String key = base64(one.key());
    json.writeStartObject();
    json.writeArrayFieldStart("compare");
    json.writeStartObject();
    json.writeStringField("key", key);
    json.writeStringField("target", "MOD");
    json.writeStringField("result", "EQUAL");
    json.writeStringField("mod_revision", Long.toString(one.expected()));
    json.writeEndObject();
    json.writeEndArray();
    json.writeArrayFieldStart("success");
    json.writeStartObject();
    json.writeObjectFieldStart("request_put");
    json.writeStringField("key", key);
    json.writeStringField("value", Base64.getEncoder().encodeToString(one.value()));
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static Swap swap(JsonNode txn, long revision) {
    return txn.path("succeeded").asBoolean() ? new Swap.Written(revision) : new Swap.Conflict();
  }

  private static long revision(JsonNode answer) {
    long revision = answer.path("header").path("revision").asLong();
    if (revision <= 0) {
      throw new EtcdFailure(
          EtcdFailure.Kind.UNKNOWN, "etcd answered without a revision (expected: one above 0)");
    }
    return revision;
  }

  private static JsonNode responses(JsonNode answer, int count) {
    JsonNode responses = answer.path("responses");
    if (responses.size() != count) {
      throw new EtcdFailure(
          EtcdFailure.Kind.UNKNOWN,
          "etcd answered " + responses.size() + " of " + count + " questions (expected: all)");
    }
    return responses;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
