package io.containerpatterns.elector;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What an elector weighs that leads 1, 100 and 1,000 elections: as a process on the image's runtime
 * with its flags and the heap of a container of 64 MiB, without its AOT cache, whose pages would
 * count as RSS.
 */
final class MemoryBenchmark {
  private static final Path ROOT =
      Path.of(System.getProperty("containerpatterns.root", "..")).toAbsolutePath().normalize();
  private static final Duration IDLE = Duration.ofSeconds(15);
  private static final Duration LEADING_MAX = Duration.ofSeconds(60);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final BenchmarkStores stores;
  private final Path folder;
  private final PrintStream out;

  MemoryBenchmark(BenchmarkStores stores, Path folder, PrintStream out) {
    this.stores = stores;
    this.folder = folder;
    this.out = out;
  }

  void run() throws Exception {
    boolean image = Files.isExecutable(Program.IMAGE_JAVA);
    out.printf(
        "| MiB on %s: RSS (of it private) | 1 election | 100 | 1,000 |%n|---|---|---|---|%n",
        image ? "the image's runtime" : "the JDK with the image's flags");
    var cells = new LinkedHashMap<String, List<String>>();
    for (int elections : List.of(1, 100, 1_000)) {
      // All stores at once: their memory does not depend on each other, and time does.
      var electors = new LinkedHashMap<String, Elector>();
      try {
        for (String store : stores.names()) {
          electors.put(store, start(store, elections, image));
        }
        var failed = new HashMap<String, String>();
        for (Map.Entry<String, Elector> each : electors.entrySet()) {
          String problem = each.getValue().awaitLeading(elections);
          if (!problem.isEmpty()) {
            failed.put(each.getKey(), problem);
          }
        }
        LockSupport.parkNanos(IDLE.toNanos());
        for (Map.Entry<String, Elector> each : electors.entrySet()) {
          cells
              .computeIfAbsent(each.getKey(), store -> new ArrayList<>())
              .add(each.getValue().memory() + failed.getOrDefault(each.getKey(), ""));
        }
      } finally {
        for (Elector each : electors.values()) {
          each.process.destroy();
          if (!each.process.waitFor(20, TimeUnit.SECONDS)) {
            each.process.destroyForcibly();
          }
        }
      }
    }
    cells.forEach((store, row) -> out.printf("| %s | %s |%n", store, String.join(" | ", row)));
  }

  private Elector start(String store, int elections, boolean image) throws Exception {
    var site = ElectorProcess.Site.in(folder);
    var environment = new HashMap<String, String>();
    String[] settings = stores.settings(store);
    for (int i = 0; i < settings.length; i += 2) {
      if (!settings[i + 1].isEmpty()) {
        environment.put(settings[i], settings[i + 1]);
      }
    }
    environment.put("ELECTOR_NAMES", "e-[0-" + (elections - 1) + "]");
    environment.put("ELECTOR_LISTEN", "127.0.0.1:" + site.port());
    environment.put("MANAGEMENT_LISTEN", "127.0.0.1:" + site.managementPort());
    environment.put("MALLOC_ARENA_MAX", "1");
    var command = new ArrayList<String>();
    if (image) {
      command.add(Program.IMAGE_JAVA.toString());
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
      Files.readAllLines(ROOT.resolve("docker/jvm.options")).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(command::add);
    }
    command.addAll(
        List.of(
            "-Xmx16m",
            "-jar",
            ROOT.resolve("leader-elector/target/leader-elector.jar").toString()));
    Path log = folder.resolve("memory-" + store + "-" + elections + ".log");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ELECTOR_"));
    builder.environment().putAll(environment);
    return new Elector(builder.start(), log, site.managementPort());
  }

  private record Elector(Process process, Path log, int port) {
    /** What to add to the figure when it does not lead all of them; usually nothing. */
    String awaitLeading(int elections) throws IOException, InterruptedException {
      long until = System.nanoTime() + LEADING_MAX.toNanos();
      while (leading() < elections) {
        if (!process.isAlive()) {
          // Such as one whose heap was too small; the others are worth telling all the same.
          return lastLine();
        }
        if (System.nanoTime() > until) {
          return ", leading only " + leading();
        }
        LockSupport.parkNanos(500_000_000);
      }
      return "";
    }

    private long leading() throws InterruptedException {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
              .timeout(Duration.ofSeconds(10))
              .build();
      try {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString())
            .body()
            .lines()
            .filter(line -> line.startsWith("elector_leader{") && line.endsWith(" 1.0"))
            .count();
      } catch (IOException notYet) {
        return 0;
      }
    }

    private String lastLine() throws IOException {
      return "ended: " + Files.readAllLines(log).getLast();
    }

    private String memory() throws IOException {
      if (!process.isAlive()) {
        return "";
      }
      List<String> status = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"));
      return "%.1f (%.1f)".formatted(mib(status, "VmRSS:"), mib(status, "RssAnon:"));
    }

    private static double mib(List<String> status, String key) {
      return status.stream()
          .filter(line -> line.startsWith(key))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .sum();
    }
  }
}
