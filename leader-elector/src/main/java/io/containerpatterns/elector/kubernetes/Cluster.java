package io.containerpatterns.elector.kubernetes;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The API server and who we are there, complete.
 *
 * @param server such as {@code https://10.96.0.1:443}
 * @param namespace where the Leases and our pod are
 */
record Cluster(URI server, String namespace, ServiceToken token, ClientTls tls) {
  private static final Path NAMESPACE =
      Path.of(KubernetesPlace.SERVICE_ACCOUNT).resolve("namespace");

  /**
   * What the settings name, completed by what a pod finds in its environment and files.
   *
   * @throws InvalidSettings when something of it is nowhere
   */
  static Cluster of(KubernetesPlace place, Map<String, String> environment) {
    ClientTls tls = ClientTls.of(TlsFiles.NONE.trusting(place.caFile()));
    tls.check();
    return new Cluster(
        place.api().orElseGet(() -> ofPod(environment)),
        place.namespace().orElseGet(Cluster::namespaceOfPod),
        ServiceToken.read(place.tokenFile(), Ticker.system()),
        tls);
  }

  /** By address, as every client of a pod does: an election must not hang on a name server. */
  private static URI ofPod(Map<String, String> environment) {
    @Nullable String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host == null || host.isEmpty()) {
      throw new InvalidSettings(
          new Problem(
              "ELECTOR_KUBERNETES_API",
              "",
              "KUBERNETES_SERVICE_HOST in the environment, as in a pod, or an address here",
              "set it, such as ELECTOR_KUBERNETES_API=https://10.0.0.1:6443"));
    }
    return URI.create("https://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port);
  }

  private static String namespaceOfPod() {
    try {
      return Files.readString(NAMESPACE).strip();
    } catch (IOException notInAPod) {
      throw new InvalidSettings(
          new Problem(
              "ELECTOR_KUBERNETES_NAMESPACE",
              "",
              "the file " + NAMESPACE + ", as in a pod, or a name here",
              "set it, such as ELECTOR_KUBERNETES_NAMESPACE=default"));
    }
  }
}
