import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Runs every candidate on every input, in rounds, and prints the tables of README.md. The script
 * {@code run} tells the options and starts it.
 */
final class Benchmark {
  // Of Lines, roughly; the figures are of what was really written.
  private static final Map<String, Integer> LINE_BYTES = Map.of("plain", 134, "json", 187);

  private final Map<String, String> options = new HashMap<>();
  private final List<Trial.Result> results = new ArrayList<>();
  private final Pattern only;
  private final Path work;
  private final Path raw;
  private final Candidate.Places places;

  private Benchmark(String[] args) throws IOException {
    for (var arg : args) {
      options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
    }
    only = Pattern.compile(option("only", ""));
    Path target = Path.of(option("target", "")).toAbsolutePath();
    Files.createDirectories(target);
    work = Files.createTempDirectory(target, "run-");
    raw = target.resolve("figures-" + Instant.now().getEpochSecond() + ".tsv");
    var state = Files.createDirectory(work.resolve("state"));
    places =
        new Candidate.Places(
            Path.of(option("image", "")).toAbsolutePath(),
            Path.of(option("runtime", "")).toAbsolutePath(),
            Path.of(option("rsyslog", "")).toAbsolutePath(),
            Path.of(option("syslog-ng", "")).toAbsolutePath(),
            option("fluent-bit", "").isEmpty() ? null : Path.of(option("fluent-bit", "")),
            work,
            state,
            1,
            0);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var benchmark = new Benchmark(args);
    Runtime.getRuntime().addShutdownHook(new Thread(benchmark::cleanUp));
    int rounds = Integer.parseInt(benchmark.option("rounds", "3"));
    for (int round = 1; round <= rounds; round++) {
      benchmark.round(round);
    }
    System.out.println(Table.of(benchmark.results));
    System.out.println("raw results: " + benchmark.raw);
  }

  private String option(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  private void cleanUp() {
    // Whoever is interrupted leaves no shipper behind.
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      Trial.delete(work);
    } catch (IOException e) {
      System.err.println("benchmark: cannot remove " + work + ": " + e);
    }
  }

  private void round(int round) throws IOException, InterruptedException {
    for (var lines : option("lines", "plain,json").split(",")) {
      for (var files : option("files", "1,100").split(",")) {
        drainAndKill(round, lines, Integer.parseInt(files));
        steady(round, lines, Integer.parseInt(files));
      }
    }
  }

  private void drainAndKill(int round, String lines, int files)
      throws IOException, InterruptedException {
    long drain = Long.parseLong(option("drain", "2000"));
    if (drain > 0) {
      var input = written(lines, files, drain);
      for (var candidate : candidates(lines, files)) {
        add(round, Trial.drain(candidate, input, places));
      }
      Trial.delete(input.folder());
    }
    long killed = Long.parseLong(option("killed", "200"));
    if (killed > 0) {
      var input = written(lines, files, killed);
      for (var candidate : shippers(lines, files)) {
        add(round, Trial.killed(candidate, input, places));
      }
      Trial.delete(input.folder());
    }
  }

  private void steady(int round, String lines, int files) throws IOException, InterruptedException {
    long perSecond = Long.parseLong(option("rate", "20")) * 1_000_000 / LINE_BYTES.get(lines);
    long count = perSecond * Long.parseLong(option("steady", "60"));
    if (count == 0) {
      return;
    }
    for (var candidate : shippers(lines, files)) {
      var folder = Files.createDirectory(work.resolve("logs"));
      var input = new Trial.Input(lines, files, count, folder);
      add(round, Trial.steady(candidate, input, places, perSecond));
      Trial.delete(folder);
    }
  }

  private List<Candidate> candidates(String lines, int files) {
    boolean simplest = lines.equals("plain") && files == 1;
    return List.of(Candidate.values()).stream()
        .filter(candidate -> only.matcher(candidate.name()).find())
        .filter(candidate -> simplest || !candidate.aside())
        .toList();
  }

  private List<Candidate> shippers(String lines, int files) {
    return candidates(lines, files).stream().filter(candidate -> !candidate.floor()).toList();
  }

  private Trial.Input written(String lines, int files, long megabytes)
      throws IOException, InterruptedException {
    long count = megabytes * 1_000_000 / LINE_BYTES.get(lines);
    var folder = Files.createDirectory(work.resolve("logs"));
    var writer =
        new ProcessBuilder(Trial.java("Lines", folder, files, count, lines))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    writer.getInputStream().readAllBytes();
    if (writer.waitFor() != 0) {
      throw new IOException("Lines ended with " + writer.exitValue());
    }
    return new Trial.Input(lines, files, count, folder);
  }

  private void add(int round, Trial.Result result) throws IOException {
    results.add(result);
    String fields =
        result.toString().replaceAll("^Result\\[kind=|]$", "").replaceAll(", \\w+=", "\t");
    Files.writeString(
        raw, round + "\t" + fields + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.err.println(round + "\t" + fields);
  }
}
