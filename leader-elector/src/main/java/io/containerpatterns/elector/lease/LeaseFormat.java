package io.containerpatterns.elector.lease;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A lease as it is stored, one JSON object in one line:
 *
 * <pre>
 * {"format":1,"holder":"orders-0","boot":"5f0c9a1b","leaseMillis":10000,"token":1785000000042,
 *  "priority":0,"wanted":"orders-2","meta":{"url":"http://10.0.0.7:8080"}}
 * </pre>
 *
 * <p>{@code wanted} may be missing, all else must be there. {@code {"format":1,"absent":true}}
 * stands for no lease, where a store needs to keep a version without one; it is not empty, because
 * emptiness is what damage looks like, and damage must never look like a lease to take.
 *
 * <p>Release N + 1 reads what N wrote. Within one format a member that is not known is refused like
 * any other damage: to add one is to raise the format, and a format above ours is refused by name.
 * So an older release never leads over what it does not understand, nor drops it by renewing.
 */
public final class LeaseFormat {
  /** The format written, and the highest read. */
  public static final int NEWEST = 1;

  /** More than any lease needs: ids of 253, 1 KiB of meta, all of it escaped. */
  public static final int BYTES_MAX = 16 * 1024;

  private static final String ABSENT = "{\"format\":" + NEWEST + ",\"absent\":true}\n";
  // In the order of the file: the first that is missing is the one that is told.
  private static final List<String> REQUIRED =
      List.of("format", "holder", "boot", "leaseMillis", "token", "priority", "meta");
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private LeaseFormat() {}

  /** The bytes of a lease, or of its absence. */
  public static byte[] encode(@Nullable Lease lease) {
    if (lease == null) {
      return ABSENT.getBytes(StandardCharsets.UTF_8);
    }
    var bytes = new ByteArrayOutputStream(256);
    try (var json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("format", NEWEST);
      json.writeStringField("holder", lease.holder());
      json.writeStringField("boot", lease.boot());
      json.writeNumberField("leaseMillis", lease.leaseMillis());
      json.writeNumberField("token", lease.token());
      json.writeNumberField("priority", lease.priority());
      String wanted = lease.wanted();
      if (wanted != null) {
        json.writeStringField("wanted", wanted);
      }
      json.writeObjectFieldStart("meta");
      for (var entry : new TreeMap<>(lease.meta()).entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new IllegalArgumentException("lease: cannot be written as JSON", e);
    }
    if (bytes.size() > BYTES_MAX) {
      throw new IllegalArgumentException(
          "lease: " + bytes.size() + " bytes (expected: at most " + BYTES_MAX + ")");
    }
    return bytes.toByteArray();
  }

  /**
   * The lease that {@code encode} wrote, in this release or one before; null for its absence.
   *
   * @throws UnreadableLease when it is anything else
   */
  public static @Nullable Lease decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new UnreadableLease("longer than " + BYTES_MAX + " bytes", null);
    }
    try (var json = JSON.createParser(bytes)) {
      var found = new Found();
      expect(json.nextToken() == JsonToken.START_OBJECT, "not a JSON object");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        found.member(json, json.currentName());
      }
      expect(json.nextToken() == null, "something follows the JSON object");
      return found.lease();
    } catch (IOException e) {
      throw new UnreadableLease("not a JSON object", e);
    }
  }

  private static void expect(boolean kept, String otherwise) {
    if (!kept) {
      throw new UnreadableLease(otherwise, null);
    }
  }

  /** What was read so far. */
  private static final class Found {
    private final Set<String> names = new HashSet<>();
    private final Map<String, String> meta = new HashMap<>();
    private String holder = "";
    private String boot = "";
    private @Nullable String wanted;
    private long leaseMillis;
    private long token;
    private int priority;

    void member(JsonParser json, String name) throws IOException {
      names.add(name);
      json.nextToken();
      switch (name) {
        case "format" -> format(number(json, name, 1, Integer.MAX_VALUE));
        case "absent" -> expect(json.currentToken() == JsonToken.VALUE_TRUE, "absent is not true");
        case "holder" -> holder = text(json, name);
        case "boot" -> boot = text(json, name);
        case "leaseMillis" -> leaseMillis = number(json, name, 500, 3_600_000);
        case "token" -> token = number(json, name, 0, Long.MAX_VALUE);
        case "priority" -> priority = (int) number(json, name, -1, 100);
        case "wanted" -> wanted = text(json, name);
        case "meta" -> meta(json);
        // The format comes first in what any release writes, so a newer one is told by its number.
        default -> throw new UnreadableLease("unknown member \"" + name + "\"", null);
      }
    }

    @Nullable Lease lease() {
      if (names.equals(Set.of("format", "absent"))) {
        return null;
      }
      for (String name : REQUIRED) {
        expect(names.contains(name), "member \"" + name + "\" is missing");
      }
      expect(!names.contains("absent"), "both absent and a lease");
      return new Lease(holder, boot, leaseMillis, token, priority, wanted, meta);
    }

    private static void format(long format) {
      expect(
          format <= NEWEST,
          "format "
              + format
              + " of a newer release (expected: at most "
              + NEWEST
              + "); run that release");
    }

    private void meta(JsonParser json) throws IOException {
      expect(json.currentToken() == JsonToken.START_OBJECT, "meta is not an object");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        meta.put(name, text(json, "meta"));
      }
    }

    private static String text(JsonParser json, String name) throws IOException {
      expect(json.currentToken() == JsonToken.VALUE_STRING, name + " is not a string");
      return json.getText();
    }

    private static long number(JsonParser json, String name, long min, long max)
        throws IOException {
      expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, name + " is not a whole number");
      long value = json.getLongValue();
      expect(value >= min && value <= max, name + " is not within " + min + " and " + max);
      return value;
    }
  }
}
