package io.containerpatterns.elector;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The LeaderElector of fabric8's client as a process of its own, releasing on SIGTERM; prints what
 * {@link PeerCandidate} reads.
 */
final class Fabric8Candidate {
  private Fabric8Candidate() {}

  /**
   * With server, file of the token, file of the certificates, namespace, Lease, identity, and the
   * lease duration, renew deadline and retry period in milliseconds. Runs until it is ended.
   */
  public static void main(String[] args) throws Exception {
    var requests = new AtomicLong();
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder()
                    .withMasterUrl(args[0])
                    .withOauthToken(Files.readString(Path.of(args[1])).strip())
                    .withCaCertFile(args[2])
                    .withNamespace(args[3])
                    .build())
            .withHttpClientBuilderConsumer(http ->
                http.addOrReplaceInterceptor(
                    "count",
                    new Interceptor() {
                      @Override
                      public void before(
                          BasicBuilder builder, HttpRequest request, RequestTags tags) {
                        System.out.println("requests " + requests.incrementAndGet());
                      }
                    }))
            .build();
    String identity = args[5];
    var elector =
        new LeaderElector(
            client,
            new LeaderElectionConfigBuilder()
                .withName(args[4])
                .withLock(new LeaseLock(args[3], args[4], identity))
                .withLeaseDuration(millis(args[6]))
                .withRenewDeadline(millis(args[7]))
                .withRetryPeriod(millis(args[8]))
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(
                    new LeaderCallbacks(
                        () -> System.out.println("leading"),
                        () -> {},
                        holder -> {
                          if (!identity.equals(holder)) {
                            System.out.println("following");
                          }
                        }))
                .build(),
            Executors.newCachedThreadPool());
    CompletableFuture<?> running = elector.start();
    // The release is done when this returns.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> running.cancel(true)));
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }
}
