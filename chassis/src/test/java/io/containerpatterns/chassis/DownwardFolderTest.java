package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.log.CapturedLog;
import io.containerpatterns.chassis.log.Level;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.LogOutput;
import io.containerpatterns.chassis.log.Loggers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DownwardFolderTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final ManualTicker ticker = new ManualTicker();
  private final Lifecycle lifecycle =
      new Lifecycle(ticker, ticker.clock(), () -> Duration.ofSeconds(30));
  private final Loggers loggers =
      LogOutput.open(
              new PrintStream(OutputStream.nullOutputStream()), false, Level.INFO, ticker.clock())
          .loggers();

  @TempDir Path folder;

  @BeforeEach
  void ready() {
    lifecycle.started();
  }

  @Test
  void theSwapOfAKubernetesVolumeIsNoticed() throws Exception {
    publish(1, "containerpatterns.io/priority=\"10\"\n");
    Files.createSymbolicLink(folder.resolve("annotations"), Path.of("..data/annotations"));
    try (DownwardFolder downward = DownwardFolder.follow(folder, NEVER, lifecycle, loggers)) {
      awaitPriority(10);

      publish(2, "containerpatterns.io/priority=\"20\"\ncontainerpatterns.io/drain=\"true\"\n");

      awaitPriority(20);
      awaitState(State.DRAINING);
      publish(3, "containerpatterns.io/priority=\"20\"\ncontainerpatterns.io/drain=\"false\"\n");
      awaitState(State.READY);
    }
  }

  @Test
  void whereNothingIsToldPollingFindsTheChange() throws Exception {
    // Written through a link whose target lies elsewhere, as on file systems that tell nothing.
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/data"));
    Path watched = Files.createDirectories(folder.resolve("watched"));
    Files.createSymbolicLink(watched.resolve("annotations"), elsewhere.resolve("annotations"));
    try (DownwardFolder downward =
        DownwardFolder.follow(watched, Duration.ofMillis(20), lifecycle, loggers)) {
      Files.writeString(elsewhere.resolve("annotations"), "containerpatterns.io/priority=\"7\"\n");

      awaitPriority(7);
    }
  }

  @Test
  void aRemovedDrainResumes() throws Exception {
    write("containerpatterns.io/drain=\"true\"\n");
    try (DownwardFolder downward = DownwardFolder.follow(folder, NEVER, lifecycle, loggers)) {
      awaitState(State.DRAINING);

      write("other=\"x\"\n");

      awaitState(State.READY);
    }
  }

  @Test
  void aLogLevelHoldsUntilTheLineIsGone() throws Exception {
    Log log = Log.of(DownwardFolderTest.class);
    write("containerpatterns.io/log-level=\"debug\"\n");
    try (DownwardFolder downward = DownwardFolder.follow(folder, NEVER, lifecycle, loggers)) {
      Await.until("debug", () -> log.isOn(Level.DEBUG));

      write("\n");

      Await.until("info again", () -> !log.isOn(Level.DEBUG));
      assertThat(log.isOn(Level.INFO)).isTrue();
    }
  }

  @Test
  void wrongValuesAreToldAndTheRightOnesBesideThemTaken() throws Exception {
    try (CapturedLog log = CapturedLog.of(DownwardFolder.class);
        DownwardFolder downward = DownwardFolder.follow(folder, NEVER, lifecycle, loggers)) {
      write(
          """
          containerpatterns.io/log-level="loud"
          containerpatterns.io/drain="yes"
          containerpatterns.io/priority="101"
          """);
      Await.until(
          "three warnings",
          () -> log.lines().stream().filter(l -> l.startsWith("WARN")).count() == 3);
      write("containerpatterns.io/priority=\"42\"\n");

      awaitPriority(42);
      assertThat(log.lines())
          .contains(
              "WARN  chassis.DownwardFolder: annotation ignored"
                  + " problem=\"containerpatterns.io/log-level: \\\"loud\\\" (expected: one of"
                  + " trace, debug, info, warn, error, off)\"",
              "WARN  chassis.DownwardFolder: annotation ignored"
                  + " problem=\"containerpatterns.io/drain: \\\"yes\\\" (expected: true or"
                  + " false)\"",
              "WARN  chassis.DownwardFolder: annotation ignored"
                  + " problem=\"containerpatterns.io/priority: \\\"101\\\" (expected: a whole"
                  + " number from 0 to 100)\"");
      assertThat(lifecycle.state()).isEqualTo(State.READY);
    }
  }

  @Test
  void anOversizedFileLeavesEverythingAsItWas() throws Exception {
    try (CapturedLog log = CapturedLog.of(DownwardFolder.class);
        DownwardFolder downward = DownwardFolder.follow(folder, NEVER, lifecycle, loggers)) {
      write("containerpatterns.io/drain=\"true\"\n" + "#".repeat(1 << 20));

      Await.until("a warning", () -> log.lines().stream().anyMatch(l -> l.startsWith("WARN")));
      assertThat(log.lines())
          .contains(
              "WARN  chassis.DownwardFolder: cannot read annotations, what they said last stays"
                  + " folder="
                  + folder
                  + " cause=\"IOException: more than 1 MiB\"");
      assertThat(lifecycle.state()).isEqualTo(State.READY);
    }
  }

  /** Whole or not at all, so that no half-written file is seen. */
  private void write(String annotations) throws IOException {
    Path next = Files.writeString(folder.resolve(".next"), annotations);
    Files.move(next, folder.resolve("annotations"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** As the kubelet does: a new folder, then the link ..data swapped by one rename. */
  private void publish(int version, String annotations) throws IOException {
    Path data = Files.createDirectory(folder.resolve("..version" + version));
    Files.writeString(data.resolve("annotations"), annotations);
    Path link = folder.resolve("..data_tmp");
    Files.createSymbolicLink(link, data.getFileName());
    Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void awaitPriority(int priority) {
    Await.until("priority " + priority, () -> lifecycle.status().priority() == priority);
  }

  private void awaitState(State state) {
    Await.until(state::toString, () -> lifecycle.state() == state);
  }
}
