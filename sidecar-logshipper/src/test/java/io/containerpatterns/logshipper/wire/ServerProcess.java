package io.containerpatterns.logshipper.wire;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A receiver of somebody else's as a process on loopback, and the file that it writes. */
public final class ServerProcess implements AutoCloseable {
  private final List<String> command;
  private final Map<String, String> environment;
  private final int port;
  private final Path log;
  private final Path received;
  private Process process;

  /**
   * Starts it and waits until it listens.
   *
   * @param folder for its log and for the file {@code received}, one line for each event
   */
  public ServerProcess(Path folder, int port, Map<String, String> environment, List<String> command)
      throws IOException {
    this.command = command;
    this.environment = environment;
    this.port = port;
    this.log = folder.resolve("server.log");
    this.received = folder.resolve("received");
    process = launch();
    awaitPort();
  }

  /** The file that a server in this folder is to write. */
  public static Path received(Path folder) {
    return folder.resolve("received");
  }

  /** A port that nobody listens on. */
  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public int port() {
    return port;
  }

  /** The events that it has written so far. */
  public List<String> lines() {
    try {
      return Files.exists(received)
          ? Files.readString(received, StandardCharsets.UTF_8).lines().toList()
          : List.of();
    } catch (IOException notYet) {
      return List.of();
    }
  }

  /** So many events, once it has written them. */
  public List<String> awaitLines(int count) {
    Await.until(
        () -> count + " events, got " + lines().size() + ": " + log(),
        () -> lines().size() >= count);
    return lines();
  }

  /** Ends it as a system does. */
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, SECONDS)) {
      throw new AssertionError("it does not end: " + log());
    }
  }

  /** Starts it again where it was. */
  public void startAgain() throws IOException {
    process = launch();
    awaitPort();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Await.until("it to end", () -> !process.isAlive());
  }

  private Process launch() throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private void awaitPort() {
    try {
      Await.until(
          () -> "it to listen: " + log(),
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError("it has ended: " + log());
            }
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
              return socket.isConnected();
            } catch (IOException notYet) {
              return false;
            }
          });
    } catch (AssertionError failed) {
      process.destroyForcibly();
      throw failed;
    }
  }

  private String log() {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
