package io.containerpatterns.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * An API server of our own and its etcd, started and ended by the programs {@code start} and {@code
 * stop} of a folder.
 *
 * @param programs that folder
 * @param folder what they write, the process ids in {@code *.pid} among it
 * @param kubeconfig how to reach it
 */
record KubernetesProcesses(Path programs, Path folder, Path kubeconfig) {
  private static final Duration END_MAX = Duration.ofSeconds(20);

  static KubernetesProcesses start(Path programs, Path folder)
      throws IOException, InterruptedException {
    var start = new ProcessBuilder(programs.resolve("start").toString(), folder.toString());
    start.environment().merge("PATH", etcd().getParent() + ":", (path, more) -> more + path);
    String kubeconfig = output(start);
    return new KubernetesProcesses(programs, folder, Path.of(kubeconfig));
  }

  /** From the PATH, or from Debian's package. */
  private static Path etcd() throws IOException, InterruptedException {
    for (String folder : System.getenv("PATH").split(":")) {
      Path found = Path.of(folder, "etcd");
      if (Files.isExecutable(found)) {
        return found;
      }
    }
    return TestServer.unpacked("etcd", "etcd-server").resolve("usr/bin/etcd");
  }

  void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, pid("apiserver").toString());
    if (kill.inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("the API server runs no more; see " + log());
    }
  }

  void kill() throws IOException, InterruptedException {
    ProcessHandle server = handle("apiserver").orElseThrow();
    // What it was started with, for the next start; gone with the process.
    byte[] commandLine = Files.readAllBytes(Path.of("/proc/" + server.pid() + "/cmdline"));
    Files.write(folder.resolve("apiserver.cmdline"), commandLine);
    server.destroyForcibly();
    server.onExit().join();
  }

  void startAgain() throws IOException {
    String commandLine = Files.readString(folder.resolve("apiserver.cmdline"));
    Process server =
        new ProcessBuilder(commandLine.split("\0"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    Files.writeString(folder.resolve("apiserver.pid"), server.pid() + "\n");
  }

  void end() throws IOException, InterruptedException {
    var running = new ArrayList<ProcessHandle>();
    for (String name : List.of("apiserver", "etcd")) {
      handle(name).ifPresent(running::add);
    }
    if (handle("apiserver").isPresent()) {
      // A paused one would not notice that it is to end.
      signal("CONT");
    }
    output(new ProcessBuilder(programs.resolve("stop").toString(), folder.toString()));
    long until = System.nanoTime() + END_MAX.toNanos();
    for (ProcessHandle each : running) {
      while (each.isAlive() && System.nanoTime() < until) {
        LockSupport.parkNanos(20_000_000);
      }
      each.destroyForcibly();
    }
  }

  private Optional<ProcessHandle> handle(String name) throws IOException {
    return Files.exists(folder.resolve(name + ".pid"))
        ? ProcessHandle.of(pid(name)).filter(ProcessHandle::isAlive)
        : Optional.empty();
  }

  private Long pid(String name) throws IOException {
    return Long.valueOf(Files.readString(folder.resolve(name + ".pid")).strip());
  }

  private Path log() {
    return folder.resolve("apiserver.log");
  }

  private static String output(ProcessBuilder program) throws IOException, InterruptedException {
    Process process = program.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          program.command() + " ended with " + process.exitValue() + ": " + output);
    }
    return output;
  }
}
