package io.containerpatterns.chassis.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON in both directions: written as a stream, because most answers are small and known; read as a
 * tree within bounds, because what a peer sends is neither.
 */
public final class Json {
  private static final int DEPTH_MAX = 32;
  private static final int STRING_MAX = 1 << 20;
  private static final int NUMBER_MAX = 40;
  private static final int NAME_MAX = 256;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(STRING_MAX)
                  .maxNumberLength(NUMBER_MAX)
                  .maxNameLength(NAME_MAX)
                  .build())
          .build();

  private Json() {}

  /** Writes one JSON value. */
  @FunctionalInterface
  public interface Writer {
    /** Writes exactly one value, usually an object. */
    void write(JsonGenerator generator) throws IOException;
  }

  /** The bytes of what {@code writer} writes. */
  public static byte[] bytes(Writer writer) {
    var out = new ByteArrayOutputStream(256);
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      writer.write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException("a value could not be written as JSON", e);
    }
    return out.toByteArray();
  }

  /**
   * Writes a string, number, boolean, null, or a list or map of those; anything else by its text.
   */
  public static void value(JsonGenerator generator, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> generator.writeNull();
      case String text -> generator.writeString(text);
      case Boolean bool -> generator.writeBoolean(bool);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Double number -> writeDouble(generator, number);
      case Map<?, ?> map -> writeMap(generator, map);
      case Iterable<?> list -> writeList(generator, list);
      default -> generator.writeString(value.toString());
    }
  }

  /**
   * Reads one strict JSON value: no comments, no duplicate names, nothing after it, not deeper than
   * 32.
   *
   * @throws Refusal 400 that says where the text stops being such JSON
   */
  public static JsonNode parse(byte[] text) {
    if (text.length == 0) {
      throw Refusal.badRequest("the body is empty (expected: one JSON value)");
    }
    try {
      return Tree.READER.readTree(text);
    } catch (StreamConstraintsException e) {
      throw Refusal.badRequest(
          "the JSON in the body is beyond our limits: " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw Refusal.badRequest(
          "the body is not JSON" + place(e.getLocation()) + ": " + firstLine(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeDouble(JsonGenerator generator, double number) throws IOException {
    // JSON has no infinity and no NaN.
    if (Double.isFinite(number)) {
      generator.writeNumber(number);
    } else {
      generator.writeNull();
    }
  }

  private static void writeMap(JsonGenerator generator, Map<?, ?> map) throws IOException {
    generator.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      generator.writeFieldName(String.valueOf(entry.getKey()));
      value(generator, entry.getValue());
    }
    generator.writeEndObject();
  }

  private static void writeList(JsonGenerator generator, Iterable<?> list) throws IOException {
    generator.writeStartArray();
    for (Object element : list) {
      value(generator, element);
    }
    generator.writeEndArray();
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static String firstLine(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /**
   * Loaded when the first body is read: a process that only answers probes does not pay for data
   * binding.
   */
  private static final class Tree {
    static final ObjectReader READER =
        new ObjectMapper(FACTORY)
            .reader()
            .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }
}
