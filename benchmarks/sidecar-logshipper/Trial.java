import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One run of one candidate: on a core of its own, the receiver and the writer on the other one.
 *
 * <pre>
 *   Lines --- files --- candidate --- loopback --- Hole       core 0: candidate
 *                                                             core 1: Lines, Hole, this
 * </pre>
 */
final class Trial {
  /** Nothing has arrived for so long: it never will. */
  private static final int QUIET_SECONDS = 60;

  private static final long STOP_SECONDS = 20;

  /** What a run was, and what it gave; NaN where it is not measured. */
  record Result(
      String kind,
      String lines,
      int files,
      Candidate candidate,
      String problem,
      double bytes,
      double seconds,
      double cpu,
      double cpuSecondHalf,
      double receiverCpu,
      double peak,
      double groupPeak,
      double p50,
      double p99,
      double max,
      double lost,
      double twice) {
    String key() {
      return kind + "\t" + lines + "\t" + files + "\t" + candidate;
    }
  }

  /** Input of a run: {@code lines} is plain or json, {@code count} of them in {@code files}. */
  record Input(String lines, int files, long count, Path folder) {
    long bytes() throws IOException {
      long bytes = 0;
      try (var logs = Files.list(folder)) {
        for (var log : logs.toList()) {
          bytes += Files.size(log);
        }
      }
      return bytes;
    }
  }

  private final Candidate candidate;
  private final Input input;
  private final Candidate.Places places;
  private final Meter meter;
  private final List<Process> processes = new ArrayList<>();
  private Process shipper;
  private Process hole;
  private BlockingQueue<String> arrivals;
  private Candidate.Places here;
  private double seconds;
  private double cpu = Double.NaN;
  private double cpuSecondHalf = Double.NaN;
  private double receiverCpu = Double.NaN;
  private String[] account = {};
  private String problem = "";

  private Trial(Candidate candidate, Input input, Candidate.Places places) throws IOException {
    this.candidate = candidate;
    this.input = input;
    this.places = places;
    this.meter = new Meter(candidate.memoryLimit());
  }

  /** The files are there before the start; measured from the start to the last arrival. */
  static Result drain(Candidate candidate, Input input, Candidate.Places places)
      throws IOException, InterruptedException {
    var trial = new Trial(candidate, input, places);
    return trial.run("drain", () -> trial.drain(false));
  }

  /** A drain in which it is killed when half has arrived, and started again on what it has left. */
  static Result killed(Candidate candidate, Input input, Candidate.Places places)
      throws IOException, InterruptedException {
    var trial = new Trial(candidate, input, places);
    return trial.run("killed", () -> trial.drain(true));
  }

  /** Lines are appended at a rate; measured from the first of them, so without the start. */
  static Result steady(
      Candidate candidate, Input input, Candidate.Places places, long linesPerSecond)
      throws IOException, InterruptedException {
    var trial = new Trial(candidate, input, places);
    return trial.run("steady", () -> trial.steady(linesPerSecond));
  }

  private interface Course {
    void run() throws IOException, InterruptedException;
  }

  private Result run(String kind, Course course) throws IOException, InterruptedException {
    problem = candidate.missing(places);
    double peak = Double.NaN;
    double groupPeak = Double.NaN;
    double bytes = Double.NaN;
    try {
      if (problem.isEmpty()) {
        course.run();
        bytes = input.bytes();
        if (shipper.isAlive()) {
          peak = Meter.peakMebibytes(shipper.pid());
          groupPeak = meter.groupPeakMebibytes();
        }
      }
    } finally {
      end();
    }
    boolean counted = account.length == 6;
    return new Result(
        kind,
        input.lines,
        input.files,
        candidate,
        problem,
        bytes,
        seconds,
        cpu,
        cpuSecondHalf,
        receiverCpu,
        peak,
        groupPeak,
        counted ? Double.parseDouble(account[3]) : Double.NaN,
        counted ? Double.parseDouble(account[4]) : Double.NaN,
        counted ? Double.parseDouble(account[5]) : Double.NaN,
        counted ? input.count - Double.parseDouble(account[1]) : Double.NaN,
        counted ? Double.parseDouble(account[2]) : Double.NaN);
  }

  private void drain(boolean kill) throws IOException, InterruptedException {
    startHole(kill ? "account" : "count");
    long started = System.nanoTime();
    startShipper();
    if (!await("half")) {
      return;
    }
    double half = Meter.cpuSeconds(shipper.pid());
    if (kill) {
      shipper.destroyForcibly().waitFor();
      startShipper();
      awaitAllOrQuiet();
      return;
    }
    if (await("done")) {
      seconds = (System.nanoTime() - started) / 1e9;
      cpu = Meter.cpuSeconds(shipper.pid());
      cpuSecondHalf = cpu - half;
      receiverCpu = Meter.cpuSeconds(hole.pid());
    }
  }

