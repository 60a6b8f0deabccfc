package io.containerpatterns.elector.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.containerpatterns.docker.KubernetesApi;
import io.containerpatterns.docker.PodManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one real API server of this run of tests, and accounts on it that have the rights of the
 * example's manifest and no others. It starts with the first test that asks, and ends with the
 * process.
 */
public final class TestCluster {
  public static final String MANIFEST_NAME = "leader-election-lease";
  private static final Path MANIFEST =
      Path.of(
          System.getProperty("containerpatterns.root", ".."),
          "examples/leader-election/kubernetes-lease.yaml");
  private static @Nullable TestCluster shared; // guarded by the class

  private final KubernetesApi api;
  private final Path folder;

  private TestCluster(KubernetesApi api, Path folder) {
    this.api = api;
    this.folder = folder;
  }

  /** The one of this process. */
  public static synchronized TestCluster shared() throws Exception {
    TestCluster there = shared;
    if (there != null) {
      return there;
    }
    Path folder = Files.createTempDirectory("kubernetes-api-");
    KubernetesApi api = KubernetesApi.start(folder);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              try {
                api.close();
              } catch (IOException e) {
                throw new UncheckedIOException("the API server did not end", e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
    shared = new TestCluster(api, folder);
    return shared;
  }

  /** To call it as an administrator, and to stop it. */
  public KubernetesApi api() {
    return api;
  }

  /**
   * A namespace of its own with the accounts and roles of the manifest, for these elections; for
   * all where none is named.
   */
  public Account account(String... elections) throws Exception {
    String namespace = api.newNamespace();
    for (JsonNode object : PodManifest.read(MANIFEST).objects()) {
      switch (object.path("kind").asText()) {
        case "ServiceAccount" -> post("/api/v1", namespace, "serviceaccounts", object);
        case "Role" -> post(RBAC, namespace, "roles", named(object.deepCopy(), elections));
        case "RoleBinding" ->
            post(RBAC, namespace, "rolebindings", inNamespace(object.deepCopy(), namespace));
        default -> {} // What runs is not part of the rights.
      }
    }
    Path token = folder.resolve("token-" + UUID.randomUUID());
    var account = new Account(this, namespace, token);
    Files.writeString(token, account.newToken() + "\n");
    return account;
  }

  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";

  private static JsonNode named(ObjectNode role, String... elections) {
    for (JsonNode rule : role.path("rules")) {
      if (rule.path("resources").path(0).asText().equals("pods")) {
        continue;
      }
      if (rule.has("resourceNames")) {
        ArrayNode names = ((ObjectNode) rule).putArray("resourceNames");
        for (String election : elections) {
          names.add(election);
        }
      }
    }
    return role;
  }

  private static JsonNode inNamespace(ObjectNode binding, String namespace) {
    binding.path("subjects").forEach(subject -> ((ObjectNode) subject).put("namespace", namespace));
    return binding;
  }

  JsonNode post(String group, String namespace, String resource, JsonNode object)
      throws InterruptedException {
    var answer = api.call("POST", group + "/namespaces/" + namespace + "/" + resource, object);
    if (answer.status() != 201) {
      throw new IllegalStateException("POST " + resource + ": " + answer);
    }
    return answer.body();
  }

  /** One who may do what the manifest allows. */
  public record Account(TestCluster cluster, String namespace, Path tokenFile) {
    /** As the settings of an elector would say it. */
    public KubernetesPlace place() {
      return place(cluster.api.server());
    }

    /** By way of a proxy on this port. */
    public KubernetesPlace through(int port) {
      return place(URI.create("https://127.0.0.1:" + port));
    }

    private KubernetesPlace place(URI server) {
      return new KubernetesPlace(
          Optional.of(server), Optional.of(namespace), tokenFile, cluster.api.certificates(), "");
    }

    /** The settings of an elector, names and values in turn. */
    public String[] settings(String... more) {
      String[] ours = {
        "ELECTOR_STORE",
        "kubernetes",
        "ELECTOR_FILE_DIR",
        "",
        "ELECTOR_KUBERNETES_API",
        cluster.api.server().toString(),
        "ELECTOR_KUBERNETES_NAMESPACE",
        namespace,
        "ELECTOR_KUBERNETES_TOKEN_FILE",
        tokenFile.toString(),
        "ELECTOR_KUBERNETES_CA_FILE",
        cluster.api.certificates().toString()
      };
      String[] all = Arrays.copyOf(ours, ours.length + more.length);
      System.arraycopy(more, 0, all, ours.length, more.length);
      return all;
    }

    /** A token of the kind that kubelet mounts into pods. */
    public String newToken() throws InterruptedException {
      return cluster.api.accountToken(namespace, MANIFEST_NAME);
    }

    /** Where its Lease is. */
    public String path(String lease) {
      return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases/" + lease;
    }

    /** The Lease as an administrator sees it. */
    public ObjectNode lease(String name) throws InterruptedException {
      return (ObjectNode) cluster.api.call("GET", path(name), null).body();
    }

    /** Writes it back as an administrator would by hand. */
    public void edit(String name, Consumer<ObjectNode> change) throws InterruptedException {
      ObjectNode lease = lease(name);
      change.accept(lease);
      var answer = cluster.api.call("PUT", path(name), lease);
      if (answer.status() != 200) {
        throw new IllegalStateException("edit of " + name + ": " + answer);
      }
    }
  }
}
