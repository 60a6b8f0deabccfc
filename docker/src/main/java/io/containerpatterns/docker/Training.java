package io.containerpatterns.docker;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs an image's jar once and leaves the AOT cache beside it.
 *
 * <p>The jar learns nothing of it: it starts with the settings of {@code training.env}, answers the
 * requests of {@code training.http} again and again, on connections that stay and on ones that end,
 * gets SIGTERM, ends with 0, and its JVM writes what it loaded and linked. The first request is the
 * one that waits until the process is ready.
 *
 * <pre>
 *   training.env    ELECTOR_LISTEN=127.0.0.1:${api}        every ${name} is a free port,
 *   training.http   GET http://127.0.0.1:${api}/status     ${folder} a folder that holds copies of
 *   training/       files for ${folder}                    training/, ${sink} the port of a server
 *   training.peer   a server that is started before        ${target} the folder of what is built
 * </pre>
 *
 * The server at {@code ${sink}} runs here and answers every request with 204, so that an image
 * which calls others is trained in that, too.
 */
final class Training {
  // Enough for every class of the ordinary paths to be loaded and linked.
  private static final int ROUNDS = 100;
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration END_MAX = Duration.ofSeconds(90);

  private final Path java;
  private final Path jar;
  private final Path cache;
  private final Path log;
  private final Sink sink;
  private final TrainingPeer peer;
  private final List<String> settings;
  private final List<Call> calls;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Training(Path java, Path jar, Path folder) throws IOException {
    this.java = java;
    this.jar = jar;
    var name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
    this.cache = jar.resolveSibling(name + ".aot");
    var target = jar.resolveSibling("../..").normalize();
    this.log = target.resolve("training.log");
    var places = new Places(target);
    this.sink = Sink.start();
    places.set("sink", String.valueOf(sink.port()));
    places.set("target", target.toString());
    copy(folder.resolve("training"), places.folder());
    this.peer =
        TrainingPeer.start(
            folder.resolve("training.peer"), places, target.resolve("training-peer.log"));
    this.settings = places.fill(folder.resolve("training.env"));
    this.calls = places.fill(folder.resolve("training.http")).stream().map(Call::parse).toList();
  }

  /**
   * Takes the java of the image, the jar in the image's layout, and the folder of the two files and
   * of the folder {@code training}, if there is one.
   */
  public static void main(String[] args) throws Exception {
    // The client lets nobody set Connection unless told before it is first used.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "connection");
    new Training(Path.of(args[0]), Path.of(args[1]), Path.of(args[2])).run();
  }

  private void run() throws IOException, InterruptedException {
    Files.deleteIfExists(cache);
    var process = start();
    try {
      awaitReady(process);
      for (int round = 1; round <= ROUNDS; round++) {
        for (var call : calls) {
          int status = send(call, round % 2 == 0);
          if (round == ROUNDS) {
            System.out.println(status + " " + call);
          }
        }
      }
      process.destroy();
      if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
        throw failure("did not end " + END_MAX.toSeconds() + " s after SIGTERM");
      }
      if (process.exitValue() != 0) {
        throw failure("ended with " + process.exitValue() + " after SIGTERM instead of 0");
      }
      if (!Files.exists(cache)) {
        throw failure("wrote no AOT cache");
      }
      System.out.println(cache + ": " + Files.size(cache) / 1_000_000 + " MB");
    } finally {
      process.destroyForcibly();
      peer.close();
      sink.close();
    }
  }

  /** Copies the files of one folder, if there is one, into another. */
  private static void copy(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    try (var files = Files.list(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private Process start() throws IOException {
    var command = new ArrayList<String>();
    command.add(java.toString());
    // Recorded profiles would be replayed at each start: 100 ms of CPU for nothing measurable
    // later.
    command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining"));
    command.add("-XX:AOTCacheOutput=" + cache);
    command.add("-Djava.library.path=" + jar.resolveSibling("native"));
    command.addAll(List.of("-jar", jar.toString()));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    for (var line : settings) {
      int equals = line.indexOf('=');
      builder.environment().put(line.substring(0, equals), line.substring(equals + 1));
    }
    var process = builder.start();
    // An interrupted build must not leave it behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private void awaitReady(Process process) throws IOException, InterruptedException {
    long end = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < end) {
      try {
        if (send(calls.getFirst(), true) == 200) {
          return;
        }
      } catch (ConnectException e) {
        // Not bound yet; the deadline decides.
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw failure("ended with " + process.exitValue() + " before it was ready");
      }
    }
    throw failure("was not ready after " + START_MAX.toSeconds() + " s: " + calls.getFirst());
  }

  /** Calls; {@code last} asks to close the connection behind the answer, as probes do. */
  private int send(Call call, boolean last) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(call.uri())
            .method(call.method(), BodyPublishers.ofString(call.body()))
            .timeout(ANSWER_MAX);
    if (last) {
      request.header("Connection", "close");
    }
    var answer = client.send(request.build(), BodyHandlers.ofInputStream());
    try (var body = answer.body()) {
      if (isStream(answer)) {
        body.read();
      } else {
        body.readAllBytes();
      }
    }
    return answer.statusCode();
  }

  private static boolean isStream(HttpResponse<InputStream> answer) {
    var type = answer.headers().firstValue("content-type").orElse("");
    return type.startsWith("text/event-stream") || type.startsWith("application/x-ndjson");
  }

  private IllegalStateException failure(String what) throws IOException {
    return new IllegalStateException(
        "training: " + jar.getFileName() + " " + what + "; its output:\n" + Files.readString(log));
  }

  /** Takes whatever it is sent, and says nothing about it. */
  private record Sink(HttpServer server) {
    private static final int NO_CONTENT = 204;
    private static final int NO_BODY = -1;

    static Sink start() throws IOException {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
              exchange.sendResponseHeaders(NO_CONTENT, NO_BODY);
            }
          });
      server.start();
      return new Sink(server);
    }

    int port() {
      return server.getAddress().getPort();
    }

    void close() {
      server.stop(0);
    }
  }

  /** One line of {@code training.http}: method, address, and a body if any. */
  private record Call(String method, URI uri, String body) {
    static Call parse(String line) {
      var words = line.split("\\s+", 3);
      return new Call(words[0], URI.create(words[1]), words.length > 2 ? words[2] : "");
    }

    @Override
    public String toString() {
      return method + " " + uri.getPath();
    }
  }
}