  private void steady(long linesPerSecond) throws IOException, InterruptedException {
    Process writer =
        start(
            1, java("Lines", input.folder, input.files, input.count, input.lines, linesPerSecond));
    new BufferedReader(writer.inputReader()).readLine();
    startHole("account");
    startShipper();
    TimeUnit.SECONDS.sleep(5); // Its start is not what is measured here.
    if (!shipper.isAlive()) {
      await("done");
      return;
    }
    double before = Meter.cpuSeconds(shipper.pid());
    double holeBefore = Meter.cpuSeconds(hole.pid());
    long started = System.nanoTime();
    writer.outputWriter().append('\n').flush();
    awaitAllOrQuiet();
    seconds = (System.nanoTime() - started) / 1e9;
    cpu = Meter.cpuSeconds(shipper.pid()) - before;
    receiverCpu = Meter.cpuSeconds(hole.pid()) - holeBefore;
  }

  private void startHole(String what) throws IOException, InterruptedException {
    hole =
        start(1, java("Hole", candidate.http() ? "http" : "tcp", input.count, what, input.files));
    arrivals = new LinkedBlockingQueue<>();
    var lines = hole.inputReader();
    Thread.ofVirtual().start(() -> lines.lines().forEach(arrivals::add));
    String ready = arrivals.poll(30, TimeUnit.SECONDS);
    int port = Integer.parseInt(ready.split(" ")[1]);
    here = places.of(input.folder, places.state(), input.files, port);
  }

  private void startShipper() throws IOException {
    var builder = builder(0, meter.inside(candidate.command(here)));
    builder.environment().keySet().removeIf(name -> name.startsWith("LOGSHIPPER_"));
    builder.environment().putAll(candidate.environment(here));
    var log = places.state().resolve("log").toFile();
    shipper = builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
    processes.add(shipper);
  }

  /** Waits for a word of the receiver while something arrives; says what is wrong otherwise. */
  private boolean await(String word) throws IOException, InterruptedException {
    String last = "";
    for (int quiet = 0; quiet < QUIET_SECONDS && shipper.isAlive(); ) {
      String said = arrivals.poll(1, TimeUnit.SECONDS);
      if (word.equals(said)) {
        return true;
      }
      if (said == null) {
        hole.outputWriter().append('\n').flush();
        quiet++;
      } else if (!said.equals(last)) {
        last = said;
        quiet = 0;
      }
    }
    problem =
        shipper.isAlive()
            ? "stood still for " + QUIET_SECONDS + " s, arrived: " + last
            : "ended with " + shipper.exitValue() + ": " + lastOfLog();
    return false;
  }

  /** Asks for the account every 100 ms, until it is complete or has not changed for long. */
  private void awaitAllOrQuiet() throws IOException, InterruptedException {
    long changed = System.nanoTime();
    while (System.nanoTime() - changed < TimeUnit.SECONDS.toNanos(QUIET_SECONDS / 2)) {
      hole.outputWriter().append('\n').flush();
      String said = arrivals.poll(10, TimeUnit.SECONDS);
      if (said == null || !Character.isDigit(said.charAt(0))) {
        continue;
      }
      var now = said.split(" ");
      if (account.length == 0 || !now[1].equals(account[1])) {
        changed = System.nanoTime();
      }
      account = now;
      if (Long.parseLong(now[1]) >= input.count) {
        TimeUnit.SECONDS.sleep(1); // What comes twice may come late.
        hole.outputWriter().append('\n').flush();
        for (said = "x"; said != null; said = arrivals.poll(300, TimeUnit.MILLISECONDS)) {
          account = Character.isDigit(said.charAt(0)) ? said.split(" ") : account;
        }
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    if (!shipper.isAlive()) {
      problem = "ended with " + shipper.exitValue() + ": " + lastOfLog();
    }
  }

  private String lastOfLog() throws IOException {
    return Files.readString(places.state().resolve("log"))
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((before, line) -> line)
        .orElse("nothing said");
  }

  private Process start(int core, List<String> command) throws IOException {
    var process = builder(core, command).start();
    processes.add(process);
    return process;
  }

  private static ProcessBuilder builder(int core, List<String> command) {
    var pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
    pinned.addAll(command);
    var builder = new ProcessBuilder(pinned);
    return core == 0
        ? builder.redirectErrorStream(true)
        : builder.redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** One of the programs here, as a process of this same JVM. */
  static List<String> java(String program, Object... arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program));
    for (var argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  private void end() throws IOException, InterruptedException {
    for (var process : processes.reversed()) {
      process.destroy();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    meter.remove();
    if (!problem.isEmpty() && here != null) {
      // For whoever wants to know why.
      Files.copy(
          places.state().resolve("log"),
          Path.of(System.getProperty("java.class.path"), "..", candidate + ".log"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    delete(places.state());
    Files.createDirectory(places.state());
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
