package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an API server did not keep of an object that it accepted. Servers before 1.25 have no strict
 * validation: they leave out a field that they do not know, a misspelt one too, and say nothing.
 */
final class DroppedFields {
  private final List<String> found = new ArrayList<>();

  private DroppedFields() {}

  /** One line for each field that was sent and is not in the answer with the same value. */
  static List<String> of(JsonNode sent, JsonNode stored) {
    var fields = new DroppedFields();
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
    } else if (!sent.equals(stored)) {
      found.add(
          path.substring(1)
              + ": "
              + (stored.isMissingNode() ? "nothing" : stored)
              + " (expected: "
              + sent
              + ", as it was sent)");
    }
  }
}
