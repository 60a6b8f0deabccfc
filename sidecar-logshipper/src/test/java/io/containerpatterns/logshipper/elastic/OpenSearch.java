package io.containerpatterns.logshipper.elastic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An OpenSearch in a JVM of its own, from {@code opensearch/OpenSearchNode.java} and the jars in
 * the folder that the property {@code opensearch.jars} names. Ends with this process, in whatever
 * way it ends.
 */
final class OpenSearch implements AutoCloseable {
  private static final String LISTENING = "listening on ";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ObjectMapper jackson = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final URI uri;

  private OpenSearch(Process process, int port) {
    this.process = process;
    this.uri = URI.create("http://127.0.0.1:" + port);
  }

  static OpenSearch start(Path home) throws IOException {
    Path jars = Path.of(System.getProperty("opensearch.jars", "target/opensearch"));
    Path source =
        Path.of(System.getProperty("opensearch.source", "opensearch/OpenSearchNode.java"));
    if (!Files.exists(jars) || !Files.exists(source)) {
      throw new IOException(
          jars.toAbsolutePath()
              + ": is missing (expected: the jars that opensearch/pom.xml names); see there");
    }
    Path log = home.resolve("errors.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                jars + "/*",
                source.toString(),
                home.toString())
            .redirectError(log.toFile())
            .start();
    BufferedReader said = process.inputReader();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(LISTENING)) {
        Thread.ofVirtual().start(() -> drain(said));
        return new OpenSearch(process, Integer.parseInt(line.substring(LISTENING.length())));
      }
    }
    throw new IOException("OpenSearch did not start: " + Files.readString(log));
  }

  private static void drain(BufferedReader said) {
    try {
      while (said.readLine() != null) {
        // So that it never waits for us.
      }
    } catch (IOException ended) {
      // As it should.
    }
  }

  URI at(String path) {
    return uri.resolve(path);
  }

  JsonNode put(String path, String json) throws IOException, InterruptedException {
    return call(HttpRequest.newBuilder(at(path)).PUT(BodyPublishers.ofString(json)));
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return call(HttpRequest.newBuilder(at(path)).GET());
  }

  JsonNode post(String path) throws IOException, InterruptedException {
    return call(HttpRequest.newBuilder(at(path)).POST(BodyPublishers.noBody()));
  }

  private JsonNode call(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer =
        client.send(
            request.header("Content-Type", "application/json").timeout(PATIENCE).build(),
            BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(answer.statusCode() + ": " + answer.body());
    }
    return jackson.readTree(answer.body());
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
  }
}
