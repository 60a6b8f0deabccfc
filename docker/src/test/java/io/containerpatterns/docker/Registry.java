package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory: as much of the OCI distribution specification as a push needs, and as
 * strict. A blob must have the digest it is said to have; a manifest may name only what is there.
 */
final class Registry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PATH =
      Pattern.compile("/v2/(?<name>.+)/(?<kind>blobs/uploads|blobs|manifests)/(?<reference>[^/]*)");

  /** A manifest as it was pushed. */
  record Manifest(String mediaType, byte[] bytes) {
    JsonNode json() throws IOException {
      return JSON.readTree(bytes);
    }
  }

  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpsServer server;

  /** Takes an empty folder for the key of its self-signed certificate. */
  Registry(Path folder) throws Exception {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(selfSigned(folder.resolve("key.p12"))));
    server.createContext("/v2/", this::handle);
    server.setExecutor(threads);
    server.start();
    this.server = server;
  }

  String address() {
    return "localhost:" + server.getAddress().getPort();
  }

  /** The manifest of a tag or digest, or null. */
  @Nullable Manifest manifest(String name, String reference) {
    return manifests.get(name + "@" + reference);
  }

  byte @Nullable [] blob(String digest) {
    return blobs.get(digest);
  }

  /** Stores a manifest by its digest and its tag, as a push would. */
  void store(String name, String tag, Manifest manifest) {
    manifests.put(name + "@" + digest(manifest.bytes()), manifest);
    manifests.put(name + "@" + tag, manifest);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static SSLContext selfSigned(Path file) throws Exception {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var password = "changeit";
    var process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "registry",
                "-dname",
                "CN=localhost",
                "-keystore",
                file.toString(),
                "-storepass",
                password)
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool ended with " + process.exitValue());
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(file.toFile(), password.toCharArray()), password.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = PATH.matcher(exchange.getRequestURI().getPath());
      if (!path.matches()) {
        boolean root = exchange.getRequestURI().getPath().equals("/v2/");
        answer(exchange, root ? 200 : 404, new byte[0]);
        return;
      }
      switch (path.group("kind")) {
        case "blobs" -> blob(exchange, path);
        case "manifests" -> manifest(exchange, path);
        default -> upload(exchange, path);
      }
    }
  }

  private void blob(HttpExchange exchange, Matcher path) throws IOException {
    var bytes = blobs.get(path.group("reference"));
    answer(exchange, bytes == null ? 404 : 200, bytes == null ? new byte[0] : bytes);
  }

  private void upload(HttpExchange exchange, Matcher path) throws IOException {
    var id = path.group("reference");
    if (exchange.getRequestMethod().equals("POST")) {
      id = UUID.randomUUID().toString();
      uploads.put(id, new ByteArrayOutputStream());
    }
    var upload = uploads.get(id);
    if (upload == null) {
      answer(exchange, 404, new byte[0]);
      return;
    }
    exchange.getRequestBody().transferTo(upload);
    exchange
        .getResponseHeaders()
        .set("Location", "/v2/" + path.group("name") + "/blobs/uploads/" + id);
    if (!exchange.getRequestMethod().equals("PUT")) {
      answer(exchange, 202, new byte[0]);
      return;
    }
    uploads.remove(id);
    var digest = digest(upload.toByteArray());
    if (!exchange.getRequestURI().getQuery().contains("digest=" + digest)) {
      answer(exchange, 400, new byte[0]);
      return;
    }
    blobs.put(digest, upload.toByteArray());
    answer(exchange, 201, new byte[0]);
  }

  private void manifest(HttpExchange exchange, Matcher path) throws IOException {
    var name = path.group("name");
    if (exchange.getRequestMethod().equals("PUT")) {
      var type = exchange.getRequestHeaders().getFirst("Content-Type");
      var manifest = new Manifest(type, exchange.getRequestBody().readAllBytes());
      boolean whole = namesOnlyWhatIsHere(name, manifest.json());
      if (whole) {
        store(name, path.group("reference"), manifest);
      }
      answer(exchange, whole ? 201 : 400, new byte[0]);
      return;
    }
    var manifest = manifest(name, path.group("reference"));
    if (manifest == null) {
      answer(exchange, 404, new byte[0]);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", manifest.mediaType());
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest(manifest.bytes()));
    answer(exchange, 200, manifest.bytes());
  }

  private boolean namesOnlyWhatIsHere(String name, JsonNode manifest) {
    for (var layer : manifest.path("layers")) {
      if (!blobs.containsKey(layer.path("digest").asText())) {
        return false;
      }
    }
    for (var image : manifest.path("manifests")) {
      if (manifest(name, image.path("digest").asText()) == null) {
        return false;
      }
    }
    var config = manifest.path("config").path("digest");
    return config.isMissingNode() || blobs.containsKey(config.asText());
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
    }
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
