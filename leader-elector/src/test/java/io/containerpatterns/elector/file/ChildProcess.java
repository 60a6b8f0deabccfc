package io.containerpatterns.elector.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.lease.History.Call;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** A {@link StoreChild} as its parent holds it. */
final class ChildProcess implements AutoCloseable {
  static final int SIGKILL = 9;
  static final int SIGSTOP = 19;
  static final String END = "end";
  private static final int LIMIT_SECONDS = 20;

  private final String name;
  private final Process process;
  private final PrintStream in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  ChildProcess(String name, Path directory, Duration clockOffset) throws IOException {
    this(name, directory, clockOffset, System.getProperty("java.class.path"), List.of());
  }

  /** Starts one; {@code prefix} is the command that starts it, such as {@code setpriv ...}. */
  ChildProcess(
      String name, Path directory, Duration clockOffset, String classPath, List<String> prefix)
      throws IOException {
    this.name = name;
    var command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            StoreChild.class.getName(),
            directory.toString(),
            clockOffset.toString()));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    in = new PrintStream(process.getOutputStream(), true, UTF_8);
    Thread.startVirtualThread(this::readLines);
  }

  private void readLines() {
    try (BufferedReader out = process.inputReader(UTF_8)) {
      out.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      // The process was killed in the middle of a line.
      lines.add(END);
      return;
    }
    lines.add(END);
  }

  ChildProcess ready() {
    assertThat(line()).startsWith("ready");
    return this;
  }

  /** Its next line; {@code end} after the last. */
  String line() {
    try {
      String line = lines.poll(LIMIT_SECONDS, SECONDS);
      assertThat(line).as("a line of %s", name).isNotNull();
      return String.valueOf(line);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String name() {
    return name;
  }

  void tell(String line) {
    in.println(line);
  }

  void arm(int signal, int step) {
    tell("arm " + signal + " " + step);
    assertThat(line()).isEqualTo("armed");
  }

  Call parseRead(String line) {
    String[] words = line.split(" ", -1);
    assertThat(words[0]).as(line).isEqualTo("found");
    Stored found =
        words[2].equals("-")
            ? Stored.ABSENT
            : new Stored(Long.parseLong(words[1]), StoreProcesses.lease(words[2]));
    return Call.read(name, found, Long.parseLong(words[3]), Long.parseLong(words[4]));
  }

  Call parseSwap(long expected, String holder, String line) {
    String[] words = line.split(" ", -1);
    assertThat(words[0]).as(line).isEqualTo("swapped");
    return Call.swap(
        name,
        expected,
        holder,
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]));
  }

  /** Waits until it stands still, is dead, or has settled; whether it has not settled. */
  boolean awaitTroubleOrSettled() {
    long limit = System.nanoTime() + SECONDS.toNanos(LIMIT_SECONDS);
    while (System.nanoTime() < limit) {
      if (lines.contains("settled")) {
        return false;
      }
      if (lines.contains(END) || isStopped()) {
        return true;
      }
      LockSupport.parkNanos(200_000);
    }
    throw new AssertionError(name + " neither stood still nor settled");
  }

  boolean isStopped() {
    String stat;
    try {
      stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    } catch (IOException e) {
      // It is dead, perhaps since a moment ago.
      return false;
    }
    return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
  }

  void stop() throws IOException {
    send("STOP");
  }

  void goOn() throws IOException {
    send("CONT");
  }

  private void send(String signal) throws IOException {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(LIMIT_SECONDS, SECONDS)).isTrue();
    return process.exitValue();
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
