package io.containerpatterns.elector.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseFormat;
import io.containerpatterns.elector.lease.Stored;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object {@code Lease} at one version, and the record in it:
 *
 * <pre>
 *   metadata:
 *     resourceVersion: "4711"                          the version
 *     annotations:
 *       containerpatterns.io/lease: '{"format":1,"holder":"orders-0","boot":"5f0c9a1b",...}'
 *       containerpatterns.io/lease-of: 2026-01-01T00:00:03.000001Z 7 10 orders-0
 *       containerpatterns.io/token: "4698"             the resourceVersion of the write that began the term
 *   spec:
 *     holderIdentity: orders-0                         what client-go reads and writes
 *     leaseDurationSeconds: 10
 *     acquireTime: 2026-01-01T00:00:00.000000Z
 *     renewTime: 2026-01-01T00:00:03.000001Z
 *     leaseTransitions: 7
 * </pre>
 *
 * <p>A candidate of client-go writes the spec and leaves our annotations where they were. So {@code
 * lease-of} names the spec that they were written with: renewTime, leaseTransitions,
 * leaseDurationSeconds, holderIdentity. Where the spec is another one, the annotations are of the
 * past and the spec alone counts.
 *
 * <p>Such a candidate takes over when the spec has not changed for leaseDurationSeconds of its own
 * clock. So every write of ours changes renewTime, and our lease is told in whole seconds, rounded
 * up: the others wait longer than our claim holds, never shorter.
 *
 * <p>Immutable.
 */
final class LeaseObject {
  static final String LEASE = "containerpatterns.io/lease";
  static final String LEASE_OF = "containerpatterns.io/lease-of";
  static final String TOKEN = "containerpatterns.io/token";

  /** The one of a candidate that cannot be asked to step down, so that nobody asks. */
  private static final int PRIORITY_OF_OTHERS = 100;

  private static final long MILLIS_PER_SECOND = 1000;
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final ObjectNode object; // never changed
  private final long version;

  /**
   * An object to be kept: a tree weighs some five times as much as its text, and a process keeps
   * one for each of its elections.
   */
  record Packed(long version, byte[] json) {
    LeaseObject unpacked() {
      return parse(json);
    }
  }

  private LeaseObject(ObjectNode object, long version) {
    this.object = object;
    this.version = version;
  }

  /**
   * Reads an object as the server sends it.
   *
   * @throws KubernetesFailure when it is none
   */
  static LeaseObject parse(byte[] json) {
    try {
      return of(Json.parse(json));
    } catch (Refusal notJson) {
      throw new KubernetesFailure("the server sent something else than a Lease", notJson);
    }
  }

  /** Takes over {@code node}. */
  static LeaseObject of(JsonNode node) {
    if (!(node instanceof ObjectNode object)
        || !(node.get("metadata") instanceof ObjectNode meta)) {
      throw new KubernetesFailure("the server sent something else than a Lease");
    }
    // The server keeps these by itself, and they are the greater part of an object.
    meta.remove("managedFields");
    return new LeaseObject(object, versionOf(meta));
  }

