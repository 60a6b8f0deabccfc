package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.docker.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A member of an etcd cluster: the server of Debian's package, a process on loopback with ports and
 * a folder of its own, which it keeps when it is started again.
 */
public final class EtcdServer implements AutoCloseable {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path folder;
  private final String name;
  private final List<String> arguments;
  private final int port;
  private final boolean tls;
  private Process process;

  private EtcdServer(Path folder, String name, List<String> arguments, int port, boolean tls)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.name = name;
    this.arguments = arguments;
    this.port = port;
    this.tls = tls;
    this.process = launch();
  }

  /** One alone, plain. */
  public static EtcdServer start(Path folder) throws IOException, InterruptedException {
    EtcdServer only = cluster(folder, 1).getFirst();
    only.awaitHealth();
    return only;
  }

  /** One alone that asks for certificates which {@code authority} signed, with its own. */
  static EtcdServer startTls(Path folder, Path authority, Path certificate, Path key)
      throws IOException, InterruptedException {
    int[] ports = freePorts(2);
    var arguments =
        new ArrayList<>(
            arguments(folder, "m0", ports[0], ports[1], "m0=http://127.0.0.1:" + ports[1], true));
    arguments.addAll(
        List.of(
            "--client-cert-auth",
            "--trusted-ca-file=" + authority,
            "--cert-file=" + certificate,
            "--key-file=" + key));
    var server = new EtcdServer(folder, "m0", arguments, ports[0], true);
    server.awaitPort();
    return server;
  }

  /** Several that are one cluster. */
  public static List<EtcdServer> cluster(Path folder, int members)
      throws IOException, InterruptedException {
    int[] ports = freePorts(2 * members);
    String peers =
        IntStream.range(0, members)
            .mapToObj(i -> "m" + i + "=http://127.0.0.1:" + ports[members + i])
            .collect(Collectors.joining(","));
    var cluster = new ArrayList<EtcdServer>();
    for (int i = 0; i < members; i++) {
      String name = "m" + i;
      cluster.add(
          new EtcdServer(
              folder,
              name,
              arguments(folder, name, ports[i], ports[members + i], peers, false),
              ports[i],
              false));
    }
    return cluster;
  }

  private static List<String> arguments(
      Path folder, String name, int clientPort, int peerPort, String peers, boolean tls) {
    String client = (tls ? "https" : "http") + "://127.0.0.1:" + clientPort;
    String peer = "http://127.0.0.1:" + peerPort;
    return List.of(
        "--name=" + name,
        "--data-dir=" + folder.resolve(name),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=" + peers,
        "--heartbeat-interval=50",
        "--election-timeout=500",
        "--log-level=warn");
  }

  public URI endpoint() {
    return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port);
  }

  int port() {
    return port;
  }

  /** Ends it as a system does, or at once. */
  void stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(20, SECONDS)).isTrue();
  }

  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(20, SECONDS)).isTrue();
  }

  /** Starts it again where it was, and does not wait for it: a member alone never is healthy. */
  public void begin() throws IOException, InterruptedException {
    process = launch();
  }

  /** Starts it again where it was. */
  public void startAgain() throws IOException, InterruptedException {
    begin();
    if (tls) {
      awaitPort();
    } else {
      awaitHealth();
    }
  }

  /** Forgets all that it has stored; only while it is ended. */
  void wipe() throws IOException {
    try (var all = Files.walk(folder.resolve(name))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** What a call answers, whatever its status. */
  public String call(String path, String json) throws IOException, InterruptedException {
    return call(path, json, "");
  }

  String call(String path, String json, String token) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint().resolve(path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(json));
    if (!token.isEmpty()) {
      request.header("Authorization", token);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  /** Writes a key as a person would by hand. */
  void put(String key, byte[] value) throws IOException, InterruptedException {
    call(
        "/v3/kv/put",
        "{\"key\":\"" + base64(key.getBytes(UTF_8)) + "\",\"value\":\"" + base64(value) + "\"}");
  }

  public void delete(String key) throws IOException, InterruptedException {
    call("/v3/kv/deleterange", "{\"key\":\"" + base64(key.getBytes(UTF_8)) + "\"}");
  }

  /** Whether it leads its cluster. */
  public boolean leads() throws IOException, InterruptedException {
    String status = call("/v3/maintenance/status", "{}");
    return member(status, "member_id").equals(member(status, "leader"));
  }

  /** The text of a member of an answer. */
  public static String member(String json, String name) {
    int at = json.indexOf("\"" + name + "\":\"");
    if (at < 0) {
      return "";
    }
    int from = at + name.length() + 4;
    return json.substring(from, json.indexOf('"', from));
  }

  /** What it counts, in the text form of Prometheus. */
  public String metrics() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(endpoint().resolve("/metrics")).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  public static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  public void awaitHealth() {
    Await.until(() -> "etcd to be healthy: " + log(), this::isHealthy);
  }

  private void awaitPort() {
    Await.until(
        () -> "etcd to listen: " + log(),
        () -> {
          try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
          } catch (IOException notYet) {
            return false;
          }
        });
  }

  private boolean isHealthy() {
    try {
      var request =
          HttpRequest.newBuilder(endpoint().resolve("/health"))
              .timeout(Duration.ofSeconds(2))
              .build();
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String log() {
    try {
      List<String> lines = Files.readAllLines(folder.resolve(name + ".log"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process launch() throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(TestServer.unpacked("etcd", "etcd-server").resolve("usr/bin/etcd").toString());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()))
        .start();
  }

  private void signal(String name) throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    assertThat(exit).isZero();
  }

  private static int[] freePorts(int count) throws IOException {
    var held = new ArrayList<ServerSocket>();
    try {
      int[] ports = new int[count];
      for (int i = 0; i < count; i++) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports[i] = socket.getLocalPort();
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    // A paused process hears nothing else.
    kill();
  }
}
