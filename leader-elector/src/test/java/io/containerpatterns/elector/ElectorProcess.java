package io.containerpatterns.elector;

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
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * An elector as its image runs it: a process of its own, on an address of its own, with the ports
 * that all of them have.
 */
final class ElectorProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String host;
  private final Site site;
  private final Path log;
  private final Process process;

  /**
   * What the electors of one test share.
   *
   * @param folder for the leases, and for the logs
   * @param program what each of them is
   */
  record Site(Path folder, int port, int managementPort, Program program) {
    static Site in(Path folder) throws IOException {
      return in(folder, Program.CLASSES);
    }

    static Site in(Path folder, Program program) throws IOException {
      try (ServerSocket api = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket management = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return new Site(folder, api.getLocalPort(), management.getLocalPort(), program);
      }
    }

    /** Starts number {@code n} on 127.0.0.n; {@code settings} are names and values in turn. */
    ElectorProcess start(int n, String... settings) throws IOException {
      return new ElectorProcess(this, n, settings);
    }
  }

  private ElectorProcess(Site site, int n, String... settings) throws IOException {
    this.site = site;
    this.host = "127.0.0." + n;
    this.log = site.folder().resolve("elector-" + n + "-" + System.identityHashCode(this) + ".log");
    var environment = new HashMap<String, String>();
    environment.put("ELECTOR_STORE", "file");
    environment.put("ELECTOR_FILE_DIR", site.folder().resolve("leases").toString());
    environment.put("ELECTOR_ID", "replica-" + n);
    environment.put("ELECTOR_LISTEN", host + ":" + site.port());
    environment.put("MANAGEMENT_LISTEN", host + ":" + site.managementPort());
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    if (!"file".equals(environment.get("ELECTOR_STORE"))) {
      environment.remove("ELECTOR_FILE_DIR");
    }
    process = start(site.program(), environment, log);
  }

  /** Starts what the image starts, with nothing but {@code environment}. */
  static Process start(Map<String, String> environment, Path log, String... arguments)
      throws IOException {
    return start(Program.CLASSES, environment, log, arguments);
  }

  private static Process start(
      Program program, Map<String, String> environment, Path log, String... arguments)
      throws IOException {
    var command = new ArrayList<>(program.command());
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("ELECTOR_") || name.startsWith("MANAGEMENT_"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Host and port of its API. */
  String address() {
    return host + ":" + site.port();
  }

  /** Host and port of its management API. */
  String managementAddress() {
    return host + ":" + site.managementPort();
  }

  /** Waits until it is ready. */
  ElectorProcess ready() {
    Await.until(
        () -> host + " is ready\n" + log(),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError(host + " has ended\n" + log());
          }
          return status("http://" + host + ":" + site.managementPort() + "/readyz") == 200;
        });
    return this;
  }

  /** The fencing token, if it says that it leads. */
  OptionalLong token() {
    HttpResponse<String> answer = get("/leading");
    return answer.statusCode() == 200
        ? OptionalLong.of(Long.parseLong(answer.body().strip()))
        : OptionalLong.empty();
  }

  /** Whether it says that it leads; false, too, while it does not answer at all. */
  boolean leads() {
    return status("http://" + host + ":" + site.port() + "/leading") == 200;
  }

  /** Waits until it says that it leads; returns the token. */
  long awaitToken() {
    Await.until(() -> host + " leads\n" + log(), this::leads);
    return token().orElseThrow();
  }

  HttpResponse<String> get(String path) {
    return call(HttpRequest.newBuilder(URI.create("http://" + host + ":" + site.port() + path)));
  }

  HttpResponse<String> post(String path) {
    return call(
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + site.port() + path))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> management(String path) {
    return call(
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + site.managementPort() + path)));
  }

  private int status(String uri) {
    try {
      var request = HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(2)).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException notThere) {
      return 0;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> call(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(log(), e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
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

  /** Sends SIGTERM without the detour over another process, for those who measure what follows. */
  void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError(host + " does not end\n" + log());
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

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }
}
