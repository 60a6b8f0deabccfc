package io.containerpatterns.chassis;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A container that runs inside the test: its output, its signals, its management port and its end
 * are in our hands.
 */
final class Running implements AutoCloseable {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, Runnable> signals = new ConcurrentHashMap<>();
  private final CompletableFuture<ExitCode> ended = new CompletableFuture<>();
  private final CompletableFuture<ExitCode> halted = new CompletableFuture<>();
  private final Thread.@Nullable UncaughtExceptionHandler handlerBefore =
      Thread.getDefaultUncaughtExceptionHandler();
  volatile @Nullable Managed managed;
  volatile boolean portOpen;

  /** Begins in the background. */
  static Running start(Image<?> image, Map<String, String> environment, String... args) {
    Running running = new Running();
    running.begin(image, environment, running::open, args);
    return running;
  }

  static Running start(
      Image<?> image,
      Map<String, String> environment,
      ManagementPort.Opening opening,
      String... args) {
    Running running = new Running();
    running.begin(image, environment, opening, args);
    return running;
  }

  private void begin(
      Image<?> image,
      Map<String, String> environment,
      ManagementPort.Opening opening,
      String... args) {
    Host host =
        new Host(
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            signals::put,
            halted::complete,
            Ticker.system(),
            InstantSource.system());
    Thread.ofPlatform()
        .name("container-under-test")
        .start(() -> ended.complete(new Container<>(image, host, opening).run(args)));
  }

  private ManagementPort open(Managed opened) {
    managed = opened;
    portOpen = true;
    return new ManagementPort() {
      @Override
      public InetSocketAddress address() {
        return InetSocketAddress.createUnresolved("127.0.0.1", 9_999);
      }

      @Override
      public void close() {
        portOpen = false;
      }
    };
  }

  /** Waits for a state. */
  Running until(Lifecycle.State state) {
    Await.until(
        () -> state + ", it is " + managed + "\n" + out() + err(),
        () -> {
          Managed now = managed;
          return now != null && now.lifecycle().state() == state;
        });
    return this;
  }

  Managed managed() {
    Managed now = managed;
    if (now == null) {
      throw new AssertionError("no management port\n" + out() + err());
    }
    return now;
  }

  void signal(String name) {
    Await.until("a handler for " + name, () -> signals.containsKey(name));
    Objects.requireNonNull(signals.get(name)).run();
  }

  ExitCode exitCode() throws Exception {
    return ended.get(20, TimeUnit.SECONDS);
  }

  ExitCode halted() throws Exception {
    return halted.get(20, TimeUnit.SECONDS);
  }

  boolean isRunning() {
    return !ended.isDone();
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (isRunning()) {
      Await.until("an end is possible", () -> managed != null || !isRunning());
      Managed now = managed;
      if (now != null) {
        now.lifecycle().fail("test over");
      }
      Await.until("an end", () -> !isRunning());
    }
    Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
  }
}
