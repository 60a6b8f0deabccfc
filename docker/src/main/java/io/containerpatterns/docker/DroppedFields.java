package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an API server did not keep of an object that it accepted. Servers before 1.25 have no strict
 * validation: they leave out a field that they do not know, a misspelt one too, and say nothing.
 */
final class DroppedFields {
  /** Fields that a server older than this minor version of 1 rightly does not know. */
  private static final Map<Pattern, Integer> SINCE =
      Map.of(Pattern.compile("\\.initContainers\\[\\d+]\\.restartPolicy$"), 29);

  private final int minor;
  private final List<String> found = new ArrayList<>();

  private DroppedFields(int minor) {
    this.minor = minor;
  }

  /**
   * One line for each field that was sent and is not in the answer with the same value.
   *
   * @param minor the version of the server, 20 for 1.20
   */
  static List<String> of(JsonNode sent, JsonNode stored, int minor) {
    var fields = new DroppedFields(minor);
    fields.compare("", sent, stored);
    return fields.found;
  }

  private void compare(String path, JsonNode sent, JsonNode stored) {
    if (sent.isObject() && stored.isObject()) {
      for (Map.Entry<String, JsonNode> field : sent.properties()) {
        compare(path + "." + field.getKey(), field.getValue(), stored.path(field.getKey()));
      }
    } else if (sent.isArray() && stored.isArray() && sent.size() == stored.size()) {
      for (int i = 0; i < sent.size(); i++) {
        compare(path + "[" + i + "]", sent.get(i), stored.get(i));
      }
    } else if (!sent.equals(stored) && !isTooNew(path)) {
      found.add(
          path.substring(1)
              + ": "
              + (stored.isMissingNode() ? "nothing" : stored)
              + " (expected: "
              + sent
              + ", as it was sent)");
    }
  }

  private boolean isTooNew(String path) {
    return SINCE.entrySet().stream()
        .anyMatch(field -> minor < field.getValue() && field.getKey().matcher(path).find());
  }
}
