package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The pod of a Kubernetes manifest, so that its containers can be started, probed and ended as they
 * are written there: image, command, variables, volumes, user, capabilities, memory limit, probes,
 * preStop hooks, init containers in their order. Of variables and volumes a kind that is not known
 * here is refused, so that none goes untested without anybody noticing.
 */
public final class PodManifest {
  private static final Duration STARTED_MAX = Duration.ofSeconds(60);
  private static final List<String> PROBES =
      List.of("startupProbe", "livenessProbe", "readinessProbe");

  private final List<JsonNode> documents;
  private final JsonNode controller;
  private final JsonNode spec;

  private PodManifest(List<JsonNode> documents, JsonNode controller) {
    this.documents = documents;
    this.controller = controller;
    this.spec = controller.at("/spec/template/spec");
  }

  /** The template of the one Deployment or StatefulSet in the file. */
  public static PodManifest read(Path file) throws IOException {
    var documents = new ArrayList<JsonNode>();
    try (var values =
        new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
      values.forEachRemaining(documents::add);
    }
    for (JsonNode document : documents) {
      if (!document.at("/spec/template/spec").isMissingNode()) {
        return new PodManifest(documents, document);
      }
    }
    throw new IllegalArgumentException(file + " holds no pod template");
  }

  /** Every object of the file, as JSON, in the order in which they stand there. */
  public List<JsonNode> objects() {
    return documents;
  }

  /** The same without the Deployment or StatefulSet, for a test that plays its part. */
  List<JsonNode> objectsBesideThePods() {
    return documents.stream().filter(document -> !document.equals(controller)).toList();
  }

  /** The name of the Deployment or StatefulSet. */
  String name() {
    return controller.at("/metadata/name").asText();
  }

  /** How many pods it wants. */
  int replicas() {
    return controller.at("/spec/replicas").asInt(1);
  }

  /** The account that the pods have. */
  String serviceAccount() {
    return spec.path("serviceAccountName").asText("default");
  }

  /** Whether what is mounted belongs to a group that the containers are in. */
  boolean hasVolumeGroup() {
    return spec.at("/securityContext").has("fsGroup");
  }

  /** One of its pods as an object. */
  ObjectNode pod(String name) {
    ObjectNode pod = controller.path("spec").path("template").deepCopy();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    pod.withObjectProperty("metadata").put("name", name);
    return pod;
  }

