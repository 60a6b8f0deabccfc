package io.containerpatterns.docker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server of somebody else's that an image is trained with, where the one at {@code ${sink}} would
 * not do: {@code training.peer} holds what java is called with. It says a line that begins with
 * {@code listening} when it can be called, and ends with its standard input.
 */
final class TrainingPeer implements AutoCloseable {
  private static final TrainingPeer NONE = new TrainingPeer(List.of());

  private final List<Process> processes;

  private TrainingPeer(List<Process> processes) {
    this.processes = processes;
  }

  /** Starts what the file says and waits until it listens; nothing where there is no such file. */
  static TrainingPeer start(Path file, Places places, Path log) throws IOException {
    if (!Files.exists(file)) {
      return NONE;
    }
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (var line : places.fill(file)) {
      command.addAll(List.of(line.split(" ")));
    }
    var process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    BufferedReader said = process.inputReader();
    for (var line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith("listening")) {
        return new TrainingPeer(List.of(process));
      }
    }
    throw new IllegalStateException(
        "training: " + file + ": the server did not start:\n" + Files.readString(log));
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
