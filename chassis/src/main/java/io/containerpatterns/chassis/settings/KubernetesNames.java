package io.containerpatterns.chassis.settings;

/**
 * Environment variables that Kubernetes injects for every Service of the namespace, in the form of
 * old Docker links. A Service named {@code elector} would otherwise look like a wrong setting of
 * ours.
 *
 * <pre>
 *   ELECTOR_SERVICE_HOST   ELECTOR_SERVICE_PORT   ELECTOR_SERVICE_PORT_HTTP   ELECTOR_PORT   ELECTOR_PORT_4040_TCP_ADDR
 * </pre>
 */
final class KubernetesNames {
  private KubernetesNames() {}

  static boolean matches(String name) {
    return name.endsWith("_SERVICE_HOST") || name.endsWith("_PORT") || name.contains("_PORT_");
  }

  /** A setting of ours with such a name could never be told from an injected one. */
  static void refuse(String name) {
    if (matches(name)) {
      throw new IllegalStateException(
          name + " looks like a variable that Kubernetes injects for a Service");
    }
  }
}
