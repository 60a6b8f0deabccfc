package io.containerpatterns.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A real Kubernetes API for tests: that of {@code KUBECONFIG} when it is set, otherwise one started
 * by the folder that {@code KUBERNETES_API_DIR} names. That folder holds two programs:
 *
 * <pre>
 *   start DIR    starts etcd and an API server, prints the path of a kubeconfig file;
 *                their process ids stand in DIR/etcd.pid and DIR/apiserver.pid
 *   stop DIR     ends both
 * </pre>
 *
 * A test that uses it is tagged {@code kubernetes}. The server of our own can be paused, stopped
 * and started again on its port; what it has stored stays in etcd. Used by one thread.
 */
public final class KubernetesApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
  private static final Duration START_MAX = Duration.ofSeconds(120);

  private final Kubeconfig config;
  private final @Nullable KubernetesProcesses processes;
  private final HttpClient http;

  /** What the server answered; its body as JSON, or as a text where it is none. */
  public record Answer(int status, JsonNode body) {}

  private KubernetesApi(Kubeconfig config, @Nullable KubernetesProcesses processes)
      throws IOException {
    this.config = config;
    this.processes = processes;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trusting(config.certificates()))
            .connectTimeout(ANSWER_MAX)
            .build();
  }

  /** Takes an empty folder for everything that is written; returns when the API is ready. */
  public static KubernetesApi start(Path folder) throws IOException, InterruptedException {
    String given = System.getenv("KUBECONFIG");
    if (given != null && !given.isEmpty()) {
      return new KubernetesApi(Kubeconfig.read(Path.of(given), folder), null);
    }
    String programs = System.getenv("KUBERNETES_API_DIR");
    if (programs == null || programs.isEmpty()) {
      throw new IllegalStateException(
          "KUBECONFIG and KUBERNETES_API_DIR: not set (expected: one of them); without a Kubernetes"
              + " API leave the tests tagged \"kubernetes\" out");
    }
    KubernetesProcesses processes = KubernetesProcesses.start(Path.of(programs), folder);
    try {
      return new KubernetesApi(Kubeconfig.read(processes.kubeconfig(), folder), processes);
    } catch (IOException | RuntimeException e) {
      processes.end();
      throw e;
    }
  }

  /** Its address, such as {@code https://127.0.0.1:6443}. */
  public URI server() {
    return config.server();
  }

  /** The bearer token of an administrator. */
  public String token() {
    return config.token();
  }

  /** A PEM file with the certificates that a client has to trust. */
  public Path certificates() {
    return config.certificates();
  }

  /**
   * Makes a call as the administrator.
   *
   * @param path such as {@code /api/v1/namespaces}, with a query where one is needed
   * @throws UncheckedIOException when it did not answer
   */
  public Answer call(String method, String path, @Nullable JsonNode body)
      throws InterruptedException {
    var request =
        HttpRequest.newBuilder(config.server().resolve(path))
            .timeout(ANSWER_MAX)
            .header("Authorization", "Bearer " + config.token())
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
            .build();
    try {
      var response = http.send(request, BodyHandlers.ofString());
      boolean json =
          response.headers().firstValue("content-type").orElse("").startsWith("application/json");
      JsonNode answered =
          json
              ? JSON.readTree(response.body())
              : JsonNodeFactory.instance.textNode(response.body());
      return new Answer(response.statusCode(), answered);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    }
  }

  /** Makes a namespace of the test's own and returns its name. */
  public String newNamespace() throws InterruptedException {
    String name = "test-" + UUID.randomUUID();
    ObjectNode namespace = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Namespace");
    namespace.putObject("metadata").put("name", name);
    Answer made = call("POST", "/api/v1/namespaces", namespace);
    if (made.status() != 201) {
      throw new IllegalStateException("no namespace " + name + ": " + made);
    }
    return name;
  }

  /**
   * Applies the objects of a manifest in a namespace of their own, which is removed again, and
   * tells what the server refused or did not keep. What belongs to no namespace is only validated.
   * A server before 1.29 gets native sidecars as plain containers; what their form is checked
   * against then is {@link KubernetesSchema}.
   *
   * @return one line for each problem; none when everything is stored as it was sent
   */
  public List<String> problems(List<JsonNode> objects) throws InterruptedException {
    String namespace = newNamespace();
    try {
      return apply(objects, namespace);
    } finally {
      call("DELETE", "/api/v1/namespaces/" + namespace, null);
    }
  }

  /** The same in a namespace that is there and stays. */
  List<String> apply(List<JsonNode> objects, String namespace) throws InterruptedException {
    boolean sidecars = knowsNativeSidecars(namespace);
    var problems = new ArrayList<String>();
    for (JsonNode each : objects) {
      JsonNode object = sidecars ? each : PlainSidecars.in(each);
      String name = object.path("kind").asText() + " " + object.at("/metadata/name").asText();
      for (String problem : problems(object, namespace)) {
        problems.add(name + ": " + problem);
      }
    }
    return problems;
  }

  /** A bearer token of a service account, good for an hour. */
  public String accountToken(String namespace, String account) throws InterruptedException {
    ObjectNode request =
        JSON.createObjectNode()
            .put("apiVersion", "authentication.k8s.io/v1")
            .put("kind", "TokenRequest");
    request.putObject("spec").put("expirationSeconds", 3600);
    String accounts = "/api/v1/namespaces/" + namespace + "/serviceaccounts/";
    Answer made = call("POST", accounts + account + "/token", request);
    if (made.status() != 201) {
      throw new IllegalStateException("no token of " + account + ": " + made);
    }
    return made.body().at("/status/token").asText();
  }

  private List<String> problems(JsonNode object, String namespace) throws InterruptedException {
    String version = object.path("apiVersion").asText();
    String home = (version.contains("/") ? "/apis/" : "/api/") + version;
    JsonNode resource = resource(home, object.path("kind").asText());
    if (resource.isMissingNode()) {
      return List.of("the server does not know this kind in " + version);
    }
    ObjectNode sent = object.deepCopy();
    String query = "?fieldValidation=Strict";
    if (resource.path("namespaced").asBoolean()) {
      sent.withObjectProperty("metadata").put("namespace", namespace);
      home += "/namespaces/" + namespace;
    } else {
      query += "&dryRun=All";
    }
    Answer answer = call("POST", home + "/" + resource.path("name").asText() + query, sent);
    if (answer.status() != 201) {
      return List.of(answer.status() + " " + answer.body().path("message").asText());
    }
    return DroppedFields.of(sent, answer.body());
  }

  /** False when it drops the line that makes an init container one. */
  private boolean knowsNativeSidecars(String namespace) throws InterruptedException {
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", "sidecar");
    ObjectNode spec = pod.putObject("spec");
    for (String list : List.of("initContainers", "containers")) {
      spec.putArray(list).addObject().put("name", list.toLowerCase(Locale.ROOT)).put("image", "x");
    }
    spec.withObject("/initContainers/0").put("restartPolicy", "Always");
    Answer answer = call("POST", "/api/v1/namespaces/" + namespace + "/pods?dryRun=All", pod);
    return answer.status() != 201 || DroppedFields.of(pod, answer.body()).isEmpty();
  }

  private JsonNode resource(String home, String kind) throws InterruptedException {
    for (JsonNode resource : call("GET", home, null).body().path("resources")) {
      boolean isPart = resource.path("name").asText().contains("/");
      if (!isPart && resource.path("kind").asText().equals(kind)) {
        return resource;
      }
    }
    return JsonNodeFactory.instance.missingNode();
  }

  /** Freezes the API server (SIGSTOP): connections stay, nothing is answered. */
  public void pause() throws IOException, InterruptedException {
    own().signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void resume() throws IOException, InterruptedException {
    own().signal("CONT");
  }

  /** Kills it (SIGKILL): connections break, new ones are refused. */
  public void stop() throws IOException, InterruptedException {
    own().kill();
  }

  /** Starts it again, on the port that it had; returns when it is ready. */
  public void startAgain() throws IOException, InterruptedException {
    own().startAgain();
    long until = System.nanoTime() + START_MAX.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("the API server is not ready after " + START_MAX);
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  private boolean isReady() throws InterruptedException {
    try {
      return call("GET", "/readyz", null).status() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  private KubernetesProcesses own() {
    return Optional.ofNullable(processes)
        .orElseThrow(() ->
            new IllegalStateException(
                "KUBECONFIG names a server that is not ours to stop (expected: a test that only"
                    + " calls it); unset it and set KUBERNETES_API_DIR"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    http.close();
    if (processes != null) {
      processes.end();
    }
  }

  private static SSLContext trusting(Path certificates) throws IOException {
    try (InputStream in = Files.newInputStream(certificates)) {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("certificate-" + n++, each);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificates + " holds no certificates that can be trusted", e);
    }
  }
}