  /** The resourceVersion in the metadata of any object, as a number. */
  static long versionOf(JsonNode metadata) {
    String text = metadata.path("resourceVersion").asText("");
    try {
      long version = Long.parseLong(text);
      if (version > 0) {
        return version;
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw new KubernetesFailure(
        "resourceVersion: \""
            + text
            + "\" (expected: a positive number, as every server on etcd gives it); versions and"
            + " tokens could not be compared");
  }

  long version() {
    return version;
  }

  Packed packed() {
    return new Packed(version, bytes(object));
  }

  String name() {
    return object.path("metadata").path("name").asText("");
  }

  /**
   * The record.
   *
   * @throws io.containerpatterns.elector.lease.UnreadableLease when a newer release of ours wrote
   *     it
   * @throws KubernetesFailure when nobody can tell when it runs out
   */
  Stored stored() {
    JsonNode spec = object.path("spec");
    JsonNode annotations = object.path("metadata").path("annotations");
    String ours = text(annotations, LEASE);
    if (!ours.isEmpty() && text(annotations, LEASE_OF).equals(identityOf(spec))) {
      return new Stored(version, LeaseFormat.decode(ours.getBytes(UTF_8)));
    }
    return new Stored(version, ofOthers(spec));
  }

  /** What a candidate that is not of ours wrote; terms are told apart by their number. */
  private Lease ofOthers(JsonNode spec) {
    String holder = text(spec, "holderIdentity");
    long term = spec.path("leaseTransitions").asLong(0) + 1;
    if (holder.isEmpty()) {
      return new Lease("", "", MILLIS_PER_SECOND, term, 0, null, Map.of());
    }
    long seconds = spec.path("leaseDurationSeconds").asLong(0);
    if (seconds < 1) {
      throw new KubernetesFailure(
          "Lease \""
              + name()
              + "\": holderIdentity \""
              + holder
              + "\" without leaseDurationSeconds (expected: how long it is held); nobody takes it"
              + " over; set leaseDurationSeconds, or delete the Lease when its holder is gone");
    }
    return new Lease(
        holder, "", seconds * MILLIS_PER_SECOND, term, PRIORITY_OF_OTHERS, null, Map.of());
  }

  /** The same at a version that it never has, so that nobody can replace it. */
  LeaseObject atNoVersion() {
    ObjectNode copy = object.deepCopy();
    ((ObjectNode) copy.get("metadata")).put("resourceVersion", Long.toString(Long.MAX_VALUE));
    return new LeaseObject(copy, Long.MAX_VALUE);
  }

  /** The object that creates a Lease with {@code lease}. */
  static byte[] creating(String name, Lease lease, Instant now) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    object.putObject("metadata").put("name", name);
    ObjectNode spec = object.putObject("spec").put("leaseTransitions", 0);
    write(object, spec, lease, micros(now), false);
    return bytes(object);
  }

  /**
   * The object that replaces this one by {@code lease}. What we do not know is kept, as is the uid:
   * the server creates a Lease by PUT where none is, unless the uid of the one that is gone forbids
   * it.
   */
  byte[] replacing(Lease lease, Instant now) {
    ObjectNode next = object.deepCopy();
    ObjectNode spec = next.get("spec") instanceof ObjectNode there ? there : next.putObject("spec");
    String time = micros(now);
    if (time.equals(text(spec, "renewTime"))) {
      // A write that changes nothing is none for the server, and the others would see no change.
      time = micros(now.plus(1, ChronoUnit.MICROS));
    }
    write(next, spec, lease, time, !lease.holder().equals(text(spec, "holderIdentity")));
    return bytes(next);
  }

  private static void write(
      ObjectNode object, ObjectNode spec, Lease lease, String time, boolean changesHands) {
    boolean begins = lease.token() == 0 || changesHands || text(spec, "acquireTime").isEmpty();
    if (changesHands && !lease.isReleased()) {
      spec.put("leaseTransitions", spec.path("leaseTransitions").asLong(0) + 1);
    }
    if (begins) {
      spec.put("acquireTime", time);
    }
    spec.put("holderIdentity", lease.holder());
    spec.put("leaseDurationSeconds", seconds(lease));
    spec.put("renewTime", time);
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    ObjectNode annotations =
        metadata.get("annotations") instanceof ObjectNode there
            ? there
            : metadata.putObject("annotations");
    annotations.put(LEASE, new String(LeaseFormat.encode(lease), UTF_8).stripTrailing());
    annotations.put(LEASE_OF, identityOf(spec));
    if (lease.token() == 0) {
      // It is the resourceVersion of this very write.
      annotations.remove(TOKEN);
    } else {
      annotations.put(TOKEN, Long.toString(lease.token()));
    }
  }

  /** Rounded up; nobody waits for one that was given back. */
  private static long seconds(Lease lease) {
    return lease.isReleased() ? 1 : Math.ceilDiv(lease.leaseMillis(), MILLIS_PER_SECOND);
  }

  /** What any write of anybody changes. */
  private static String identityOf(JsonNode spec) {
    return text(spec, "renewTime")
        + ' '
        + spec.path("leaseTransitions").asLong(0)
        + ' '
        + spec.path("leaseDurationSeconds").asLong(0)
        + ' '
        + text(spec, "holderIdentity");
  }

  /** The type MicroTime of Kubernetes. */
  private static String micros(Instant instant) {
    return MICRO_TIME.format(instant);
  }

  private static String text(JsonNode object, String member) {
    @Nullable String text = object.path(member).textValue();
    return text == null ? "" : text;
  }

  private static byte[] bytes(ObjectNode object) {
    return Json.bytes(json -> write(json, object));
  }

  /** By hand: the mapper would load some two hundred classes for it, which is 1.5 MiB. */
  private static void write(JsonGenerator json, JsonNode node) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        json.writeStartObject();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
          json.writeFieldName(member.getKey());
          write(json, member.getValue());
        }
        json.writeEndObject();
      }
      case ARRAY -> {
        json.writeStartArray();
        for (JsonNode element : node) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case STRING -> json.writeString(node.textValue());
      case BOOLEAN -> json.writeBoolean(node.booleanValue());
      // As it was read: a number that we do not know is not ours to round.
      case NUMBER -> json.writeNumber(node.asText());
      default -> json.writeNull();
    }
  }
}
