package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The form of a pod for clusters without native sidecars (before Kubernetes 1.29): an init
 * container with {@code restartPolicy: Always} is a container like the others. An older server
 * drops that line without a word, and then refuses the probes of what is left.
 */
final class PlainSidecars {
  private PlainSidecars() {}

  /** A copy of {@code object} in that form, wherever in it a pod is described. */
  static ObjectNode in(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    for (JsonNode pod : copy.findParents("initContainers")) {
      ArrayNode containers = ((ObjectNode) pod).withArrayProperty("containers");
      for (var each = pod.path("initContainers").elements(); each.hasNext(); ) {
        var container = (ObjectNode) each.next();
        if (container.path("restartPolicy").asText().equals("Always")) {
          container.remove("restartPolicy");
          containers.add(container);
          each.remove();
        }
      }
      if (pod.path("initContainers").isEmpty()) {
        // The server keeps no empty list.
        ((ObjectNode) pod).remove("initContainers");
      }
    }
    return copy;
  }
}
