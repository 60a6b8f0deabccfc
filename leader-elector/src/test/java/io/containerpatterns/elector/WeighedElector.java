package io.containerpatterns.elector;

import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An elector of many elections as its image runs it: in a container of 64 MiB without swap, on the
 * network of this machine, where the servers of the tests are.
 */
final class WeighedElector implements AutoCloseable {
  private static final int LIMIT_MIB = 64;
  private static final String IMAGE =
      System.getProperty(
          "containerpatterns.image",
          "containerpatterns/leader-elector:" + System.getProperty("containerpatterns.version"));
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Pod pod;
  private final PodContainer container;
  private final int elections;
  private final int port;

  private WeighedElector(Pod pod, PodContainer container, int elections, int port) {
    this.pod = pod;
    this.container = container;
    this.elections = elections;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param settings of the store, names and values in turn; files are mounted, and leases as files
   *     have a volume
   */
  static WeighedElector start(Path folder, int elections, String... settings) throws IOException {
    var site = ElectorProcess.Site.in(folder);
    Pod pod = Pod.start("weighed");
    try {
      PodContainer container =
          pod.container(IMAGE)
              .onHostNetwork()
              .memoryMiB(LIMIT_MIB)
              .env("ELECTOR_ID", "weighed")
              .env("ELECTOR_NAMES", "e-[0-" + (elections - 1) + "]")
              .env("ELECTOR_LISTEN", "127.0.0.1:" + site.port())
              .env("MANAGEMENT_LISTEN", "127.0.0.1:" + site.managementPort());
      for (int i = 0; i < settings.length; i += 2) {
        String value = settings[i + 1];
        if (settings[i].equals("ELECTOR_FILE_DIR") && !value.isEmpty()) {
          value = "/state";
          container.mount("leases-" + UUID.randomUUID(), value);
        } else if (value.startsWith("/") && Files.isRegularFile(Path.of(value))) {
          container.mountReadOnly(value, value);
        }
        if (!value.isEmpty()) {
          container.env(settings[i], value);
        }
      }
      return new WeighedElector(pod, container.start(), elections, site.managementPort());
    } catch (RuntimeException e) {
      pod.close();
      throw e;
    }
  }

  /** How long it took until it led all of them; null when it did not within {@code most}. */
  @Nullable Duration awaitAll(Duration most) throws InterruptedException {
    long from = System.nanoTime();
    while (System.nanoTime() - from < most.toNanos() && container.isRunning()) {
      if (leading() == elections) {
        return Duration.ofNanos(System.nanoTime() - from);
      }
      LockSupport.parkNanos(500_000_000);
    }
    return null;
  }

  /** How many elections it leads, by its metrics; 0 while it does not answer. */
  long leading() throws InterruptedException {
    return metrics().stream()
        .filter(line -> line.startsWith("elector_leader{") && line.endsWith(" 1.0"))
        .count();
  }

  /** How many terms have ended, for whatever reason. */
  long lost() throws InterruptedException {
    return metrics().stream()
        .filter(line -> line.startsWith("elector_transitions_total{"))
        .filter(line -> !line.contains("\"acquired\""))
        .mapToLong(WeighedElector::value)
        .sum();
  }

  /** Requests to the store so far. */
  long requests() throws InterruptedException {
    return metrics().stream()
        .filter(line -> line.startsWith("elector_network_messages_total{"))
        .filter(line -> line.contains("side=\"upstream\"") && line.contains("direction=\"out\""))
        .mapToLong(WeighedElector::value)
        .sum();
  }

  private static long value(String line) {
    return (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  private List<String> metrics() throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body().lines().toList();
    } catch (IOException notNow) {
      return List.of();
    }
  }

  /** Why it ended; empty while it runs. */
  String end() {
    if (container.isRunning()) {
      return "";
    }
    String last = container.logs().strip();
    return (container.wasOutOfMemory() ? "killed at its limit: " : "ended: ")
        + last.substring(last.lastIndexOf('\n') + 1);
  }

  /** A line of {@code /proc/PID/status}, such as {@code VmRSS}, in MiB. */
  double statusMiB(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + container.pid() + "/status")).stream()
        .filter(line -> line.startsWith(key + ":"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .sum();
  }

  /** What is charged to the container, pages of files included. */
  double cgroupMiB() throws IOException {
    for (String place :
        List.of(
            "/sys/fs/cgroup/memory/docker/%s/memory.usage_in_bytes",
            "/sys/fs/cgroup/docker/%s/memory.current",
            "/sys/fs/cgroup/system.slice/docker-%s.scope/memory.current")) {
      Path file = Path.of(place.formatted(container.id()));
      if (Files.exists(file)) {
        return Double.parseDouble(Files.readString(file).strip()) / (1 << 20);
      }
    }
    return Double.NaN;
  }

  String logs() {
    return container.logs();
  }

  @Override
  public void close() {
    pod.close();
  }
}
