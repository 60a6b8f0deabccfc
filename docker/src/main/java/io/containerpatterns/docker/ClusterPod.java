package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * One pod of a {@link KubernetesNode}: an object on the API server, and its containers on the
 * Docker engine. Used by one thread.
 */
public final class ClusterPod implements AutoCloseable {
  private static final Duration READY_MAX = Duration.ofSeconds(60);

  private final KubernetesNode node;
  private final String name;
  private final Pod pod;
  private final Map<String, PodContainer> containers;

  private ClusterPod(
      KubernetesNode node, String name, Pod pod, Map<String, PodContainer> containers) {
    this.node = node;
    this.name = name;
    this.pod = pod;
    this.containers = containers;
  }

  static ClusterPod start(KubernetesNode node, String name)
      throws IOException, InterruptedException {
    ObjectNode object = PlainSidecars.in(node.manifest().pod(name));
    KubernetesApi.Answer made = node.api().call("POST", node.home(), object);
    if (made.status() != 201) {
      throw new IllegalStateException("no pod " + name + ": " + made);
    }
    Pod pod = Pod.start(name);
    try {
      URI server = node.api().server();
      if (KubernetesNode.isLoopback(server)) {
        relay(node, pod, server.getPort());
      }
      var access = new ApiAccess(server, node.folder().resolve("account"));
      return new ClusterPod(
          node, name, pod, node.manifest().start(pod, node.folder(), name, access::giveTo));
    } catch (IOException | RuntimeException e) {
      pod.close();
      throw e;
    }
  }

  /** The address is the same in the pod, where nothing listens at it yet. */
  private static void relay(KubernetesNode node, Pod pod, int port) {
    pod.container(node.manifest().imageOfOurs())
        .program("/opt/java/bin/java")
        .arguments("-Xmx8m", "-cp", "/classes", Relay.class.getName(), port + "", "/relay/api")
        .mountReadOnly(classes().toString(), "/classes")
        .mount(node.folder().resolve("relay").toString(), "/relay")
        .start();
  }

  private static Path classes() {
    URI place =
        URI.create(Relay.class.getProtectionDomain().getCodeSource().getLocation().toString());
    return Path.of(place);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The container that the manifest calls so. */
  public PodContainer container(String called) {
    return Objects.requireNonNull(containers.get(called), called);
  }

  /** Waits until every probe of every container answers; fails after a minute. */
  public ClusterPod awaitReady() {
    long until = System.nanoTime() + READY_MAX.toNanos();
    while (!node.manifest().probesAnswer(pod)) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(name + " is not ready after " + READY_MAX + ":\n" + logs());
      }
      LockSupport.parkNanos(50_000_000);
    }
    return this;
  }

  /** The value of its label; empty when it has none. */
  public String label(String key) throws InterruptedException {
    return node.api()
        .call("GET", node.home() + "/" + name, null)
        .body()
        .at("/metadata/labels")
        .path(key)
        .asText("");
  }

  /**
   * Ends it as a kubelet does: preStop hooks and SIGTERM to the main containers, and to the
   * sidecars when those have ended; SIGKILL to a main container after the grace time.
   */
  public void terminate() {
    node.manifest().terminate(containers);
  }

  /** What all its containers have written. */
  public String logs() {
    var text = new StringBuilder();
    containers.forEach(
        (called, each) -> text.append(name + " " + called + ":\n").append(each.logs()));
    return text.toString();
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    pod.close();
  }
}
