package io.containerpatterns.logshipper.otlp;

import io.containerpatterns.logshipper.event.Origin;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the labels of a file say about where its events come from, by the names of the semantic
 * conventions where they have one.
 */
final class ResourceAttributes {
  private static final String SERVICE = "service.name";

  /** Those that are known by another name. */
  private static final Map<String, String> CONVENTIONS =
      Map.of(
          "service", SERVICE,
          "app.kubernetes.io/version", "service.version",
          "pod", "k8s.pod.name",
          "pod_uid", "k8s.pod.uid",
          "namespace", "k8s.namespace.name",
          "node", "k8s.node.name",
          "host", "host.name");

  /** Those that name the service where no other does, best first. */
  private static final String[] SERVICES = {"app.kubernetes.io/name", "app", "k8s-app"};

  private ResourceAttributes() {}

  static Map<String, String> of(Origin origin) {
    var attributes = new LinkedHashMap<String, String>();
    for (Origin.Label label : origin.labels()) {
      attributes.putIfAbsent(CONVENTIONS.getOrDefault(label.name(), label.name()), label.value());
    }
    for (String candidate : SERVICES) {
      String service = attributes.get(candidate);
      if (service != null) {
        attributes.putIfAbsent(SERVICE, service);
      }
    }
    return attributes;
  }
}
