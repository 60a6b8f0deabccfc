package io.containerpatterns.docker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Docker engine as the one node of a cluster whose API server is real: what a manifest names is
 * stored in a namespace of its own, and its pods run here as a controller and a kubelet would have
 * them run, each with the token of the manifest's account and no other right.
 *
 * <p>Closing ends the pods and removes the namespace. Used by one thread.
 */
public final class KubernetesNode implements AutoCloseable {
  private final KubernetesApi api;
  private final PodManifest manifest;
  private final String namespace;
  private final Path folder;
  private final @Nullable Relay relay;
  private final List<ClusterPod> pods = new ArrayList<>();

  private KubernetesNode(
      KubernetesApi api,
      PodManifest manifest,
      String namespace,
      Path folder,
      @Nullable Relay relay) {
    this.api = api;
    this.manifest = manifest;
    this.namespace = namespace;
    this.folder = folder;
    this.relay = relay;
  }

  /**
   * Stores the objects of the manifest, but not the controller of its pods, whose part the test
   * plays.
   *
   * @param folder an empty one, for volumes and the like
   */
  public static KubernetesNode start(KubernetesApi api, PodManifest manifest, Path folder)
      throws IOException, InterruptedException {
    // Containers come here as users of their own.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    String namespace = api.newNamespace();
    List<String> problems = api.apply(manifest.objectsBesideThePods(), namespace);
    if (!problems.isEmpty()) {
      throw new IllegalStateException("the API server did not take the manifest: " + problems);
    }
    Path account = Files.createDirectory(folder.resolve("account"));
    Files.writeString(account.resolve("namespace"), namespace);
    Files.copy(api.certificates(), account.resolve("ca.crt"));
    Path token =
        Files.writeString(
            account.resolve("token"), api.accountToken(namespace, manifest.serviceAccount()));
    // A kubelet gives the file to the group of the pod's volumes; without one to root alone.
    Files.setPosixFilePermissions(
        token,
        PosixFilePermissions.fromString(manifest.hasVolumeGroup() ? "rw-r--r--" : "rw-------"));
    return new KubernetesNode(api, manifest, namespace, folder, relay(api.server(), folder));
  }

  private static @Nullable Relay relay(URI server, Path folder) throws IOException {
    if (!isLoopback(server)) {
      return null;
    }
    Path socket = Files.createDirectory(folder.resolve("relay")).resolve("api");
    Relay relay = Relay.start(socket, new InetSocketAddress(server.getHost(), server.getPort()));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
    return relay;
  }

  static boolean isLoopback(URI server) throws IOException {
    return InetAddress.getByName(server.getHost()).isLoopbackAddress();
  }

  /** As many pods as the manifest wants, named as those of a StatefulSet are. */
  public List<ClusterPod> runAll() throws IOException, InterruptedException {
    while (pods.size() < manifest.replicas()) {
      runOneMore();
    }
    return List.copyOf(pods);
  }

  /** One pod more, as after {@code kubectl scale}. */
  public ClusterPod runOneMore() throws IOException, InterruptedException {
    ClusterPod pod = ClusterPod.start(this, manifest.name() + "-" + pods.size());
    pods.add(pod);
    return pod;
  }

  KubernetesApi api() {
    return api;
  }

  PodManifest manifest() {
    return manifest;
  }

  Path folder() {
    return folder;
  }

  /** The path of the namespace's pods. */
  String home() {
    return "/api/v1/namespaces/" + namespace + "/pods";
  }

  @Override
  public void close() throws IOException, InterruptedException {
    pods.forEach(ClusterPod::close);
    if (relay != null) {
      relay.close();
    }
    api.call("DELETE", "/api/v1/namespaces/" + namespace, null);
  }
}
