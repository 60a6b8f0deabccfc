package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.http.RawClient;
import io.containerpatterns.docker.KubernetesSchema;
import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import io.containerpatterns.docker.PodManifest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the READMEs show to be copied into a compose file or a pod, and run from an image. */
@Tag("image")
final class ReadmeImageIT {
  private static final String VERSION = System.getProperty("containerpatterns.version");
  private static final String PROJECT = "readme-test";

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
            volumes: []
      """;

  private final YAMLMapper yaml = new YAMLMapper();
  @TempDir Path folder;

  @Test
  void theServicesOfTheComposeSnippetStartAndTheApplicationFindsItsElector() throws Exception {
    String snippet = Document.of("leader-elector/README.md").block("yaml", "services:");
    assertThat(snippet).contains("image: my/app", VERSION);
    Files.writeString(
        folder.resolve("compose.yaml"),
        snippet.replace(
            "image: my/app", "image: \"busybox:1.35\", command: [sleep, \"600\"], init: true"));
    try {
      Ran up = compose("up", "-d");
      assertThat(up.exit()).as(up.output()).isZero();

      Await.until(
          () -> "the application is told that it leads:\n" + compose("logs").output(),
          () ->
              compose(
                          "exec",
                          "-T",
                          "app",
                          "/bin/busybox",
                          "wget",
                          "-qO-",
                          "http://localhost:4040/leading")
                      .exit()
                  == 0);
    } finally {
      compose("down", "-v", "-t", "1");
    }
  }

  @ParameterizedTest
  @CsvSource({"README.md", "leader-elector/README.md"})
  void theSidecarOfThePodSnippetStartsAndIsKnownToACurrentKubernetes(String path) throws Exception {
    Path file = folder.resolve("pod.yaml");
    yaml.writeValue(file.toFile(), around(Document.of(path).block("yaml", "initContainers:")));
    PodManifest manifest = PodManifest.read(file);

    assertThat(KubernetesSchema.problems(manifest.objects())).isEmpty();
    try (Pod pod = Pod.start("readme", 9474)) {
      Map<String, PodContainer> running = manifest.start(pod, folder, "readme");

      assertThat(running).containsOnlyKeys("elector", "app");
      Await.until(() -> "it is ready:\n" + running, () -> isReady(pod.address(9474)));
    }
  }

  @Test
  void thePreStopHookOfTheRecipeDrains() throws Exception {
    JsonNode recipe =
        yaml.readTree(Document.of("leader-elector/README.md").block("yaml", "preStop:"));
    ObjectNode manifest = around("initContainers: []");
    ((ObjectNode) manifest.at("/spec/template/spec/containers/0"))
        .set("lifecycle", recipe.path("lifecycle"));
    var command = new ArrayList<String>();
    recipe.at("/lifecycle/preStop/exec/command").forEach(word -> command.add(word.asText()));

    assertThat(KubernetesSchema.problems(List.of(manifest))).isEmpty();
    try (ElectorPod elector = ElectorPod.start(folder, "ELECTOR_LEASE", "1s").leading()) {
      InetSocketAddress api = elector.address(4040);
      command.replaceAll(
          word -> word.replace("localhost:4040", api.getHostString() + ":" + api.getPort()));

      assertThat(run(command).output()).endsWith("{\"drained\":true}");
    }
  }

  @Test
  void theCommandThatShowsThatTheAotCacheIsUsedShowsIt() throws Exception {
    String command =
        Document.of("docker/README.md")
            .block("", "-XX:AOTMode=on")
            .replace("containerpatterns/leader-elector ", ElectorPod.IMAGE + " ");

    Ran ran = run(List.of("bash", "-c", command));

    assertThat(ran.exit()).as(ran.output()).isZero();
    assertThat(ran.output()).contains("leader-elector " + VERSION);
  }

  @Test
  void thePomOfANewImageIsThatOfThisOne() throws Exception {
    String pom = Files.readString(Path.of("pom.xml")).replaceAll("\\s+", "");
    String shown = Document.of("docker/README.md").block("xml", "<parent>").replaceAll("\\s+", "");

    for (String part : shown.split("<version>\\.\\.\\.</version>|(?=<properties>)")) {
      assertThat(pom).contains(part);
    }
  }

  /** The snippet in a pod, with a volume for each name that it mounts. */
  private ObjectNode around(String snippet) throws IOException {
    JsonNode shown = yaml.readTree(snippet);
    var manifest = (ObjectNode) yaml.readTree(AROUND);
    var spec = (ObjectNode) manifest.at("/spec/template/spec");
    spec.setAll((ObjectNode) (shown.has("spec") ? shown.path("spec") : shown));
    var names = new TreeSet<String>();
    for (JsonNode mounts : shown.findValues("volumeMounts")) {
      mounts.forEach(mount -> names.add(mount.path("name").asText()));
    }
    for (String name : names) {
      spec.withArray("volumes").addObject().put("name", name).putObject("emptyDir");
    }
    return manifest;
  }

  private static boolean isReady(URI address) {
    try (RawClient client =
        RawClient.to(new InetSocketAddress(address.getHost(), address.getPort()))) {
      return client.get("/readyz").status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private Ran compose(String... arguments) {
    var command = new ArrayList<>(List.of("docker-compose", "-p", PROJECT));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private Ran run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Ran(process.exitValue(), output.strip());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(command.toString(), e);
    }
  }

  private record Ran(int exit, String output) {}
}
