package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the image with Kafka has that the other one has not, and what it may weigh. */
@Tag("image")
final class SidecarLogshipperKafkaImageIT {
  private static final String VERSION = System.getProperty("containerpatterns.version");
  private static final String IMAGE = "containerpatterns/sidecar-logshipper:" + VERSION + "-kafka";
  private static final long COMPRESSED_MAX = 65_000_000;
  private static final int MEMORY_MIB = 96;
  private static final int LINES = 100_000;

  @TempDir Path folder;

  @Test
  void compressedItHasAtMost65Megabytes() throws Exception {
    // The layers lie in it as a registry stores them.
    Path tar = Path.of("target", "sidecar-logshipper-kafka-image.tar");

    System.out.println("compressed MB: " + Files.size(tar) / 1e6);

    assertThat(Files.size(tar)).isLessThanOrEqualTo(COMPRESSED_MAX);
  }

  @Test
  void theAotCacheIsUsed() {
    try (Pod pod = Pod.start("aot")) {
      PodContainer version =
          pod.container(IMAGE)
              .env("JDK_JAVA_OPTIONS", "-XX:AOTMode=on")
              .arguments("--version")
              .start();

      assertThat(version.awaitExit()).as(version.logs()).isZero();
    }
  }

  @Test
  void aLoadOfLinesReachesTheBrokerInLittleMemoryAndEveryLineOfItsLogIsJson() throws Exception {
    int management = Broker.freePort();
    try (var broker = new Broker(folder);
        var app = new LogWriter(open("logs"), "app");
        Pod pod = Pod.start("shop")) {
      broker.topic("logs", 4);
      PodContainer shipper =
          pod.container(IMAGE)
              .env("LOGSHIPPER_PATHS", "/logs/*.log")
              .env(
                  "LOGSHIPPER_SHIP_TO",
                  "kafka://" + broker.address() + "/logs?hostname=shop-0&compression=gzip")
              .env("MANAGEMENT_LISTEN", "127.0.0.1:" + management)
              .env("LOG_FORMAT", "json")
              .mount("state-" + UUID.randomUUID(), "/state")
              .mountReadOnly(folder.resolve("logs").toString(), "/logs")
              .onHostNetwork()
              .memoryMiB(MEMORY_MIB)
              .start();
      app.write(1);
      broker.await("logs", 1, () -> "the first line\n" + shipper.logs());
      System.out.println("idle: " + memory(shipper));

      app.write(LINES - 1);
      broker.await("logs", LINES, () -> "all lines\n" + shipper.logs());
      System.out.println("after " + LINES + " lines: " + memory(shipper));
      shipper.signal("TERM");

      assertThat(shipper.awaitExit()).as(shipper.logs()).isZero();
      assertThat(shipper.wasOutOfMemory()).isFalse();
      assertThat(shipper.logs().lines()).allMatch(line -> line.startsWith("{\"time\":"));
      assertThat(broker.records("logs").stream().map(Broker.Stored::text))
          .containsExactlyElementsOf(lines(app));
    }
  }

  private static List<String> lines(LogWriter app) {
    return IntStream.range(0, app.lines())
        .mapToObj(number -> LogWriter.line(app.name(), number))
        .toList();
  }

  /** As the kubelet makes it, open to everybody. */
  private Path open(String name) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private static List<String> memory(PodContainer shipper) throws IOException {
    Path status = Path.of("/proc/" + shipper.pid() + "/status");
    return Files.readAllLines(status, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("Rss") || line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\s+", " "))
        .toList();
  }
}
