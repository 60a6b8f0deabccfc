package io.containerpatterns.elector.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the Leases are, as the settings say it. In a pod nothing of it need be said.
 *
 * @param api the API server; empty for the one that a pod finds in its environment
 * @param namespace empty for that of the pod
 * @param tokenFile the bearer token; replaced under us from time to time
 * @param caFile certificates of those who may sign the server's
 * @param leasePrefix what the name of each Lease begins with, before the name of its election
 */
public record KubernetesPlace(
    Optional<URI> api,
    Optional<String> namespace,
    Path tokenFile,
    Path caFile,
    String leasePrefix) {
  /** What kubelet mounts into a pod. */
  public static final String SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  private static final int NAME_MAX = 253;
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** What a name of a Lease must look like. */
  public static final String NAME_EXPECTED =
      "1 to 253 of a-z, 0-9, dash and dot, each part between dots beginning and ending with a"
          + " letter or digit, because it names a Lease";

  /** Whether a Lease can be called so: a subdomain in the sense of RFC 1123. */
  public static boolean isLeaseName(String name) {
    return name.length() <= NAME_MAX && SUBDOMAIN.matcher(name).matches();
  }

  /** The name of the Lease of an election; not always one that the server takes. */
  public String leaseName(String election) {
    return leasePrefix + election;
  }

  /** For the log. */
  public String shown() {
    return namespace.map(name -> "namespace " + name).orElse("the pod's namespace")
        + " at "
        + api.map(URI::toString).orElse("the pod's cluster");
  }
}
