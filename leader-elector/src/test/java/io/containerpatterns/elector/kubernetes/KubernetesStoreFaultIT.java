package io.containerpatterns.elector.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.docker.KubernetesApi;
import io.containerpatterns.elector.FaultyStore;
import io.containerpatterns.elector.StoreFaultContract;
import io.containerpatterns.elector.kubernetes.TestCluster.Account;
import io.containerpatterns.elector.lease.LeaseStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/**
 * The electors over one Lease. What is restarted and suspended is the API server; its etcd goes on.
 */
@Tag("kubernetes")
final class KubernetesStoreFaultIT extends StoreFaultContract {
  @Override
  protected FaultyStore store(Path folder) throws Exception {
    return new FaultyLease(TestCluster.shared().account("default"));
  }

  private record FaultyLease(Account account) implements FaultyStore {
    private KubernetesApi api() {
      return account.cluster().api();
    }

    @Override
    public Optional<Server> server() {
      return Optional.of(new ApiServer(api()));
    }

    /** TLS goes through the proxy as it is: the certificate is good for 127.0.0.1. */
    @Override
    public Map<String, String> settings(int port) {
      return Map.of(
          "ELECTOR_STORE",
          "kubernetes",
          "ELECTOR_KUBERNETES_API",
          "https://127.0.0.1:" + port,
          "ELECTOR_KUBERNETES_NAMESPACE",
          account.namespace(),
          "ELECTOR_KUBERNETES_TOKEN_FILE",
          account.tokenFile().toString(),
          "ELECTOR_KUBERNETES_CA_FILE",
          api().certificates().toString());
    }

    @Override
    public LeaseStore open() {
      return KubernetesLeaseStore.open(
          account.place(),
          Duration.ofSeconds(5),
          new Network(Ticker.system()),
          InstantSource.system(),
          Map.of());
    }

    @Override
    public void delete(String election) throws InterruptedException {
      KubernetesApi.Answer answer = api().call("DELETE", account.path(election), null);
      if (answer.status() != 200 && answer.status() != 404) {
        throw new IllegalStateException("DELETE " + election + ": " + answer);
      }
    }

    /** Again when somebody wrote meanwhile. */
    @Override
    public void garble(String election) throws InterruptedException {
      while (true) {
        ObjectNode lease = account.lease(election);
        ((ObjectNode) lease.at("/metadata/annotations")).put(LeaseObject.LEASE, "who wrote this?");
        KubernetesApi.Answer answer = api().call("PUT", account.path(election), lease);
        if (answer.status() == 200) {
          return;
        }
        if (answer.status() != 409) {
          throw new IllegalStateException("PUT " + election + ": " + answer);
        }
      }
    }

    /** The cluster ends with the process. */
    @Override
    public void close() {}
  }

  private record ApiServer(KubernetesApi api) implements FaultyStore.Server {
    @Override
    public InetSocketAddress address() {
      URI server = api.server();
      return new InetSocketAddress(server.getHost(), server.getPort());
    }

    @Override
    public void stop() throws IOException, InterruptedException {
      api.stop();
    }

    @Override
    public void start() throws IOException, InterruptedException {
      api.startAgain();
    }

    @Override
    public void pause() throws IOException, InterruptedException {
      api.pause();
    }

    @Override
    public void goOn() throws IOException, InterruptedException {
      api.resume();
    }
  }
}
