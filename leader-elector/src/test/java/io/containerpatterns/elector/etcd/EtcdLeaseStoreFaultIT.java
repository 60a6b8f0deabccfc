package io.containerpatterns.elector.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.tls.Certificates;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store does while etcd does what it should not. */
final class EtcdLeaseStoreFaultIT extends StoreProcesses {
  private static final String PREFIX = "/faults/";

  @TempDir Path folder;
  private final EtcdStores stores = new EtcdStores();
  private final List<EtcdServer> servers = new ArrayList<>();

  @Override
  protected LeaseStore open() {
    return stores.open(EtcdStores.plain(PREFIX, endpoints()));
  }

  @AfterEach
  void end() throws Exception {
    stores.close();
    for (EtcdServer server : servers) {
      server.close();
    }
  }

  @Test
  void aServerThatIsStoppedIsTroubleAndWhenItIsBackAllGoesOn() throws Exception {
    EtcdServer server = alone();
    var store = process();
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));
    long version = write(store, "orders", 0, lease("a"));

    server.kill();
    assertFails(store.read("orders"));
    assertThat(store.trouble()).startsWith(server.endpoint().toString());
    server.startAgain();

    assertThat(readUntilAnswered(store)).isEqualTo(new Stored(version, lease("a")));
    Await.until("no trouble", () -> store.trouble() == null);
    heard.drainPermits();
    assertThat(write(process(), "orders", version, lease("b"))).isGreaterThan(version);
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
  }

  @Test
  void aStoreThatIsOpenedBeforeItsServerIsOpenAndSaysWhatIsMissing() throws Exception {
    EtcdServer server = alone();
    server.stop();
    var store = process();

    assertFails(store.compareAndSet("orders", 0, lease("a")));
    assertThat(store.trouble()).isEqualTo(server.endpoint() + "/v3/kv/txn: cannot connect");
    server.startAgain();

    assertThat(write(store, "orders", 0, lease("a"))).isPositive();
  }

  @Test
  void aPausedServerFailsEachCallInTimeAndNothingIsDoneTwice() throws Exception {
    EtcdServer server = alone();
    var store = process();
    long version = write(store, "orders", 0, lease("a"));

    server.pause();
    assertFails(store.compareAndSet("orders", version, lease("b")));
    assertFails(store.read("orders"));
    server.resume();

    // The write that nobody answered was applied or not; what follows it can tell.
    Stored now = readUntilAnswered(store);
    assertThat(now.lease()).isIn(lease("a"), lease("b"));
    assertThat(swap(store, "orders", now.version(), lease("c"))).isInstanceOf(Swap.Written.class);
  }

  @Test
  void theNextMemberIsAskedWhenOneIsGoneAndTheWatchMovesToo() throws Exception {
    List<EtcdServer> cluster = cluster();
    var store = process();
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));
    long version = write(store, "orders", 0, lease("a"));

    cluster.get(0).kill();
    Stored now = readUntilAnswered(store);
    assertThat(now).isEqualTo(new Stored(version, lease("a")));
    heard.drainPermits();
    var other = stores.open(EtcdStores.plain(PREFIX, cluster.get(2).endpoint()));
    writeUntilAnswered(other, lease("b"));

    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    Await.until("no trouble", () -> readUntilAnswered(store) != null && store.trouble() == null);
  }

  @Test
  void aPausedMemberIsLeftAfterOneCall() throws Exception {
    List<EtcdServer> cluster = cluster();
    var store = process();
    write(store, "orders", 0, lease("a"));
    EtcdServer leader = leader(cluster);

    for (EtcdServer paused : List.of(cluster.get(0), leader)) {
      paused.pause();
      Stored now = readUntilAnswered(store);
      writeUntilAnswered(store, lease("after " + now.version()));
      paused.resume();
      paused.awaitHealth();
    }

    assertThat(readUntilAnswered(store).lease()).isNotEqualTo(lease("a"));
  }

  @Test
  void aLeaderThatIsKilledCostsNoWriteThatWasAnswered() throws Exception {
    List<EtcdServer> cluster = cluster();
    var store = process();
    long version = 0;
    for (int i = 0; i < 20; i++) {
      version = write(store, "orders", version, lease("holder-" + i));
    }

    leader(cluster).kill();

    assertThat(readUntilAnswered(store)).isEqualTo(new Stored(version, lease("holder-19")));
  }

  @Test
  void aMemberWithoutAMajorityRefusesAtOnceAndSaysWhatIsMissing() throws Exception {
    List<EtcdServer> cluster = cluster();
    var store = process();
    write(store, "orders", 0, lease("a"));

    cluster.get(1).kill();
    cluster.get(2).kill();

    Await.until(
        () -> String.valueOf(store.trouble()),
        () -> {
          assertThat(outcome(store.read("orders"))).isNotNull();
          return String.valueOf(store.trouble()).contains("a cluster whose majority answers");
        });
  }

  @Test
  void aMemberOfAnotherClusterIsNotBelieved() throws Exception {
    EtcdServer ours = alone();
    List<EtcdServer> foreign = cluster();
    var store =
        stores.open(EtcdStores.plain(PREFIX, ours.endpoint(), foreign.getFirst().endpoint()));
    write(store, "orders", 0, lease("a"));

    ours.kill();
    assertFails(store.read("orders"));

    assertThat((Throwable) outcome(store.compareAndSet("orders", 0, lease("b"))))
        .hasMessageContaining("two clusters are two leaders; correct ELECTOR_ETCD_ENDPOINTS");
    assertThat(store.trouble()).contains("two clusters are two leaders");
  }

  @Test
  void aClusterThatWasTakenBackIsTold() throws Exception {
    EtcdServer server = alone();
    var store = process();
    long version = 0;
    for (int i = 0; i < 5; i++) {
      version = write(store, "orders", version, lease("a"));
    }

    server.stop();
    server.wipe();
    server.startAgain();

    assertThat(readUntilAnswered(store)).isEqualTo(Stored.ABSENT);
    assertThat(store.trouble())
        .isEqualTo(
            server.endpoint()
                + ": \"revision 1\" (expected: at least "
                + version
                + ", which was answered before); the cluster was restored from a copy, and fencing"
                + " tokens are given out again; see \"restored\" in the README");
  }

  @Test
  void whoHasNoUserIsToldThatOneIsAskedFor() throws Exception {
    EtcdServer server = alone();
    askForUsers(server, "right");
    var store = process();

    assertFails(store.read("orders"));

    assertThat(store.trouble())
        .isEqualTo(
            server.endpoint()
                + "/v3/kv/range: \"etcdserver: user name is empty\" (expected: ELECTOR_ETCD_USER"
                + " and ELECTOR_ETCD_PASSWORD_FILE, as the cluster asks who calls)");
  }

  @Test
  void aWrongPasswordIsToldAndTheRightOneIsTakenFromTheFileWhileWeRun() throws Exception {
    EtcdServer server = alone();
    askForUsers(server, "right");
    Path password = Files.writeString(folder.resolve("password"), "wrong\n");
    var store = asElector(server, PREFIX, password);

    assertFails(store.read("orders"));
    assertThat(store.trouble())
        .isEqualTo(
            server.endpoint()
                + "/v3/auth/authenticate: \"etcdserver: authentication failed, invalid user ID or"
                + " password\" (expected: the password of ELECTOR_ETCD_USER in the file of"
                + " ELECTOR_ETCD_PASSWORD_FILE, which is read again at each attempt)");
    Files.writeString(password, "right\n");

    assertThat(readUntilAnswered(store)).isEqualTo(Stored.ABSENT);
    assertThat(store.trouble()).isNull();
  }

  @Test
  void aTokenThatIsNotKnownAnyMoreIsReplacedWithinTheCall() throws Exception {
    EtcdServer server = alone();
    askForUsers(server, "right");
    Path password = Files.writeString(folder.resolve("password"), "right");
    var store = asElector(server, PREFIX, password);
    long version = write(store, "orders", 0, lease("a"));
    var heard = new Semaphore(0);
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    // A new password takes back all tokens of its user.
    String root = token(server, "root", "root");
    server.call("/v3/auth/user/changepw", "{\"name\":\"elector\",\"password\":\"newer\"}", root);
    Files.writeString(password, "newer");

    long next = write(store, "orders", version, lease("b"));
    assertThat(read(store, "orders")).isEqualTo(new Stored(next, lease("b")));
  }

  @Test
  void keysOutsideOfTheRightAreRefusedAndTheRightIsNamed() throws Exception {
    EtcdServer server = alone();
    askForUsers(server, "right");
    Path password = Files.writeString(folder.resolve("password"), "right");
    var store = asElector(server, "/elsewhere/", password);

    assertFails(store.compareAndSet("orders", 0, lease("a")));

    assertThat(store.trouble())
        .isEqualTo(
            server.endpoint()
                + "/v3/kv/txn: \"etcdserver: permission denied\" (expected: a user with the right"
                + " readwrite on every key under ELECTOR_ETCD_PREFIX)");
  }

  @Test
  void overTlsWithCertificatesOnBothSidesAndNewOnesWhileWeRun() throws Exception {
    var first = new Certificates("first");
    Path serverTls = Files.createDirectory(folder.resolve("server"));
    Path clientTls = Files.createDirectory(folder.resolve("client"));
    certify(first, serverTls, clientTls);
    EtcdServer server =
        EtcdServer.startTls(
            folder,
            serverTls.resolve("ca.crt"),
            serverTls.resolve("tls.crt"),
            serverTls.resolve("tls.key"));
    servers.add(server);
    var store =
        stores.open(
            new EtcdAccess(
                List.of(server.endpoint()),
                PREFIX,
                Optional.empty(),
                Optional.empty(),
                Optional.of(clientTls.resolve("ca.crt")),
                Optional.of(clientTls.resolve("tls.crt")),
                Optional.of(clientTls.resolve("tls.key"))));
    writeUntilAnswered(store, lease("a"));

    server.stop();
    certify(new Certificates("second"), serverTls, clientTls);
    server.startAgain();

    assertThat(readUntilAnswered(store).lease()).isEqualTo(lease("a"));
  }

  @Test
  void aServerOfAnotherAuthorityIsNotSpokenTo() throws Exception {
    Path serverTls = Files.createDirectory(folder.resolve("server"));
    Path clientTls = Files.createDirectory(folder.resolve("client"));
    certify(new Certificates("theirs"), serverTls, clientTls);
    new Certificates("ours").authorityInto(clientTls.resolve("ca.crt"));
    EtcdServer server =
        EtcdServer.startTls(
            folder,
            serverTls.resolve("ca.crt"),
            serverTls.resolve("tls.crt"),
            serverTls.resolve("tls.key"));
    servers.add(server);
    var access =
        new EtcdAccess(
            List.of(server.endpoint()),
            PREFIX,
            Optional.empty(),
            Optional.empty(),
            Optional.of(clientTls.resolve("ca.crt")),
            Optional.empty(),
            Optional.empty());

    // The first handshake of a process has more to load than there is time for one answer.
    var store = stores.open(access, EtcdStores.LEASE, Duration.ofSeconds(2));
    Await.until(
        () -> String.valueOf(store.trouble()),
        () -> {
          assertFails(store.read("orders"));
          return String.valueOf(store.trouble()).contains("the certificate of the peer is refused");
        });
  }

  @Test
  void filesThatCannotBeUsedAreToldAtTheStart() {
    URI anywhere = URI.create("https://127.0.0.1:1");
    Path missing = folder.resolve("missing");
    var access =
        EtcdStores.as(
            EtcdStores.plain(PREFIX, URI.create("http://127.0.0.1:1")), "elector", missing);

    assertThatThrownBy(() -> stores.open(access))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "ELECTOR_ETCD_PASSWORD_FILE: \""
                + missing
                + "\" (expected: a readable file in UTF-8: NoSuchFileException); mount it, or set"
                + " its owner and mode");
    assertThatThrownBy(() ->
            stores.open(
                new EtcdAccess(
                    List.of(anywhere),
                    PREFIX,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(missing),
                    Optional.empty(),
                    Optional.empty())))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(missing.toString());
  }

  private EtcdServer alone() throws Exception {
    EtcdServer server = EtcdServer.start(Files.createTempDirectory(folder, "alone"));
    servers.addFirst(server);
    return server;
  }

  private List<EtcdServer> cluster() throws Exception {
    List<EtcdServer> cluster = EtcdServer.cluster(Files.createTempDirectory(folder, "cluster"), 3);
    servers.addAll(cluster);
    cluster.forEach(EtcdServer::awaitHealth);
    return cluster;
  }

  private URI[] endpoints() {
    return servers.stream().map(EtcdServer::endpoint).toArray(URI[]::new);
  }

  private static EtcdServer leader(List<EtcdServer> cluster) throws Exception {
    for (EtcdServer member : cluster) {
      if (member.leads()) {
        return member;
      }
    }
    throw new AssertionError("a healthy cluster without a leader");
  }

  private EtcdLeaseStore asElector(EtcdServer server, String prefix, Path password) {
    return stores.open(
        EtcdStores.as(EtcdStores.plain(prefix, server.endpoint()), "elector", password));
  }

  /** As the README says: one user whose only right is the prefix. */
  private static void askForUsers(EtcdServer server, String password) throws Exception {
    String key = EtcdServer.base64(PREFIX.getBytes(UTF_8));
    String behind = EtcdServer.base64("/faults0".getBytes(UTF_8));
    server.call("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"root\"}");
    server.call("/v3/auth/role/add", "{\"name\":\"root\"}");
    server.call("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
    server.call("/v3/auth/role/add", "{\"name\":\"elector\"}");
    server.call(
        "/v3/auth/role/grant",
        "{\"name\":\"elector\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\""
            + key
            + "\",\"range_end\":\""
            + behind
            + "\"}}");
    server.call("/v3/auth/user/add", "{\"name\":\"elector\",\"password\":\"" + password + "\"}");
    server.call("/v3/auth/user/grant", "{\"user\":\"elector\",\"role\":\"elector\"}");
    assertThat(server.call("/v3/auth/enable", "{}")).doesNotContain("error");
  }

  private static String token(EtcdServer server, String user, String password) throws Exception {
    String answer =
        server.call(
            "/v3/auth/authenticate",
            "{\"name\":\"" + user + "\",\"password\":\"" + password + "\"}");
    return EtcdServer.member(answer, "token");
  }

  private static void certify(Certificates authority, Path serverTls, Path clientTls)
      throws Exception {
    authority.authorityInto(serverTls.resolve("ca.crt"));
    authority.authorityInto(clientTls.resolve("ca.crt"));
    Certificates.identityInto(
        serverTls.resolve("tls.crt"),
        serverTls.resolve("tls.key"),
        authority.addressedBothWays("127.0.0.1"));
    Certificates.identityInto(
        clientTls.resolve("tls.crt"), clientTls.resolve("tls.key"), authority.client("elector"));
  }

  private static Stored readUntilAnswered(LeaseStore store) {
    var answered = new ArrayList<Stored>();
    Await.until(
        () -> "an answer; " + store.trouble(),
        () -> {
          if (outcome(store.read("orders")) instanceof Stored stored) {
            answered.add(stored);
          }
          return !answered.isEmpty();
        });
    return answered.getFirst();
  }

  private static void writeUntilAnswered(LeaseStore store, Lease next) {
    Await.until(
        () -> "a write; " + store.trouble(),
        () ->
            outcome(store.read("orders")) instanceof Stored stored
                && outcome(store.compareAndSet("orders", stored.version(), next))
                    instanceof Swap.Written);
  }

  private static void assertFails(CompletionStage<?> call) {
    assertThat(outcome(call)).isInstanceOf(EtcdFailure.class);
  }
}
