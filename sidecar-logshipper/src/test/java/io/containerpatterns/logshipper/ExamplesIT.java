package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.docker.KubernetesApi;
import io.containerpatterns.docker.KubernetesSchema;
import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import io.containerpatterns.docker.PodManifest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of the repository does what its README says, in each of the forms that run without a
 * cluster.
 */
final class ExamplesIT {
  private static final Path EXAMPLE = Document.ROOT.resolve("examples/log-shipping");

  @TempDir Path folder;

  @Test
  void inTheQuickstartEveryOrderArrivesThoughStoreApplicationAndShipperDie() throws Exception {
    Ran ran =
        run(Map.of("STORE_PORT", freePort(), "MANAGEMENT_PORT", freePort()), "./quickstart.sh");

    assertThat(ran.exit()).as(ran.output()).isZero();
    assertThat(ran.output())
        .containsSubsequence(
            "The store goes away",
            "bytes are not acknowledged",
            "The shipper dies as well",
            "has crashed in the middle of a line",
            "dies once more in the middle of catching up",
            "the shipper ended with 0",
            "orders written",
            "missing in the store    0",
            "arrived whole");
  }

  @Test
  @Tag("image")
  void inComposeEveryOrderArrivesThoughStoreAndShipperWereAway() throws Exception {
    try {
      assertThat(compose("up", "-d").exit()).isZero();
      awaitArrived(1);

      assertThat(compose("stop", "-t", "1", "store").exit()).isZero();
      assertThat(compose("kill", "shipper").exit()).isZero();
      assertThat(compose("up", "-d").exit()).isZero();
      awaitArrived(1000);
      assertThat(compose("stop", "-t", "5", "app").exit()).isZero();
      assertThat(compose("stop", "shipper").exit()).isZero();

      Ran count =
          compose(
              "exec", "-T", "store", "sh", "/example/count.sh", "/logs", "/store/arrived.ndjson");
      assertThat(count.exit()).as(count.output() + compose("logs", "shipper").output()).isZero();
      assertThat(count.output()).contains("missing in the store    0");
      assertThat(compose("ps", "shipper").output()).contains("Exit 0");
    } finally {
      compose("down", "-v", "-t", "1");
    }
  }

  /** Waits until the store has more than so many lines. */
  private static void awaitArrived(int lines) {
    Await.until(
        () -> "more than " + lines + " lines:\n" + compose("logs", "shipper", "store").output(),
        () -> {
          Ran ran =
              compose("exec", "-T", "store", "/bin/busybox", "wc", "-l", "/store/arrived.ndjson");
          return ran.exit() == 0 && Long.parseLong(ran.output().strip().split(" ")[0]) > lines;
        });
  }

  @Test
  void theManifestFitsTheTypesOfACurrentKubernetes() throws Exception {
    PodManifest manifest = PodManifest.read(EXAMPLE.resolve("kubernetes.yaml"));

    assertThat(KubernetesSchema.problems(manifest.objects())).isEmpty();
  }

  @Test
  @Tag("kubernetes")
  void aRealApiServerStoresTheManifestAsItIsWritten() throws Exception {
    PodManifest manifest = PodManifest.read(EXAMPLE.resolve("kubernetes.yaml"));
    try (KubernetesApi api = KubernetesApi.start(folder)) {
      assertThat(api.problems(manifest.objects())).isEmpty();
    }
  }

  @Test
  @Tag("image")
  void thePodOfTheManifestShipsToItsStore() throws Exception {
    PodManifest manifest = PodManifest.read(EXAMPLE.resolve("kubernetes.yaml"));
    // Containers come here as user 65532.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (Pod pod = Pod.start("shop", manifest.probedPort("shipper"))) {
      Map<String, PodContainer> running = manifest.start(pod, folder, "shop-0");
      PodContainer shipper = Objects.requireNonNull(running.get("shipper"));
      Path arrived = folder.resolve("arrived/arrived.ndjson");

      Await.until(
          () -> "an order arrives:\n" + shipper.logs(),
          () -> text(arrived).contains("order 1 taken"));
      assertThat(text(arrived)).contains("\"app\":\"log-shipping-example\"");
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException notYet) {
      return "";
    }
  }

  private static String freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return String.valueOf(socket.getLocalPort());
    }
  }

  private static Ran compose(String... arguments) {
    var command = new ArrayList<>(List.of("docker-compose", "-p", "log-shipping-test"));
    command.addAll(List.of(arguments));
    return run(Map.of(), command.toArray(String[]::new));
  }

  private static Ran run(Map<String, String> environment, String... command) {
    var builder = new ProcessBuilder(command).directory(EXAMPLE.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
      return new Ran(process.exitValue(), output);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(String.join(" ", command), e);
    }
  }

  private record Ran(int exit, String output) {}
}
