package io.containerpatterns.elector;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What an elector weighs that leads 1, 100 and 1,000 elections on each store: the image in a
 * container of 64 MiB, for a minute each, one after the other.
 */
final class MemoryBenchmark {
  private static final Duration LASTING = Duration.ofSeconds(60);

  private final BenchmarkStores stores;
  private final Path folder;
  private final PrintStream out;

  MemoryBenchmark(BenchmarkStores stores, Path folder, PrintStream out) {
    this.stores = stores;
    this.folder = folder;
    this.out = out;
  }

  void run() throws Exception {
    out.println(
        "| in 64 MiB, elections | RSS | of it private | cgroup | most RSS | all led after | leases"
            + " lost | requests a second of an election |");
    out.println("|---|---|---|---|---|---|---|---|");
    // The heaviest first: that is where a promise may break.
    for (int elections : List.of(1_000, 100, 1)) {
      for (String store : stores.names()) {
        try (var elector = WeighedElector.start(folder, elections, stores.settings(store))) {
          out.printf("| %s, %,d | %s |%n", store, elections, weighed(elector, elections));
        }
      }
    }
  }

  private static String weighed(WeighedElector elector, int elections)
      throws IOException, InterruptedException {
    long from = System.nanoTime();
    @Nullable Duration all = elector.awaitAll(LASTING);
    long before = elector.requests();
    long since = System.nanoTime();
    LockSupport.parkNanos(Math.max(LASTING.toNanos() / 4, from + LASTING.toNanos() - since));
    String end = elector.end();
    if (!end.isEmpty()) {
      return end;
    }
    double seconds = (System.nanoTime() - since) / 1e9;
    return "%.1f | %.1f | %.1f | %.1f | %s | %d | %.2f"
        .formatted(
            elector.statusMiB("VmRSS"),
            elector.statusMiB("RssAnon"),
            elector.cgroupMiB(),
            elector.statusMiB("VmHWM"),
            all == null
                ? "not in a minute, led " + elector.leading()
                : "%.1f s".formatted(all.toMillis() / 1e3),
            elector.lost(),
            (elector.requests() - before) / seconds / elections);
  }

  /** Only the memory; takes whether there is a Kubernetes API. */
  public static void main(String[] args) throws Exception {
    Path folder = java.nio.file.Files.createTempDirectory("memory-");
    try (var stores = new BenchmarkStores(folder, Boolean.parseBoolean(args[0]))) {
      new MemoryBenchmark(stores, folder, System.out).run();
    }
    System.exit(0);
  }
}
