package io.containerpatterns.elector.kubernetes;

import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.Json;
import io.containerpatterns.chassis.http.Network;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one pod, by a thread and connections of their own. The right needed is {@code
 * patch} on pods, of which RBAC can name one in a StatefulSet but not in a Deployment. Any thread.
 */
public final class PodLabels implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private final String path;
  private final String what;
  private final EventLoops loops;
  private final HttpClient client;
  private final ApiCalls calls;

  private PodLabels(Cluster cluster, String pod, Network network) {
    this.path = "/api/v1/namespaces/" + cluster.namespace() + "/pods/" + pod;
    this.what = "patch of pods \"" + pod + "\" in namespace \"" + cluster.namespace() + "\"";
    this.loops = EventLoops.start("pod-label", 1, network);
    this.client = HttpClient.on(loops, network).tls(cluster.tls()).build();
    this.calls = new ApiCalls(client, cluster, "pod-label", WITHIN);
  }

  /**
   * Of this pod; nobody is called yet.
   *
   * @throws io.containerpatterns.chassis.settings.InvalidSettings as {@link
   *     KubernetesLeaseStore#open}
   */
  public static PodLabels of(
      KubernetesPlace place, String pod, Network network, Map<String, String> environment) {
    return new PodLabels(Cluster.of(place, environment), pod, network);
  }

  /**
   * Sets a label, or removes it; fails with a sentence. After a failure nobody knows whether it was
   * done.
   *
   * @param value null to remove it
   */
  public CompletionStage<Void> set(String key, @Nullable String value) {
    byte[] patch =
        Json.bytes(json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("metadata");
          json.writeObjectFieldStart("labels");
          json.writeStringField(key, value);
          json.writeEndObject();
          json.writeEndObject();
          json.writeEndObject();
        });
    return calls
        .send("PATCH", path, ApiCalls.MERGE_PATCH, patch)
        .thenAccept(answer -> {
          if (!answer.isSuccess()) {
            throw KubernetesFailure.of(what, answer);
          }
        });
  }

  /** Cuts what is under way. */
  @Override
  public void close() {
    client.close();
    loops.close();
  }
}
