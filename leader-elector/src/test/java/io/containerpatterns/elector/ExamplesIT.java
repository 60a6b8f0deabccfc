package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.docker.KubernetesApi;
import io.containerpatterns.docker.KubernetesSchema;
import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import io.containerpatterns.docker.PodManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The example of the repository does what its README says, in each of the forms that run without a
 * cluster.
 */
class ExamplesIT {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("containerpatterns.root"), "examples", "leader-election");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern BOOKED = Pattern.compile("token (\\d+): app-(\\d) booked entry");

  @TempDir Path folder;

  @Test
  void theQuickstartShowsAKillAHandOverAndARefusedStaleLeader() throws Exception {
    Ran ran = run("./quickstart.sh");

    assertThat(ran.exit()).as(ran.output()).isZero();
    assertThat(ran.output())
        .containsSubsequence(
            "The leader's elector and application die: kill -9",
            "leads with token",
            "A graceful hand-over",
            "\"released\":true",
            "leads with token",
            "freezes for longer than its lease",
            "-> 503",
            "REFUSED token",
            "The ledger: tokens only grow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose-etcd.yaml"})
  @Tag("image")
  void inComposeAnotherReplicaGoesOnWithAHigherTokenWhenAnElectorIsKilled(String file)
      throws Exception {
    try {
      Ran up = compose(file, "up", "-d");
      assertThat(up.exit()).as(up.output()).isZero();
      MatchResult first = awaitBooking(file, 0, "0");

      assertThat(compose(file, "kill", "elector-" + first.group(2)).exit()).isZero();

      MatchResult next = awaitBooking(file, Long.parseLong(first.group(1)), first.group(2));
      assertThat(next.group(2)).isNotEqualTo(first.group(2));
    } finally {
      compose(file, "down", "-v", "-t", "1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kubernetes.yaml",
        "kubernetes-lease.yaml",
        "kubernetes-plain.yaml",
        "statefulset.yaml"
      })
  void theManifestFitsTheTypesOfACurrentKubernetes(String file) throws Exception {
    PodManifest manifest = PodManifest.read(EXAMPLE.resolve(file));

    assertThat(KubernetesSchema.problems(manifest.objects())).isEmpty();
  }

  @Test
  @Tag("kubernetes")
  void aRealApiServerStoresTheManifestsAsTheyAreWritten() throws Exception {
    try (KubernetesApi api = KubernetesApi.start(folder)) {
      for (String file :
          List.of(
              "kubernetes.yaml",
              "kubernetes-lease.yaml",
              "kubernetes-plain.yaml",
              "statefulset.yaml")) {
        PodManifest manifest = PodManifest.read(EXAMPLE.resolve(file));
        assertThat(api.problems(manifest.objects())).as(file).isEmpty();
      }
    }
  }

  @Test
  @Tag("image")
  void thePodsOfTheManifestElectOneThatWorks() throws Exception {
    PodManifest manifest = PodManifest.read(EXAMPLE.resolve("kubernetes.yaml"));
    // Containers come here as user 65532.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    int management = manifest.probedPort("elector");
    try (Pod one = Pod.start("one", management);
        Pod two = Pod.start("two", management)) {
      Map<String, PodContainer> here = manifest.start(one, folder, "one");
      Map<String, PodContainer> there = manifest.start(two, folder, "two");
      PodContainer first = Objects.requireNonNull(here.get("app"));
      PodContainer second = Objects.requireNonNull(there.get("app"));

      Await.until(
          () -> "one of two works:\n" + logs(here) + logs(there),
          () -> (first.logs() + second.logs()).contains(" works"));
      assertThat(List.of(first.logs().contains(" works"), second.logs().contains(" works")))
          .containsExactlyInAnyOrder(true, false);
    }
  }

  private static String logs(Map<String, PodContainer> containers) {
    var text = new StringBuilder();
    containers.forEach((name, each) -> text.append(name).append(":\n").append(each.logs()));
    return text.toString();
  }

  /** The first booking with a higher token than {@code token}, by another replica. */
  private static MatchResult awaitBooking(String file, long token, String replica)
      throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    String logs = "";
    while (System.nanoTime() < until) {
      logs = compose(file, "logs", "--no-color", "app-1", "app-2", "app-3").output();
      List<MatchResult> found =
          BOOKED
              .matcher(logs)
              .results()
              .filter(booked ->
                  Long.parseLong(booked.group(1)) > token && !booked.group(2).equals(replica))
              .toList();
      if (!found.isEmpty()) {
        return found.getFirst();
      }
      LockSupport.parkNanos(100_000_000);
    }
    throw new AssertionError("nobody booked with a token above " + token + ":\n" + logs);
  }

  private static Ran compose(String file, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("docker-compose", "-f", file, "-p", "example-test"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private static Ran run(String... command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(EXAMPLE.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // Made from Debian's package by docker/test-images; the example names the one of its makers.
    builder.environment().put("ETCD_IMAGE", "containerpatterns-test/etcd");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), output);
  }

  private record Ran(int exit, String output) {}
}
