package io.containerpatterns.logshipper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log shipper as its image runs it: a process of its own, in the heap that a pod gives it. */
final class ShipperProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final AtomicInteger LIVES = new AtomicInteger();

  private final String management;
  private final Path log;
  private final Process process;

  /**
   * What the lives of one shipper share.
   *
   * @param logs the folder of the files
   * @param state the folder of the checkpoint
   * @param lives the folder of what each life said
   */
  record Site(Path logs, Path state, Path lives, int managementPort) {
    static Site in(Path folder) throws IOException {
      Files.createDirectories(folder.resolve("state"));
      return in(folder, folder.resolve("state"));
    }

    static Site in(Path folder, Path state) throws IOException {
      try (ServerSocket management = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return new Site(
            Files.createDirectories(folder.resolve("logs")),
            state,
            Files.createDirectories(folder.resolve("lives")),
            management.getLocalPort());
      }
    }

    /** Starts one that ships there; {@code settings} are names and values in turn. */
    ShipperProcess start(String to, String... settings) throws IOException {
      return start(2, to, settings);
    }

    /** Starts one that is managed on 127.0.0.n. */
    ShipperProcess start(int n, String to, String... settings) throws IOException {
      return new ShipperProcess(this, n, to, settings);
    }
  }

  private ShipperProcess(Site site, int n, String to, String... settings) throws IOException {
    management = "127.0.0." + n + ":" + site.managementPort();
    log = site.lives().resolve("life-" + LIVES.incrementAndGet() + ".log");
    var environment = new HashMap<String, String>();
    environment.put("LOGSHIPPER_PATHS", site.logs() + "/*.log");
    environment.put("LOGSHIPPER_SHIP_TO", to);
    environment.put("LOGSHIPPER_STATE_DIR", site.state().toString());
    environment.put("LOGSHIPPER_RETRY_MIN", "20ms");
    environment.put("LOGSHIPPER_RETRY_MAX", "200ms");
    environment.put("LOGSHIPPER_BATCH_WAIT", "20ms");
    environment.put("LOGSHIPPER_EVENT_IDLE", "100ms");
    environment.put("LOGSHIPPER_DRAIN_QUIET", "200ms");
    environment.put("MANAGEMENT_LISTEN", management);
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    var builder =
        new ProcessBuilder(command()).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(LOGSHIPPER|MANAGEMENT)_.*"));
    builder.environment().putAll(environment);
    process = builder.start();
  }

  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-Xmx" + Integer.getInteger("shipper.heap.mib", 24) + "m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseCompactObjectHeaders",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }

  /** Waits until it is ready. */
  ShipperProcess ready() {
    Await.until(
        () -> "the shipper is ready\n" + log(),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the shipper has ended\n" + log());
          }
          return isReady();
        });
    return this;
  }

  private boolean isReady() {
    try {
      return get("/readyz").statusCode() == 200;
    } catch (UncheckedIOException notThere) {
      return false;
    }
  }

  /** What its management port answers. */
  HttpResponse<String> get(String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + management + path)).timeout(PATIENCE).build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(log(), e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** How every file stands, as {@code /status} says. */
  JsonNode status() {
    try {
      return JSON.readTree(get("/status").body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code /status} says that the store has not yet, of all files. */
  long lag() {
    long lag = 0;
    for (JsonNode file : status().path("files")) {
      for (JsonNode output : file.path("outputs")) {
        lag += output.path("lag").asLong();
      }
    }
    return lag;
  }

  /** The sum of all series of a metric; 0 when there is none. */
  double metric(String name) {
    double sum = 0;
    Matcher sample =
        Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? (\\S+)").matcher(get("/metrics").body());
    while (sample.find()) {
      sum += Double.parseDouble(sample.group(1));
    }
    return sum;
  }

  /** How many KiB of memory it has at the moment, in which everything is counted. */
  long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
        .findFirst()
        .orElseThrow();
  }

  /** How much time of a processor it has taken so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Sends a signal by its name, such as {@code STOP}. */
  void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("kill -" + name + " answered " + status);
    }
  }

  /** Sends SIGKILL and waits for the end. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Sends SIGTERM and waits for the end. */
  int terminate() throws InterruptedException {
    process.destroy();
    return exitCode();
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the shipper does not end\n" + log());
    }
    return process.exitValue();
  }

  /** What it has written so far. */
  String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of what it has written. */
  List<String> logLines() {
    return new ArrayList<>(log().lines().toList());
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
