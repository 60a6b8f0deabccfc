package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.containerpatterns.chassis.Await;
import io.containerpatterns.docker.KubernetesSchema;
import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import io.containerpatterns.docker.PodManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows to be copied into a compose file or a pod, and run from an image. */
@Tag("image")
final class ReadmeImageIT {
  private static final String VERSION = System.getProperty("containerpatterns.version");
  private static final String README = "sidecar-logshipper/README.md";

  /** What a reader has already: a pod with an application. */
  private static final String AROUND =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: readme }
      spec:
        selector: { matchLabels: { app: readme } }
        template:
          metadata: { labels: { app: readme } }
          spec:
            containers:
              - { name: app, image: "busybox:1.35", command: [/bin/busybox, sleep, "600"] }
            volumes: [{ name: logs, emptyDir: {} }, { name: state, emptyDir: {} }]
      """;

  private final YAMLMapper yaml = new YAMLMapper();
  @TempDir Path folder;

  @Test
  void theServicesOfTheComposeSnippetStartAndTheLogOfTheApplicationIsShipped() throws Exception {
    String snippet = Document.of(README).block("yaml", "services:");
    assertThat(snippet).contains("image: my/app", VERSION, "http://collector:8080/logs");
    Files.writeString(
        folder.resolve("compose.yaml"),
        snippet
            .replace(
                "image: my/app",
                "image: \"busybox:1.35\", user: root, command: [sh, \"-c\","
                    + " \"echo INFO order 1 taken >/logs/app.log\"]")
            .replace("http://collector:8080/logs", "stdout:"));
    try {
      Ran up = compose("up", "-d");
      assertThat(up.exit()).as(up.output()).isZero();

      Await.until(
          () -> "the line is shipped:\n" + compose("logs").output(),
          () -> compose("logs", "shipper").output().contains("\"message\":\"INFO order 1 taken\""));
    } finally {
      compose("down", "-v", "-t", "1");
    }
  }

  @Test
  void theSidecarOfThePodSnippetStartsAndIsKnownToACurrentKubernetes() throws Exception {
    JsonNode shown = yaml.readTree(Document.of(README).block("yaml", "initContainers:"));
    var around = (ObjectNode) yaml.readTree(AROUND);
    ((ObjectNode) around.at("/spec/template/spec")).setAll((ObjectNode) shown.path("spec"));
    Path file = folder.resolve("pod.yaml");
    yaml.writeValue(file.toFile(), around);
    PodManifest manifest = PodManifest.read(file);

    assertThat(KubernetesSchema.problems(manifest.objects())).isEmpty();
    try (Pod pod = Pod.start("readme", manifest.probedPort("shipper"))) {
      // Returns when the startup probe has answered.
      Map<String, PodContainer> running = manifest.start(pod, folder, "readme");

      assertThat(running).containsOnlyKeys("shipper", "app");
    }
  }

  private Ran compose(String... arguments) {
    var command = new ArrayList<>(List.of("docker-compose", "-p", "logshipper-readme-test"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Ran(process.exitValue(), output);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(command.toString(), e);
    }
  }

  private record Ran(int exit, String output) {}
}
