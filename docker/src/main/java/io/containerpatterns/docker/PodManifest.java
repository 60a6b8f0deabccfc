package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The pod of a Kubernetes manifest, so that its containers can be started as they are written
 * there: image, command, variables, volumes, user, capabilities, memory limit, init containers in
 * their order. What a manifest says beyond that is refused, so that nothing in it goes untested
 * without anybody noticing.
 */
public final class PodManifest {
  private final List<JsonNode> documents;
  private final JsonNode spec;

  private PodManifest(List<JsonNode> documents, JsonNode spec) {
    this.documents = documents;
    this.spec = spec;
  }

  /** The template of the one Deployment or StatefulSet in the file. */
  public static PodManifest read(Path file) throws IOException {
    var documents = new ArrayList<JsonNode>();
    try (var values =
        new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
      values.forEachRemaining(documents::add);
    }
    for (JsonNode document : documents) {
      JsonNode spec = document.at("/spec/template/spec");
      if (!spec.isMissingNode()) {
        return new PodManifest(documents, spec);
      }
    }
    throw new IllegalArgumentException(file + " holds no pod template");
  }

  /** Every object of the file, as JSON, in the order in which they stand there. */
  public List<JsonNode> objects() {
    return documents;
  }

  /** The management port that the probes of this container name. */
  public int probedPort(String container) {
    JsonNode found = container(container);
    JsonNode port = found.at("/readinessProbe/httpGet/port");
    if (port.isInt()) {
      return port.asInt();
    }
    for (JsonNode declared : found.path("ports")) {
      if (declared.path("name").asText().equals(port.asText())) {
        return declared.path("containerPort").asInt();
      }
    }
    throw new IllegalArgumentException(
        container + " has no readiness probe with a port that is declared");
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
    Map<String, Path> volumes = volumes(folder);
    var running = new HashMap<String, PodContainer>();
    for (JsonNode described : spec.path("initContainers")) {
      PodContainer container = container(pod, described, volumes, podName).start();
      if (described.path("restartPolicy").asText().equals("Always")) {
        running.put(described.path("name").asText(), container);
      } else if (container.awaitExit() != 0) {
        throw new IllegalStateException(described.path("name") + " failed:\n" + container.logs());
      }
    }
    for (JsonNode described : spec.path("containers")) {
      PodContainer container = container(pod, described, volumes, podName).start();
      running.put(described.path("name").asText(), container);
    }
    return running;
  }

  private JsonNode container(String name) {
    for (String list : List.of("initContainers", "containers")) {
      for (JsonNode described : spec.path(list)) {
        if (described.path("name").asText().equals(name)) {
          return described;
        }
      }
    }
    throw new IllegalArgumentException("no container " + name);
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
