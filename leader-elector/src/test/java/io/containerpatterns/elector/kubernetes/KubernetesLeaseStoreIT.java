package io.containerpatterns.elector.kubernetes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.elector.kubernetes.TestCluster.Account;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.LeaseStoreContract;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The contract on a real API server, as an account with the rights of the example's manifest; and
 * what that server does with our calls.
 */
@Tag("kubernetes")
class KubernetesLeaseStoreIT extends LeaseStoreContract {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private Account account;

  KubernetesLeaseStoreIT() throws Exception {
    account = TestCluster.shared().account();
  }

  @BeforeEach
  void fresh() throws Exception {
    assertThat(account.cluster().api().call("GET", "/readyz", null).status()).isEqualTo(200);
  }

  @Override
  protected LeaseStore open() {
    return open(account.place());
  }

  private static LeaseStore open(KubernetesPlace place) {
    return KubernetesLeaseStore.open(
        place, ANSWER_WITHIN, new Network(Ticker.system()), InstantSource.system(), Map.of());
  }

  @Override
  protected boolean takes(String election) {
    return KubernetesPlace.isLeaseName(election);
  }

  @Test
  void theRightsOfTheManifestAreEnoughAndAllowNeitherListNorDelete() throws Exception {
    account = TestCluster.shared().account("orders");
    LeaseStore store = process();
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));

    long version = write(store, "orders", 0, lease("a"));
    long renewed = write(store, "orders", version, lease("a"));
    assertThat(read(store, "orders")).isEqualTo(new Stored(renewed, lease("a")));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    String all = "/apis/coordination.k8s.io/v1/namespaces/" + account.namespace() + "/leases";
    assertThat(status("GET", all)).isEqualTo(403);
    assertThat(status("GET", all + "?watch=1")).isEqualTo(403);
    assertThat(status("GET", all + "/bills")).isEqualTo(403);
    assertThat(status("DELETE", all + "/orders")).isEqualTo(403);
    assertThat(status("DELETE", all)).isEqualTo(403);
    assertThat(store.trouble()).isNull();
  }

  @Test
  void aMissingRightIsToldByVerbResourceAndManifest() throws Exception {
    account = TestCluster.shared().account("orders");
    LeaseStore store = process();
    String namespace = account.namespace();

    assertThat(outcome(store.read("bills")))
        .isInstanceOf(KubernetesFailure.class)
        .asString()
        .contains(
            "get of leases \"bills\" in namespace \""
                + namespace
                + "\" is forbidden (expected: a Role that allows this verb, bound to the service"
                + " account); apply the Role and RoleBinding of"
                + " examples/leader-election/kubernetes-lease.yaml: leases.coordination.k8s.io"
                + " \"bills\" is forbidden: User \"system:serviceaccount:"
                + namespace
                + ":leader-election-lease\" cannot get resource \"leases\"");
    assertThat(store.trouble()).startsWith("get of leases \"bills\" in namespace");
  }

  @Test
  void aLeaseThatWasDeletedIsNotWrittenAgainByWhoHeldIt() throws Exception {
    LeaseStore store = process();
    long version = write(store, "orders", 0, lease("a"));
    account.cluster().api().call("DELETE", account.path("orders"), null);

    // From what the store remembers, so it is the server that refuses.
    assertThat(swap(store, "orders", version, lease("a"))).isEqualTo(new Swap.Conflict());
    assertThat(read(store, "orders")).isEqualTo(Stored.ABSENT);
    assertThat(write(store, "orders", 0, lease("b"))).isGreaterThan(version);
  }

  @Test
  void aHolderWrittenByHandIsTheHolder() throws Exception {
    LeaseStore store = process();
    long version = write(store, "orders", 0, lease("a"));

    account.edit("orders", object -> ((ObjectNode) object.get("spec")).put("holderIdentity", "me"));

    assertThat(swap(store, "orders", version, lease("a"))).isEqualTo(new Swap.Conflict());
    Stored stored = read(store, "orders");
    assertThat(stored.version()).isGreaterThan(version);
    assertThat(stored.lease()).isEqualTo(new Lease("me", "", 10_000, 1, 100, null, Map.of()));
  }

  @Test
  void whatOthersWroteIntoTheObjectOutlivesOurWrites() throws Exception {
    LeaseStore store = process();
    write(store, "orders", 0, lease("a"));
    account.edit(
        "orders",
        object -> {
          ((ObjectNode) object.get("metadata")).putObject("labels").put("team", "shop");
          ((ObjectNode) object.at("/metadata/annotations")).put("example.org/note", "kept");
        });

    long version = read(store, "orders").version();
    write(store, "orders", version, lease("b"));

    ObjectNode lease = account.lease("orders");
    assertThat(lease.at("/metadata/labels/team").asText()).isEqualTo("shop");
    assertThat(lease.at("/metadata/annotations/example.org~1note").asText()).isEqualTo("kept");
    assertThat(lease.at("/spec/holderIdentity").asText()).isEqualTo("b");
    assertThat(lease.at("/spec/leaseTransitions").asInt()).isEqualTo(1);
    assertThat(lease.at("/metadata/managedFields").size()).isPositive();
  }

  @Test
  void theTokenStandsInAnAnnotationFromTheFirstRenewalOn() throws Exception {
    LeaseStore store = process();
    long token = write(store, "orders", 0, lease("a"));
    Lease renewal = new Lease("a", "boot of a", 10_000, token, 0, null, Map.of());

    write(store, "orders", token, renewal);

    assertThat(
            account
                .lease("orders")
                .at("/metadata/annotations/containerpatterns.io~1token")
                .asText())
        .isEqualTo(Long.toString(token));
  }

  @Test
  void aTokenThatWasReplacedIsReadAgainWithinTheCallThatNeedsIt() throws Exception {
    account = TestCluster.shared().account("orders");
    LeaseStore store = process();
    long version = write(store, "orders", 0, lease("a"));
    // A new account of the same name: the server knows the old token no more.
    String accounts = "/api/v1/namespaces/" + account.namespace() + "/serviceaccounts";
    String path = accounts + "/" + TestCluster.MANIFEST_NAME;
    ObjectNode object = (ObjectNode) account.cluster().api().call("GET", path, null).body();
    ObjectNode fresh = object.objectNode();
    fresh.put("apiVersion", "v1").put("kind", "ServiceAccount");
    fresh.putObject("metadata").put("name", TestCluster.MANIFEST_NAME);
    account.cluster().api().call("DELETE", path, null);
    assertThat(account.cluster().api().call("POST", accounts, fresh).status()).isEqualTo(201);
    String next = account.newToken();
    Await.until(
        "the old token is refused",
        () -> outcome(store.read("orders")).toString().contains("is refused with 401"));
    assertThat(store.trouble()).contains("look at ELECTOR_KUBERNETES_TOKEN_FILE");

    Files.writeString(account.tokenFile(), next);

    assertThat(write(store, "orders", version, lease("a"))).isGreaterThan(version);
    assertThat(read(store, "orders").lease()).isEqualTo(lease("a"));
    assertThat(store.trouble()).isNull();
  }

  @Test
  void aDeletedLeaseIsHintedAt() throws Exception {
    LeaseStore store = process();
    var heard = new Semaphore(0);
    write(store, "orders", 0, lease("a"));
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).as("what is there").isTrue();

    account.cluster().api().call("DELETE", account.path("orders"), null);

    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).as("its end").isTrue();
  }

  @Test
  void moreThanSixteenElectionsShareOneWatch() throws Exception {
    var network = new Network(Ticker.system());
    LeaseStore store =
        KubernetesLeaseStore.open(
            account.place(), ANSWER_WITHIN, network, InstantSource.system(), Map.of());
    try (store) {
      var heard = new Semaphore(0);
      for (int i = 0; i < 40; i++) {
        store.watch("shard-" + i, hearing(heard::release));
      }
      LeaseStore writer = process();

      for (int i = 0; i < 40; i++) {
        write(writer, "shard-" + i, 0, lease("a"));
      }

      assertThat(heard.tryAcquire(40, LIMIT_MILLIS, MILLISECONDS)).isTrue();
      assertThat(store.trouble()).isNull();
    }
  }

  @Test
  void withoutTheRightToWatchAllTheTroubleIsToldAndCallsGoOn() throws Exception {
    account = TestCluster.shared().account("shard-0");
    LeaseStore store = process();
    for (int i = 0; i < 17; i++) {
      store.watch("shard-" + i, hearing(() -> {}));
    }

    Await.until("the trouble is told", () -> store.trouble() != null);
    assertThat(store.trouble())
        .contains("watch of leases of more than 16 elections", "is forbidden")
        .endsWith("until then electors notice changes late, once in each lease");
    assertThat(write(store, "shard-0", 0, lease("a"))).isPositive();
  }

  private int status(String method, String path) throws Exception {
    var network = new Network(Ticker.system());
    try (EventLoops loops = EventLoops.start("test", 1, network)) {
      Cluster cluster = Cluster.of(account.place(), Map.of());
      HttpClient client = HttpClient.on(loops, network).tls(cluster.tls()).build();
      var calls = new ApiCalls(client, cluster, "test", ANSWER_WITHIN);
      return calls
          .send(method, path, ApiCalls.JSON, ApiCalls.NOTHING)
          .get(20, TimeUnit.SECONDS)
          .status();
    }
  }
}
