package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.containerpatterns.chassis.http.RawClient.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAPI file, against which answers of the running server are held: status, type, headers and
 * body. Of JSON Schema it knows what our files use; a keyword that it does not know is a failure,
 * so that nothing goes unchecked.
 */
public final class ApiDescription {
  private static final Set<String> SILENT =
      Set.of(
          "$ref",
          "description",
          "format",
          "default",
          "type",
          "properties",
          "required",
          "additionalProperties");

  private final JsonNode file;

  private ApiDescription(JsonNode file) {
    this.file = file;
  }

  /** The file of this name beside {@code owner}. */
  public static ApiDescription of(Class<?> owner, String name) {
    try (var in = Objects.requireNonNull(owner.getResourceAsStream(name), name)) {
      return new ApiDescription(new YAMLMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** The file at {@code path}. */
  public static ApiDescription read(Path path) throws IOException {
    return new ApiDescription(new YAMLMapper().readTree(path.toFile()));
  }

  /** Every operation as {@code GET /path}. */
  public Set<String> operations() {
    var operations = new TreeSet<String>();
    for (Map.Entry<String, JsonNode> path : file.get("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    return operations;
  }

  /** The statuses that an operation may answer, those that {@code default} stands for left out. */
  public Set<Integer> statuses(String operation) {
    var statuses = new TreeSet<Integer>();
    for (Map.Entry<String, JsonNode> response :
        operation(operation).get("responses").properties()) {
      if (!response.getKey().equals("default")) {
        statuses.add(Integer.parseInt(response.getKey()));
      }
    }
    return statuses;
  }

  /** The file itself, as a server publishes it. */
  public JsonNode file() {
    return file;
  }

  /** Whether an operation takes a body. */
  public boolean takesBody(String operation) {
    return operation(operation).has("requestBody");
  }

  /** Fails unless {@code answer} is one that the file describes. */
  public void assertDescribes(String operation, Answer answer) {
    String what = operation + " answered " + answer;
    JsonNode responses = operation(operation).get("responses");
    JsonNode response = responses.get(Integer.toString(answer.status()));
    if (response == null && answer.status() >= 400) {
      response = responses.get("default");
    }
    assertThat(response).as(what).isNotNull();
    response = resolved(response);
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      JsonNode described = resolved(header.getValue());
      String value = answer.header(header.getKey().toLowerCase(Locale.ROOT));
      boolean required = described.path("required").asBoolean();
      if (required || !value.isEmpty()) {
        assertText(what + ": " + header.getKey(), described.get("schema"), value);
      }
    }
    JsonNode content = response.path("content");
    if (content.isEmpty()) {
      assertThat(answer.body()).as(what).isEmpty();
      return;
    }
    String type = answer.header("content-type").replaceFirst(";.*", "");
    assertThat(content.has(type)).as(what).isTrue();
    JsonNode schema = content.get(type).get("schema");
    if (type.endsWith("json") && !type.endsWith("ndjson")) {
      assertValid(what, schema, json(answer.body()));
    } else if (type.equals("text/plain")) {
      assertText(what, schema, answer.body());
    }
  }

  /** Fails unless {@code text} is a JSON value of the schema with this name. */
  public void assertValid(String schema, String text) {
    assertValid(text, file.at("/components/schemas/" + schema), json(text));
  }

  private JsonNode operation(String operation) {
    String[] words = operation.split(" ");
    return file.get("paths").get(words[1]).get(words[0].toLowerCase(Locale.ROOT));
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? file.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  /** A value that came as text, such as a header, of whatever type its schema names. */
  private void assertText(String what, JsonNode schema, String text) {
    boolean number = resolved(schema).path("type").asText().equals("integer");
    assertValid(what, schema, number ? json(text) : TextNode.valueOf(text));
  }

  private void assertValid(String what, JsonNode unresolved, JsonNode value) {
    JsonNode schema = resolved(unresolved);
    String where = what + " (" + value + " by " + schema + ")";
    JsonNode type = schema.get("type");
    if (type != null) {
      assertThat(isOf(type, value)).as(where).isTrue();
    }
    if (value.isObject()) {
      assertMembers(what, schema, value);
    }
    for (Map.Entry<String, JsonNode> rule : schema.properties()) {
      if (!SILENT.contains(rule.getKey())) {
        assertRule(where, rule.getKey(), rule.getValue(), value);
      }
    }
  }

  private static boolean isOf(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (isOf(one, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("no such type: " + type);
    };
  }

  private void assertMembers(String what, JsonNode schema, JsonNode value) {
    for (JsonNode name : schema.path("required")) {
      assertThat(value.has(name.asText())).as("%s: %s", what, name).isTrue();
    }
    JsonNode more = schema.get("additionalProperties");
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      JsonNode described = described(schema, more, member.getKey());
      assertThat(described != null || more == null || !more.isBoolean() || more.asBoolean())
          .as("%s: %s is not described", what, member.getKey())
          .isTrue();
      if (described != null) {
        assertValid(what + "." + member.getKey(), described, member.getValue());
      }
    }
  }

  private static @Nullable JsonNode described(
      JsonNode schema, @Nullable JsonNode more, String name) {
    JsonNode described = schema.path("properties").get(name);
    return described != null || more == null || !more.isObject() ? described : more;
  }

  /** How many of the schemas the value is valid by. */
  private int valid(JsonNode schemas, JsonNode value) {
    int valid = 0;
    for (JsonNode schema : schemas) {
      try {
        assertValid("", schema, value);
        valid++;
      } catch (AssertionError not) {
        // By this one it is not.
      }
    }
    return valid;
  }

  private void assertRule(String where, String rule, JsonNode bound, JsonNode value) {
    switch (rule) {
      case "enum" -> assertThat(bound).as(where).contains(value);
      case "const" -> assertThat(value).as(where).isEqualTo(bound);
      case "allOf" -> bound.forEach(each -> assertValid(where, each, value));
      case "oneOf" -> assertThat(valid(bound, value)).as(where).isEqualTo(1);
      case "pattern" -> assertThat(value.asText()).as(where).containsPattern(bound.asText());
      case "minimum" ->
          assertThat(value.isNull() || value.asLong() >= bound.asLong()).as(where).isTrue();
      case "maximum" ->
          assertThat(value.isNull() || value.asLong() <= bound.asLong()).as(where).isTrue();
      case "minLength" ->
          assertThat(value.asText().length()).as(where).isGreaterThanOrEqualTo(bound.asInt());
      case "maxLength" ->
          assertThat(value.asText().length()).as(where).isLessThanOrEqualTo(bound.asInt());
      case "maxItems" -> assertThat(value.size()).as(where).isLessThanOrEqualTo(bound.asInt());
      case "items" -> {
        for (JsonNode element : value) {
          assertValid(where, bound, element);
        }
      }
      default -> throw new AssertionError("a rule that is not known here: " + rule);
    }
  }
}
