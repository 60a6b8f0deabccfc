package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.docker.Pod;
import io.containerpatterns.docker.PodContainer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the image promises in a pod: beside an application that knows nothing of it, as a user
 * without rights, in little memory.
 */
@Tag("image")
final class SidecarLogshipperImageIT {
  private static final String IMAGE =
      "containerpatterns/sidecar-logshipper:" + System.getProperty("containerpatterns.version");
  private static final int MANAGEMENT = 9471;
  private static final int STORE = 8080;
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final Duration PATIENCE = Duration.ofSeconds(LONG ? 300 : 60);

  /** The cache of JDK 25 holds neither a switch over patterns nor a lambda of such an interface. */
  private static final Pattern KNOWN_OUTSIDE =
      Pattern.compile(
          "\\.(Follower|EntryFormat|Ledger|Dispatch)\\$\\$TypeSwitch\\b|\\.Stage\\$\\$Lambda\\b");

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir Path logs;
  @TempDir Path out;

  @BeforeEach
  void foldersAreOpenToEverybodyAsTheKubeletMakesThem() throws IOException {
    for (Path folder : List.of(logs, out)) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  @Test
  void theAotCacheIsUsed() {
    try (Pod pod = Pod.start("aot")) {
      // With "on" a cache that does not fit is an error, where it is silently left aside otherwise.
      PodContainer version =
          pod.container(IMAGE)
              .env("JDK_JAVA_OPTIONS", "-XX:AOTMode=on")
              .arguments("--version")
              .start();

      assertThat(version.awaitExit()).as(version.logs()).isZero();
      assertThat(version.logs()).contains("sidecar-logshipper ");
    }
  }

  @Test
  void itIsTrainedInShippingAndNotOnlyInStarting() throws Exception {
    try (Pod pod = Pod.start("trained", MANAGEMENT, STORE)) {
      store(pod);
      Files.writeString(logs.resolve("app.log"), "INFO order 1 taken\n");
      PodContainer shipper =
          shipper(pod, "http://127.0.0.1:8080/a")
              .env("JDK_JAVA_OPTIONS", "-Xlog:class+load")
              .start();
      awaitStore(pod, shipper, "/a lines=1 distinct=1\n");

      List<String> outside =
          shipper
              .logs()
              .lines()
              .filter(line -> line.contains("[class,load]") && line.contains(" source: "))
              .filter(line -> !line.contains("shared objects file"))
              .map(line ->
                  line.replaceFirst(".*\\[class,load] ", "").replaceFirst(" source: .*", ""))
              .filter(type -> type.startsWith("io.containerpatterns"))
              .filter(type -> !KNOWN_OUTSIDE.matcher(type).find())
              .toList();

      assertThat(shipper.logs()).contains("source: shared objects file");
      assertThat(outside).as("see docker/README.md, \"The AOT cache\"").isEmpty();
    }
  }

  @Test
  void besideAnUnchangedApplicationItShipsEveryLineAndEndsCleanly() throws Exception {
    try (Pod pod = Pod.start("shop", MANAGEMENT, STORE)) {
      store(pod);
      PodContainer shipper = shipper(pod, "http://127.0.0.1:8080/a").memoryMiB(64).start();
      application(
          pod, "i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo \"INFO order $i taken\"; done");
      awaitStore(pod, shipper, "/a lines=500 distinct=500\n");
      application(pod, "printf 'INFO order 501 has no line end'");

      shipper.signal("TERM");

      assertThat(shipper.awaitExit()).as(shipper.logs()).isZero();
      assertThat(get(pod, STORE, "/")).isEqualTo("/a lines=501 distinct=501\n");
    }
  }

  /** Writes into the log what {@code script} prints. */
  private void application(Pod pod, String script) {
    PodContainer application =
        pod.container("busybox:1.35")
            .program("/bin/sh")
            .arguments("-c", "{ " + script + "; } >>/logs/app.log")
            .mount(logs.toString(), "/logs")
            .start();
    assertThat(application.awaitExit()).as(application.logs()).isZero();
  }

  @Test
  void startedAgainItGoesOnWhereTheStoreHadGotThoughTheFileWasRenamed() throws Exception {
    try (Pod pod = Pod.start("again", MANAGEMENT, STORE)) {
      store(pod);
      Files.writeString(logs.resolve("app.log"), "INFO order 1 taken\n");
      PodContainer shipper = shipper(pod, "http://127.0.0.1:8080/a").start();
      awaitStore(pod, shipper, "/a lines=1 distinct=1\n");
      shipper.signal("TERM");
      assertThat(shipper.awaitExit()).isZero();
      Files.move(logs.resolve("app.log"), logs.resolve("app.log.1"));
      Files.writeString(logs.resolve("app.log"), "INFO order 2 taken\n");

      shipper.startAgain();

      awaitStore(pod, shipper, "/a lines=2 distinct=2\n");
    }
  }

  @Test
  void withoutWhatItNeedsItEndsWithAnExample() {
    try (Pod pod = Pod.start("none")) {
      PodContainer shipper = pod.container(IMAGE).start();

      assertThat(shipper.awaitExit()).isEqualTo(78);
      assertThat(shipper.logs())
          .contains("LOGSHIPPER_PATHS", "LOGSHIPPER_SHIP_TO", "LOGSHIPPER_PATHS=/logs/*.log");
    }
  }

  @Test
  void thereIsNoShell() {
    try (Pod pod = Pod.start("shell")) {
      PodContainer shell = pod.container(IMAGE).program("/bin/sh");

      assertThatThrownBy(shell::start).hasMessageContaining("/bin/sh");
    }
  }

  @Test
  void theHealthCheckWorksWithoutAShell() {
    try (Pod pod = Pod.start("wait", MANAGEMENT)) {
      shipper(pod, "file:/out/all.ndjson").start();
      PodContainer wait = pod.container(IMAGE).arguments("wait", "--timeout", "30s").start();

      assertThat(wait.awaitExit()).as(wait.logs()).isZero();
    }
  }

  @Test
  void aProfileCanBeRecordedIn64MiB() {
    try (Pod pod = Pod.start("profile", MANAGEMENT)) {
      PodContainer shipper =
          shipper(pod, "file:/out/all.ndjson")
              .mount("tmp-" + UUID.randomUUID(), "/tmp")
              .memoryMiB(64)
              .start();
      PodContainer wait = pod.container(IMAGE).arguments("wait", "--timeout", "30s").start();
      assertThat(wait.awaitExit()).as(wait.logs()).isZero();
      // From within the pod: writes need a peer on loopback.
      PodContainer client =
          pod.container("busybox:1.35")
              .program("/bin/busybox")
              .arguments(
                  "sh",
                  "-c",
                  "wget -q -O - --header 'Content-Type: application/json'"
                      + " --post-data '{\"kind\":\"cpu\",\"seconds\":2}'"
                      + " http://localhost:9471/profile | head -c 4")
              .start();

      assertThat(client.awaitExit()).as(client.logs() + shipper.logs()).isZero();
      assertThat(client.logs()).startsWith("FLR\0");
      assertThat(shipper.wasOutOfMemory()).isFalse();
    }
  }

  @Test
  void threeOutputsIdleFilesAndABusyOneFitInto64MiB() throws Exception {
    threeOutputsFitInto64MiB(200);
  }

  @Tag("long")
  @Test
  void threeOutputsAndTenThousandIdleFilesFitInto64MiB() throws Exception {
    threeOutputsFitInto64MiB(10_000);
  }

  private void threeOutputsFitInto64MiB(int idle) throws Exception {
    int seconds = LONG ? 120 : 5;
    for (int i = 0; i < idle; i++) {
      Files.writeString(logs.resolve("idle-" + i + ".log"), "an old line of file " + i + "\n");
    }
    try (Pod pod = Pod.start("small", MANAGEMENT, STORE)) {
      store(pod);
      PodContainer shipper =
          shipper(
                  pod,
                  "http://127.0.0.1:8080/a,file:/out/all.ndjson,"
                      + "http://127.0.0.1:8080/b?compression=zstd")
              .memoryMiB(64)
              .start();

      int written = write(logs.resolve("busy.log"), seconds);

      String all = "lines=" + (idle + written) + " distinct=" + written + "\n";
      awaitStore(pod, shipper, "/a " + all + "/b " + all);
      Await.until(
          () -> "the file has every line; " + tail(shipper.logs()),
          () -> lines(out.resolve("all.ndjson")) == idle + written);
      assertThat(shipper.wasOutOfMemory()).isFalse();
      assertThat(shipper.isRunning()).as(shipper.logs()).isTrue();
      System.out.println(
          "lines=" + written + " peakMiB=" + peakMiB(shipper) + " " + memory(shipper));
    }
  }

  /** Five thousand lines of a hundred bytes a hundredth of a second at a time. */
  private static int write(Path file, int seconds) throws IOException {
    String rest = " taken " + "x".repeat(70) + "\n";
    int number = 0;
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      long begun = System.nanoTime();
      for (int step = 1; step <= 100 * seconds; step++) {
        for (int i = 0; i < 500; i++) {
          writer.append("INFO order ").append(String.valueOf(++number)).append(rest);
        }
        writer.flush();
        LockSupport.parkNanos(begun + step * 10_000_000L - System.nanoTime());
      }
    }
    return number;
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The most that its control group ever had, or -1 where the kernel does not tell. */
  private static long peakMiB(PodContainer shipper) throws IOException {
    String line = Files.readString(Path.of("/proc/" + shipper.pid() + "/cgroup"));
    String path = line.substring(line.lastIndexOf(':') + 1).strip();
    Path peak = Path.of("/sys/fs/cgroup" + path + "/memory.peak");
    return Files.exists(peak) ? Long.parseLong(Files.readString(peak).strip()) >> 20 : -1;
  }

  private static List<String> memory(PodContainer shipper) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + shipper.pid() + "/status")).stream()
        .filter(line -> line.startsWith("Rss") || line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\s+", " "))
        .toList();
  }

  private static void store(Pod pod) {
    pod.container(IMAGE)
        .program("/opt/java/bin/java")
        .arguments(
            "-cp", "/classes:/app/libs/*", NumberedStore.class.getName(), String.valueOf(STORE))
        .mountReadOnly(Path.of("target", "test-classes").toAbsolutePath().toString(), "/classes")
        .start();
  }

  private PodContainer shipper(Pod pod, String destinations) {
    return pod.container(IMAGE)
        .env("LOGSHIPPER_PATHS", "/logs/*.log")
        .env("LOGSHIPPER_SHIP_TO", destinations)
        .mount("state-" + UUID.randomUUID(), "/state")
        .mount(out.toString(), "/out")
        .mountReadOnly(logs.toString(), "/logs");
  }

  private void awaitStore(Pod pod, PodContainer shipper, String expected) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    String told = "";
    while (System.nanoTime() < until && shipper.isRunning()) {
      told = get(pod, STORE, "/");
      if (told.equals(expected)) {
        return;
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError(
        "the store was told " + told + " and not " + expected + ":\n" + tail(shipper.logs()));
  }

  private static String tail(String logs) {
    return logs.substring(Math.max(0, logs.length() - 10_000));
  }

  private String get(Pod pod, int port, String path) {
    URI uri = pod.address(port).resolve(path);
    try {
      return http.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notYet) {
      return notYet.toString();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
