package io.containerpatterns.docker;

import java.net.URI;
import java.nio.file.Path;

/**
 * What a kubelet gives each container so that it can call the API.
 *
 * @param server its address, told in variables
 * @param account a folder with token, certificate and namespace, mounted
 */
record ApiAccess(URI server, Path account) {
  private static final String MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  void giveTo(PodContainer container) {
    container
        .env("KUBERNETES_SERVICE_HOST", server.getHost())
        .env("KUBERNETES_SERVICE_PORT", String.valueOf(server.getPort()))
        .mountReadOnly(account.toString(), MOUNT);
  }
}
