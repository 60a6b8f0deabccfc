package io.containerpatterns.elector;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How long an election is without a leader when one is killed and when one is stopped, what
 * electors ask of their store meanwhile and what they weigh, ours beside other kinds. Prints the
 * tables of {@code benchmarks/leader-elector/README.md}; {@code benchmarks/leader-elector/handover}
 * starts it.
 */
final class HandOverBenchmark {
  private static final Duration MOST = Duration.ofSeconds(90);

  private final int rounds;
  private final Duration lease;
  private final BenchmarkStores stores;
  private final PrintStream out;
  private final List<Contest> contests = new ArrayList<>();
  private final List<Contest> slow = new ArrayList<>();
  private final Random random = new Random(1);

  private HandOverBenchmark(int rounds, Duration lease, BenchmarkStores stores, PrintStream out)
      throws Exception {
    this.rounds = rounds;
    this.lease = lease;
    this.stores = stores;
    this.out = out;
    Duration same = lease;
    for (String store : stores.names()) {
      contests.add(
          new Contest(
              "ours on " + store + ", lease " + same.toSeconds() + " s",
              () -> stores.ours(store, same),
              "at most " + same.toMillis(),
              "under 100"));
      if (store.equals("kubernetes")) {
        // In between, so that ours and theirs alternate.
        contests.add(
            new Contest(
                "fabric8 LeaderElector, " + same.toSeconds() + " s, renews in 2/3, retries in 1/6",
                () -> stores.fabric8(same, same.multipliedBy(2).dividedBy(3), same.dividedBy(6)),
                "",
                ""));
        slow.add(
            new Contest(
                "fabric8 LeaderElector, defaults of client-go 15/10/2 s",
                () ->
                    stores.fabric8(
                        Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                "",
                ""));
      }
    }
    slow.add(
        new Contest(
            "`etcdctl elect`, session of 60 s (not to be changed)",
            () -> stores.etcdctl("election-" + new Random().nextInt(1_000_000) + "-"),
            "",
            ""));
  }

  /** With rounds, the lease in seconds, and whether there is a Kubernetes API. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("handover-");
    int status = 0;
    try (var stores = new BenchmarkStores(folder, Boolean.parseBoolean(args[2]))) {
      var lease = Duration.ofSeconds(Long.parseLong(args[1]));
      var benchmark = new HandOverBenchmark(Integer.parseInt(args[0]), lease, stores, System.out);
      try {
        benchmark.handOver();
        benchmark.requests();
      } finally {
        benchmark.end();
      }
      new MemoryBenchmark(stores, folder, System.out).run();
      System.out.println();
      System.out.println("Logs are in " + folder + ".");
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      status = 70;
    }
    // Threads of clients that nobody closed are no reason to stay.
    System.exit(status);
  }

  private void handOver() throws Exception {
    for (Contest contest : all()) {
      contest.begin();
    }
    for (int round = 1; round <= rounds; round++) {
      for (Contest contest : slow) {
        contest.killAside();
      }
      for (Contest contest : contests) {
        pause();
        contest.killed.add(contest.handOver(Candidate::kill));
      }
      for (Contest contest : all()) {
        pause();
        contest.stopped.add(contest.handOver(Candidate::terminate));
      }
      System.err.println("round " + round + " of " + rounds);
    }
    for (Contest contest : slow) {
      contest.awaitAside();
    }
    out.println("Ours run on " + stores.program().name() + ".");
    out.println();
    out.println(
        "| ms until another one leads | leader killed | to reach | leader stopped | to reach |");
    out.println("|---|---|---|---|---|");
    for (Contest each : all()) {
      out.printf(
          "| %s | %s | %s | %s | %s |%n",
          each.name, spread(each.killed), each.killMost, spread(each.stopped), each.stopMost);
    }
    out.println();
  }

  private void requests() throws Exception {
    var before = new LinkedHashMap<Candidate, Long>();
    for (Contest each : all()) {
      each.pair().forEach(candidate -> before.put(candidate, candidate.requests()));
    }
    double keepAlives = keepAlives();
    long began = System.nanoTime();
    LockSupport.parkNanos(Duration.ofSeconds(30).toNanos());
    double seconds = (System.nanoTime() - began) / 1e9;
    out.println("| requests a second of an idle election | leader | follower | to reach |");
    out.println("|---|---|---|---|");
    for (Contest each : all()) {
      if (!each.name.contains("on file") && !each.name.contains("etcdctl")) {
        List<String> rates =
            each.pair().stream()
                .map(candidate -> candidate.requests() - before.getOrDefault(candidate, 0L))
                .map(count -> "%.2f".formatted(count / seconds))
                .toList();
        String target = each.name.startsWith("ours") ? "near 0 as a follower" : "";
        out.printf("| %s | %s | %s | %s |%n", each.name, rates.get(0), rates.get(1), target);
      }
    }
    String each = "%.2f".formatted((keepAlives() - keepAlives) / 2 / seconds);
    out.printf("| %s | %s | %s | |%n%n", slow.getLast().name, each, each);
  }

  /** What etcd has got so far to keep sessions, which only etcdctl has. */
  private double keepAlives() throws Exception {
    return stores
        .etcd()
        .metrics()
        .lines()
        .filter(line -> line.startsWith("grpc_server_msg_received_total"))
        .filter(line -> line.contains("\"LeaseKeepAlive\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private List<Contest> all() {
    var all = new ArrayList<>(contests);
    all.addAll(slow);
    return all;
  }

  /** At some moment between two renewals. */
  private void pause() {
    LockSupport.parkNanos(random.nextLong(lease.dividedBy(3).toNanos()));
  }

  private void end() throws InterruptedException {
    for (Contest each : all()) {
      each.close();
    }
  }

  private static String spread(List<Long> millis) {
    long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
    return "%d (%d to %d)"
        .formatted(sorted[(sorted.length - 1) / 2], sorted[0], sorted[sorted.length - 1]);
  }

  /** Two candidates for one election. */
  private static final class Contest implements AutoCloseable {
    final String name;
    final String killMost;
    final String stopMost;
    final List<Long> killed = new ArrayList<>();
    final List<Long> stopped = new ArrayList<>();
    private final Callable<Candidate.Start> election;
    private final List<CompletableFuture<Long>> aside = new ArrayList<>();
    private Candidate.@Nullable Start start;
    private int started;
    private @Nullable Candidate leader;
    private @Nullable Candidate follower;

    /** With how to start candidates for an election that nobody else stands in. */
    Contest(String name, Callable<Candidate.Start> election, String killMost, String stopMost) {
      this.name = name;
      this.election = election;
      this.killMost = killMost;
      this.stopMost = stopMost;
    }

    void begin() throws Exception {
      start = election.call();
      leader = one();
      leader.awaitLeading(MOST);
      follow();
    }

    private void follow() throws Exception {
      follower = one();
      follower.awaitStanding();
    }

    private Candidate one() throws Exception {
      return Objects.requireNonNull(start).candidate(++started);
    }

    /**
     * Kills the leader of another such election and does not wait: that takes up to a minute, in
     * which nothing happens.
     */
    void killAside() throws Exception {
      var another = new Contest(name, election, killMost, stopMost);
      another.begin();
      aside.add(
          CompletableFuture.supplyAsync(
              another::killOnce, task -> Thread.ofPlatform().daemon().start(task)));
    }

    void awaitAside() throws Exception {
      for (CompletableFuture<Long> each : aside) {
        killed.add(each.get());
      }
    }

    /** The leader first. */
    List<Candidate> pair() {
      if (leader == null || follower == null) {
        throw new IllegalStateException("not begun");
      }
      return List.of(leader, follower);
    }

    /** Milliseconds from the signal until the other one leads; leaves a pair again. */
    long handOver(Signal signal) throws Exception {
      long took = once(signal);
      follow();
      return took;
    }

    /** As above, and leaves nobody. */
    private long killOnce() {
      try {
        long took = once(Candidate::kill);
        close();
        return took;
      } catch (InterruptedException e) {
        throw new IllegalStateException(name, e);
      }
    }

    private long once(Signal signal) throws InterruptedException {
      List<Candidate> pair = pair();
      long sent = System.nanoTime();
      signal.send(pair.get(0));
      long took = (pair.get(1).awaitLeading(MOST) - sent) / 1_000_000;
      System.err.println(name + ": " + took);
      pair.get(0).close();
      leader = pair.get(1);
      follower = null;
      return took;
    }

    @Override
    public void close() throws InterruptedException {
      for (Candidate each : Arrays.asList(leader, follower)) {
        if (each != null) {
          each.close();
        }
      }
    }
  }

  @FunctionalInterface
  private interface Signal {
    void send(Candidate to);
  }
}
