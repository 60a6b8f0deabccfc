package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three pods, in each an application that asks every few milliseconds and an elector in 64 MiB,
 * sharing one folder: what happens to them when electors are killed, stopped and ended, and that no
 * two applications ever believe to lead at one instant.
 */
@Tag("image")
class LeaderElectorPodIT {
  private static final String IMAGE =
      "containerpatterns/leader-elector:" + System.getProperty("containerpatterns.version");
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final Duration LEASE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  @TempDir Path folder;

  @BeforeEach
  void startThreePods() throws IOException {
    Files.createDirectory(folder.resolve("leases"));
    Files.createDirectory(folder.resolve("notes"));
    // Containers write here as user 65532.
    for (String name : List.of("", "leases", "notes")) {
      Files.setPosixFilePermissions(
          folder.resolve(name), PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    for (String name : List.of("a", "b", "c")) {
      nodes.put(name, new Node(name));
    }
  }

  @AfterEach
  void endThem() {
    nodes.values().forEach(Node::close);
  }

  @Test
  void noTwoApplicationsEverBelieveToLeadWhateverHappensToTheElectors() throws Exception {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    System.out.println("seed " + seed + "; replay with -Dcontainerpatterns.seed=" + seed);
    var random = new Random(seed);
    var deeds = new ArrayList<>(List.of("KILL", "STOP", "TERM", "KILL", "STOP", "TERM"));
    for (int i = 0; LONG && i < 100; i++) {
      deeds.add(List.of("KILL", "STOP", "TERM").get(random.nextInt(3)));
    }

    var handOvers = new ArrayList<String>();
    for (String deed : deeds) {
      Node leader = awaitLeader();
      long since = System.nanoTime();
      switch (deed) {
        case "KILL" -> leader.elector.signal("KILL");
        case "STOP" -> leader.elector.signal("STOP");
        default -> leader.elector.signal("TERM");
      }
      awaitLeaderOtherThan(leader);
      handOvers.add(deed + " " + (System.nanoTime() - since) / 1_000_000 + " ms");
      if (deed.equals("STOP")) {
        leader.elector.signal("CONT");
        assertThat(leader.status())
            .as("the first answer after the stop")
            .contains("\"leader\":false");
      } else {
        assertThat(leader.elector.awaitExit()).isEqualTo(deed.equals("TERM") ? 0 : 137);
        leader.elector.startAgain();
      }
    }

    System.out.println(handOvers);
    nodes.values().forEach(node -> assertThat(node.elector.wasOutOfMemory()).isFalse());
    var beliefs = Beliefs.read(notes());
    assertThat(beliefs.overlaps()).isEmpty();
    assertThat(beliefs.terms()).hasSizeGreaterThan(deeds.size());
    assertThat(beliefs.terms().stream().map(Map.Entry::getKey).toList())
        .as("tokens only grow, and each has one holder")
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void probesAndMetricsAnswerAtThePodsAddressAndTheRestDoesNot() throws Exception {
    URI pod = URI.create("http://" + awaitLeader().pod.ip() + ":9474");

    assertThat(get(pod.resolve("/livez"), Map.of()).statusCode()).isEqualTo(200);
    assertThat(get(pod.resolve("/readyz"), Map.of()).statusCode()).isEqualTo(200);
    assertThat(get(pod.resolve("/metrics"), Map.of()).body()).contains("elector_leader{");
    assertThat(get(pod.resolve("/config"), Map.of()).statusCode())
        .as("no loopback peer, no token")
        .isEqualTo(403);
  }

  @Test
  void anElectorIsReadyWhoeverLeads() throws Exception {
    Node leader = awaitLeader();

    for (Node node : nodes.values()) {
      node.awaitReady();
    }
    assertThat(leader.leads()).isTrue();
  }

  private Map<String, Path> notes() {
    var notes = new LinkedHashMap<String, Path>();
    nodes.keySet().forEach(name -> notes.put(name, folder.resolve("notes").resolve(name)));
    return notes;
  }

  private Node awaitLeader() throws InterruptedException {
    return awaitLeaderOtherThan(null);
  }

  private Node awaitLeaderOtherThan(@Nullable Node former) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      for (Node node : nodes.values()) {
        if (!node.equals(former) && node.leads()) {
          return node;
        }
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError(
        "nobody leads after "
            + PATIENCE
            + ":\n"
            + nodes.values().stream().map(n -> n.elector.logs()).toList());
  }

  private HttpResponse<String> get(URI uri, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5));
    headers.forEach(request::header);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A pod with an application and an elector. */
  private final class Node implements AutoCloseable {
    final Pod pod;
    final PodContainer elector;

    Node(String name) {
      String classes = Path.of("target", "test-classes").toAbsolutePath().toString();
      pod = Pod.start(name, 9474, 4040);
      pod.container(IMAGE)
          .program("/opt/java/bin/java")
          .arguments(
              "-Xmx16m",
              "-cp",
              "/classes",
              "io.containerpatterns.elector.BeliefPoller",
              "/notes/" + name)
          .mountReadOnly(classes, "/classes")
          .mount(folder.resolve("notes").toString(), "/notes")
          .start();
      elector =
          pod.container(IMAGE)
              .env("ELECTOR_STORE", "file")
              .env("ELECTOR_FILE_DIR", "/state")
              .env("ELECTOR_ID", name)
              .env("ELECTOR_LEASE", LEASE.toMillis() + "ms")
              .env("ELECTOR_HOOK_LOST", "http://localhost:8080/lost")
              // Published, so that the test may ask as well.
              .env("ELECTOR_LISTEN", "0.0.0.0:4040")
              .mount(folder.resolve("leases").toString(), "/state")
              .memoryMiB(64)
              .start();
    }

    boolean leads() throws InterruptedException {
      try {
        return get(pod.address(4040).resolve("/leading"), Map.of()).statusCode() == 200;
      } catch (IOException notThere) {
        return false;
      }
    }

    void awaitReady() throws InterruptedException {
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < until) {
        try {
          if (get(pod.address(9474).resolve("/readyz"), Map.of()).body().startsWith("ok")) {
            return;
          }
        } catch (IOException notYet) {
          // Asked again below.
        }
        LockSupport.parkNanos(20_000_000);
      }
      throw new AssertionError("not ready after " + PATIENCE + ":\n" + elector.logs());
    }

    String status() throws IOException, InterruptedException {
      return get(pod.address(4040).resolve("/status"), Map.of()).body();
    }

    @Override
    public void close() {
      pod.close();
    }
  }
}
