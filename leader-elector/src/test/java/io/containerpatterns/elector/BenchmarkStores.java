package io.containerpatterns.elector;

import io.containerpatterns.docker.TestServer;
import io.containerpatterns.elector.etcd.EtcdServer;
import io.containerpatterns.elector.kubernetes.TestCluster;
import io.containerpatterns.elector.kubernetes.TestCluster.Account;
import io.containerpatterns.elector.postgresql.PostgresqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The stores of one run of the benchmarks, each started once, and how candidates reach them. */
final class BenchmarkStores implements AutoCloseable {
  private final Path folder;
  private final Program program = Program.asUsersDo();
  private final EtcdServer etcd;
  private final PostgresqlServer postgresql;
  private final List<String> names = new ArrayList<>(List.of("file", "etcd", "postgresql"));
  private int places;

  /** Without an API server that of Kubernetes is left out. */
  BenchmarkStores(Path folder, boolean kubernetes) throws Exception {
    this.folder = folder;
    etcd = EtcdServer.start(Files.createDirectory(folder.resolve("etcd")));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              try {
                etcd.close();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
    postgresql = PostgresqlServer.fresh("-c", "fsync=on");
    Files.writeString(folder.resolve("password"), PostgresqlServer.PASSWORD);
    if (kubernetes) {
      names.add(1, "kubernetes");
      TestCluster.shared();
    }
  }

  /** Words of {@code ELECTOR_STORE}. */
  List<String> names() {
    return names;
  }

  /** What an elector of ours is here. */
  Program program() {
    return program;
  }

  EtcdServer etcd() {
    return etcd;
  }

  /** Settings, names and values in turn, for electors that share a place of their own. */
  String[] settings(String store) throws Exception {
    return switch (store) {
      case "file" ->
          new String[] {
            "ELECTOR_STORE", "file", "ELECTOR_FILE_DIR", folder.resolve("leases-" + ++places) + ""
          };
      case "kubernetes" -> TestCluster.shared().account().settings();
      case "etcd" ->
          new String[] {
            "ELECTOR_STORE",
            "etcd",
            "ELECTOR_ETCD_ENDPOINTS",
            etcd.endpoint().toString(),
            "ELECTOR_ETCD_PREFIX",
            "/bench-" + ++places + "/"
          };
      case "postgresql" ->
          new String[] {
            "ELECTOR_STORE",
            "postgresql",
            "ELECTOR_POSTGRESQL_URL",
            "postgresql://%s@127.0.0.1:%d/%s"
                .formatted(PostgresqlServer.USER, postgresql.port(), postgresql.database()),
            "ELECTOR_POSTGRESQL_PASSWORD_FILE",
            folder.resolve("password").toString()
          };
      default -> throw new IllegalArgumentException(store);
    };
  }

  /** Electors of ours that compete for one election. */
  Candidate.Start ours(String store, Duration lease) throws Exception {
    String[] settings = settings(store);
    var site = ElectorProcess.Site.in(Files.createTempDirectory(folder, store), program);
    String[] all =
        Stream.concat(Arrays.stream(settings), Stream.of("ELECTOR_LEASE", lease.toMillis() + "ms"))
            .toArray(String[]::new);
    return n -> {
      ElectorProcess elector = site.start(n, all);
      // Also when the benchmark is ended from outside.
      Runtime.getRuntime().addShutdownHook(new Thread(elector::kill));
      return new OurCandidate(elector);
    };
  }

  /** fabric8's candidates for one Lease. */
  Candidate.Start fabric8(Duration lease, Duration deadline, Duration retry) throws Exception {
    Account account = TestCluster.shared().account("default");
    // It patches, which our Role does not allow.
    Path token = Files.writeString(folder.resolve("token"), account.cluster().api().token());
    return n ->
        new PeerCandidate(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Fabric8Candidate.class.getName(),
                account.cluster().api().server().toString(),
                token.toString(),
                account.cluster().api().certificates().toString(),
                account.namespace(),
                "default",
                "candidate-" + n,
                Long.toString(lease.toMillis()),
                Long.toString(deadline.toMillis()),
                Long.toString(retry.toMillis())),
            "leading"::equals,
            PeerCandidate.untilItSaysSo());
  }

  /** {@code etcdctl elect}, which prints key and value once it is elected. */
  Candidate.Start etcdctl(String election) throws Exception {
    Path program = TestServer.unpacked("etcdctl", "etcd-client").resolve("usr/bin/etcdctl");
    return n ->
        new PeerCandidate(
            List.of(
                "env",
                "ETCDCTL_API=3",
                program.toString(),
                "--endpoints=" + etcd.endpoint(),
                "elect",
                election,
                "candidate-" + n),
            line -> line.startsWith(election),
            Duration.ofSeconds(1));
  }

  @Override
  public void close() throws Exception {
    etcd.close();
    postgresql.close();
  }
}
