package io.containerpatterns.chassis.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.settings.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object that a client sent, read one by one. A member nobody knows is
 * refused: a misspelt {@code timeoutSecond} must not silently mean the default.
 */
public final class JsonMembers {
  private final @Nullable JsonNode object;

  private JsonMembers(@Nullable JsonNode object) {
    this.object = object;
  }

  /** Reads {@code body}, which may be empty for an object without members. */
  public static JsonMembers of(byte[] body, String... known) {
    if (body.length == 0) {
      return new JsonMembers(null);
    }
    JsonNode node = Json.parse(body);
    if (!node.isObject()) {
      throw Refusal.badRequest("the body is a JSON " + kind(node) + " (expected: a JSON object)");
    }
    List<String> names = Arrays.asList(known);
    node.fieldNames()
        .forEachRemaining(name -> {
          if (!names.contains(name)) {
            String allowed = names.isEmpty() ? "no members" : "one of " + String.join(", ", names);
            throw Refusal.badRequest(
                new Problem("body", name, allowed, "correct the name or leave it out"));
          }
        });
    return new JsonMembers(node);
  }

  /** A string; empty when absent or null. */
  public Optional<String> text(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(name, value, "a string");
    }
    return Optional.of(value.textValue());
  }

  /** One of {@code choices}; empty when absent or null. */
  public Optional<String> choice(String name, List<String> choices) {
    Optional<String> text = text(name);
    if (text.isPresent() && !choices.contains(text.get())) {
      throw Refusal.badRequest(
          new Problem(name, text.get(), "one of " + String.join(", ", choices), "correct it"));
    }
    return text;
  }

  /** A whole number within bounds; empty when absent or null. */
  public Optional<Long> number(String name, long min, long max) {
    JsonNode value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw wrong(name, value, "a whole number from " + min + " to " + max);
    }
    return Optional.of(value.longValue());
  }

  /** True or false; empty when absent or null. */
  public Optional<Boolean> bool(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw wrong(name, value, "true or false");
    }
    return Optional.of(value.booleanValue());
  }

  /** Any JSON value; empty when absent or null. */
  public Optional<JsonNode> any(String name) {
    return Optional.ofNullable(value(name));
  }

  private @Nullable JsonNode value(String name) {
    if (object == null) {
      return null;
    }
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private static Refusal wrong(String name, JsonNode value, String expected) {
    String shown = value.isTextual() ? value.textValue() : value.toString();
    return Refusal.badRequest(new Problem(name, shown, expected, "correct it or leave it out"));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "array";
      case BOOLEAN -> "boolean";
      case NULL -> "null";
      case NUMBER -> "number";
      default -> "string";
    };
  }
}