  /** The image in it that is built here, so that it holds a Java. */
  String imageOfOurs() {
    return containers()
        .map(container -> container.path("image").asText())
        .filter(image -> image.startsWith("containerpatterns/"))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name() + " has no image of ours"));
  }

  /** The management port that the probes of this container name. */
  public int probedPort(String container) {
    return Probe.of(container(container), "readinessProbe")
        .orElseThrow(() -> new IllegalArgumentException(container + " has no readiness probe"))
        .port();
  }

  /**
   * Starts the containers in {@code pod}: init containers that end are waited for, sidecars and
   * main containers run on.
   *
   * @param folder where volumes of the host and of configuration are made; volumes of one name are
   *     shared by all pods
   * @param podName what fields of the pod's name are answered with
   * @return the containers that run, by name
   */
  public Map<String, PodContainer> start(Pod pod, Path folder, String podName) throws IOException {
    return start(pod, folder, podName, container -> {});
  }

  /** As above, with what {@code kubelet} adds to each container. */
  Map<String, PodContainer> start(
      Pod pod, Path folder, String podName, Consumer<PodContainer> kubelet) throws IOException {
    Map<String, Path> volumes = volumes(folder);
    var running = new LinkedHashMap<String, PodContainer>();
    for (JsonNode described : spec.path("initContainers")) {
      PodContainer container = container(pod, described, volumes, podName);
      kubelet.accept(container);
      container.start();
      if (isSidecar(described)) {
        running.put(described.path("name").asText(), container);
        awaitStarted(pod, described, container);
      } else if (container.awaitExit() != 0) {
        throw new IllegalStateException(described.path("name") + " failed:\n" + container.logs());
      }
    }
    for (JsonNode described : spec.path("containers")) {
      PodContainer container = container(pod, described, volumes, podName);
      kubelet.accept(container);
      running.put(described.path("name").asText(), container.start());
    }
    return running;
  }

  private static boolean isSidecar(JsonNode initContainer) {
    return initContainer.path("restartPolicy").asText().equals("Always");
  }

  /** Whoever comes next may rely on a sidecar. */
  private static void awaitStarted(Pod pod, JsonNode described, PodContainer container) {
    Optional<Probe> probe = Probe.of(described, "startupProbe");
    long until = System.nanoTime() + STARTED_MAX.toNanos();
    while (probe.isPresent() && !probe.get().answers(pod.ip())) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            probe.get() + " did not answer in " + STARTED_MAX + ":\n" + container.logs());
      }
      LockSupport.parkNanos(50_000_000);
    }
  }

  /** Whether every probe of every container answers now. */
  boolean probesAnswer(Pod pod) {
    return containers()
        .flatMap(container -> PROBES.stream().map(kind -> Probe.of(container, kind)))
        .flatMap(Optional::stream)
        .allMatch(probe -> probe.answers(pod.ip()));
  }

  /**
   * Ends containers as a kubelet does: preStop hooks, SIGTERM to the main containers, SIGKILL to
   * who is there after the grace time; then the sidecars. A kubelet does not let one container wait
   * for the hook of another; here it does, so that the hook has to do its work by itself.
   *
   * @throws IllegalStateException when a hook failed
   */
  void terminate(Map<String, PodContainer> running) {
    for (JsonNode described : spec.path("containers")) {
      List<String> hook = texts(described.at("/lifecycle/preStop/exec/command"));
      if (!hook.isEmpty()) {
        // Kubernetes looks in the PATH; in the busybox of our tests no program has a file there.
        hook.addFirst("/bin/busybox");
        running(running, described).run(hook.toArray(String[]::new));
      }
    }
    spec.path("containers").forEach(described -> running(running, described).signal("TERM"));
    Duration grace = Duration.ofSeconds(spec.path("terminationGracePeriodSeconds").asInt(30));
    spec.path("containers")
        .forEach(described -> running(running, described).awaitExitOrKill(grace));
    for (JsonNode described : spec.path("initContainers")) {
      if (isSidecar(described)) {
        running(running, described).signal("TERM");
        running(running, described).awaitExitOrKill(grace);
      }
    }
  }

  private static PodContainer running(Map<String, PodContainer> running, JsonNode described) {
    return Objects.requireNonNull(running.get(described.path("name").asText()));
  }

  private Stream<JsonNode> containers() {
    var containers = new ArrayList<JsonNode>();
    spec.path("initContainers").forEach(containers::add);
    spec.path("containers").forEach(containers::add);
    return containers.stream();
  }

  private JsonNode container(String name) {
    return containers()
        .filter(described -> described.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no container " + name));
  }

  private PodContainer container(
      Pod pod, JsonNode described, Map<String, Path> volumes, String podName) {
    PodContainer container = pod.container(described.path("image").asText());
    List<String> command = texts(described.path("command"));
    if (!command.isEmpty()) {
      // Looked up in the PATH by Kubernetes; the one program of our test images is no exception.
      boolean shell = command.getFirst().equals("sh");
      container.program(shell ? "/bin/sh" : command.getFirst());
      container.arguments(command.subList(1, command.size()).toArray(String[]::new));
    } else {
      container.arguments(texts(described.path("args")).toArray(String[]::new));
    }
    for (JsonNode variable : described.path("env")) {
      container.env(variable.path("name").asText(), value(variable, podName));
    }
    for (JsonNode mount : described.path("volumeMounts")) {
      Path source = volumes.get(mount.path("name").asText());
      if (source == null) {
        throw new IllegalArgumentException("no volume " + mount.path("name"));
      }
      container.mount(source.toString(), mount.path("mountPath").asText());
    }
    secure(container, described.path("securityContext"));
    String memory = described.at("/resources/limits/memory").asText("");
    if (memory.endsWith("Mi")) {
      container.memoryMiB(Integer.parseInt(memory.substring(0, memory.length() - 2)));
    }
    return container;
  }

  private void secure(PodContainer container, JsonNode own) {
    JsonNode shared = spec.path("securityContext");
    int user = own.path("runAsUser").asInt(shared.path("runAsUser").asInt(-1));
    // Without one the image's own user, as everywhere else here.
    if (user >= 0) {
      container.user(user + ":" + shared.path("runAsGroup").asInt(user));
    }
    for (String added : texts(own.at("/capabilities/add"))) {
      container.capability(added);
    }
  }

  private static String value(JsonNode variable, String podName) {
    if (variable.has("value")) {
      return variable.path("value").asText();
    }
    String field = variable.at("/valueFrom/fieldRef/fieldPath").asText();
    if (field.equals("metadata.name")) {
      return podName;
    }
    throw new IllegalArgumentException("no answer for " + variable);
  }

  private Map<String, Path> volumes(Path folder) throws IOException {
    var volumes = new HashMap<String, Path>();
    for (JsonNode volume : spec.path("volumes")) {
      String name = volume.path("name").asText();
      Path made = folder.resolve(name);
      Files.createDirectories(made);
      if (volume.has("configMap")) {
        write(configMap(volume.at("/configMap/name").asText()), made);
      } else if (volume.has("emptyDir")) {
        // As a kubelet makes it.
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
      } else if (!volume.has("hostPath")) {
        throw new IllegalArgumentException("a volume of a kind that is not tested: " + volume);
      }
      volumes.put(name, made);
    }
    return volumes;
  }

  private static void write(JsonNode configMap, Path folder) throws IOException {
    for (Map.Entry<String, JsonNode> file : configMap.path("data").properties()) {
      Path written = folder.resolve(file.getKey());
      // Once for all pods: a shell in the first may be reading it already.
      if (!Files.exists(written)) {
        Files.writeString(written, file.getValue().asText());
      }
    }
  }

  private JsonNode configMap(String name) {
    for (JsonNode document : documents) {
      if (document.path("kind").asText().equals("ConfigMap")
          && document.at("/metadata/name").asText().equals(name)) {
        return document;
      }
    }
    throw new IllegalArgumentException("no ConfigMap " + name);
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
