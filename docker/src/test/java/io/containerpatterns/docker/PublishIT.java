package io.containerpatterns.docker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import io.containerpatterns.docker.Registry.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry holds after {@code docker/publish} of a small image. */
@Tag("image")
class PublishIT {
  private static final String NAME = "containerpatterns/example";
  private static final Path ROOT = Path.of(System.getProperty("containerpatterns.root"));
  private static final String VERSION = System.getProperty("containerpatterns.version");
  private static final String OURS =
      System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  private static final String OTHER = OURS.equals("arm64") ? "amd64" : "arm64";

  @TempDir Path folder;
  private Registry registry;
  private Path tar;

  @BeforeEach
  void start() throws Exception {
    registry = new Registry(folder);
    tar = folder.resolve("example-image.tar");
    Jib.fromScratch()
        .addLayer(List.of(Files.writeString(folder.resolve("one"), "1")), "/app")
        .addLayer(List.of(Files.writeString(folder.resolve("two"), "2")), "/app")
        .setPlatforms(Set.of(new Platform(OURS, "linux")))
        .setUser("65532:65532")
        .setEntrypoint("/opt/java/bin/java", "-jar", "/app/example.jar")
        .containerize(Containerizer.to(TarImage.at(tar).named("containerpatterns/example")));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void theVersionAndLatestAreOneListOverTheArchitectureBuilt() throws Exception {
    publish();

    var list = manifest(VERSION);
    assertThat(manifest("latest").bytes()).isEqualTo(list.bytes());
    assertThat(platforms(list)).containsExactly("linux/" + OURS);
    assertThat(list.json().at("/manifests/0/digest").asText())
        .isEqualTo(Registry.digest(manifest(VERSION + "-" + OURS).bytes()));
    assertThat(list.json().at("/manifests/0/size").asInt())
        .isEqualTo(manifest(VERSION + "-" + OURS).bytes().length);
  }

  @Test
  void theImageHasTheLayersAndTheUserOfTheTar() throws Exception {
    publish();

    var image = manifest(VERSION + "-" + OURS).json();
    var config = blob(image.at("/config/digest").asText());
    assertThat(config.at("/config/User").asText()).isEqualTo("65532:65532");
    assertThat(config.at("/config/Entrypoint/2").asText()).isEqualTo("/app/example.jar");
    assertThat(config.at("/rootfs/diff_ids")).isEqualTo(configOfTheTar().at("/rootfs/diff_ids"));
    assertThat(image.path("layers")).hasSize(config.at("/rootfs/diff_ids").size());
  }

  @Test
  void anArchitecturePushedEarlierFromAnotherMachineIsInTheList() throws Exception {
    publish();
    var earlier = manifest(VERSION + "-" + OURS);
    registry.store(NAME, VERSION + "-" + OTHER, earlier);

    publish();

    assertThat(platforms(manifest(VERSION))).containsExactly("linux/amd64", "linux/arm64");
  }

  @Test
  void aVariantStandsBesideItsImageUnderTheSameName() throws Exception {
    Path variant = folder.resolve("example-kafka-image.tar");
    Jib.from(TarImage.at(tar))
        .setPlatforms(Set.of(new Platform(OURS, "linux")))
        .containerize(
            Containerizer.to(TarImage.at(variant).named(NAME + ":" + VERSION + "-kafka")));
    tar = variant;

    publish();

    assertThat(platforms(manifest(VERSION + "-kafka"))).containsExactly("linux/" + OURS);
    assertThat(manifest("latest-kafka").bytes()).isEqualTo(manifest(VERSION + "-kafka").bytes());
    assertThat(registry.manifest(NAME, VERSION)).isNull();
  }

  private void publish() throws Exception {
    var process =
        new ProcessBuilder(
                ROOT.resolve("docker/publish").toString(), registry.address(), tar.toString())
            .redirectErrorStream(true)
            .start();
    try {
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private Manifest manifest(String tag) {
    return requireNonNull(registry.manifest(NAME, tag), tag);
  }

  private JsonNode blob(String digest) throws IOException {
    return new ObjectMapper().readTree(requireNonNull(registry.blob(digest), digest));
  }

  private JsonNode configOfTheTar() throws Exception {
    var process =
        new ProcessBuilder("tar", "-xOf", tar.toString(), "config.json")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new ObjectMapper().readTree(process.getInputStream());
  }

  private static List<String> platforms(Manifest list) throws IOException {
    var platforms = new ArrayList<String>();
    for (var image : list.json().path("manifests")) {
      platforms.add(
          image.at("/platform/os").asText() + "/" + image.at("/platform/architecture").asText());
    }
    return platforms;
  }
}
