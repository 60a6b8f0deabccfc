package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;

/**
 * Records with JFR, one recording at a time and only while somebody waits for it, into a file that
 * its reader deletes.
 *
 * <pre>
 *   MANAGEMENT_PROFILE_DIR/
 *     profile-123.jfr             the recording, until it was sent
 *     2026_01_01_00_00_00_1/      where JFR collects it; removed by the JVM at its end
 * </pre>
 */
final class Recorder {
  private static final Log log = Log.of(Recorder.class);
  private static final Duration CPU_PERIOD = Duration.ofMillis(10);
  private static final Duration LOCK_LEAST = Duration.ofMillis(1);
  private static final int BYTES_MAX = 32 << 20;

  private final Path folder;
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean configured; // by the one who records

  Recorder(Path folder) {
    this.folder = folder;
  }

  /** What to record. */
  enum Kind {
    /** Where threads spend processor time. */
    CPU,
    /** Who allocates. */
    ALLOC,
    /** Who waits for whom. */
    LOCK,
    /** Reads and writes of files and sockets that take long. */
    IO;

    private void enable(Recording recording) {
      switch (this) {
        case CPU -> {
          recording.enable("jdk.ExecutionSample").withPeriod(CPU_PERIOD);
          recording.enable("jdk.NativeMethodSample").withPeriod(CPU_PERIOD.multipliedBy(2));
          recording.enable("jdk.CPULoad").withPeriod(Duration.ofSeconds(1));
          recording.enable("jdk.ThreadCPULoad").withPeriod(Duration.ofSeconds(1));
        }
        case ALLOC -> {
          recording.enable("jdk.ObjectAllocationSample").with("throttle", "500/s");
          recording.enable("jdk.GarbageCollection");
          recording.enable("jdk.GCHeapSummary");
        }
        case LOCK -> {
          recording.enable("jdk.JavaMonitorEnter").withThreshold(LOCK_LEAST);
          recording.enable("jdk.JavaMonitorWait").withThreshold(LOCK_LEAST);
          recording.enable("jdk.ThreadPark").withThreshold(LOCK_LEAST);
          recording.enable("jdk.VirtualThreadPinned").withThreshold(LOCK_LEAST);
        }
        case IO -> {
          recording.enable("jdk.SocketRead").withThreshold(LOCK_LEAST);
          recording.enable("jdk.SocketWrite").withThreshold(LOCK_LEAST);
          recording.enable("jdk.FileRead").withThreshold(LOCK_LEAST);
          recording.enable("jdk.FileWrite").withThreshold(LOCK_LEAST);
          recording.enable("jdk.FileForce").withThreshold(LOCK_LEAST);
        }
      }
    }
  }

  /**
   * Records for as long as asked. Blocks; called by one at a time.
   *
   * @return the file, which the caller deletes
   * @throws Refusal 503 when the folder cannot be written
   */
  Path record(Kind kind, Duration duration) throws IOException, InterruptedException {
    Path file = create();
    try {
      configure();
      try (var recording = new Recording()) {
        recording.setName("management-" + kind);
        recording.setMaxSize(BYTES_MAX);
        recording.setToDisk(true);
        kind.enable(recording);
        recording.start();
        ended.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        recording.stop();
        recording.dump(file);
      }
      return file;
    } catch (IOException | RuntimeException | InterruptedException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Ends the recording under way early: what it has is what its reader gets. */
  void end() {
    ended.countDown();
  }

  private Path create() {
    try {
      return Files.createTempFile(folder, "profile-", ".jfr");
    } catch (IOException e) {
      log.warn("cannot record a profile", "folder", folder, "cause", e);
      throw Refusal.of(
          503,
          "profile_dir_unusable",
          "cannot write to "
              + folder
              + " ("
              + e.getClass().getSimpleName()
              + "); mount a writable volume there, such as an emptyDir, or set"
              + " MANAGEMENT_PROFILE_DIR to one");
    }
  }

  /**
   * Before the first recording: JFR must collect where we may write, and hold less than it would by
   * itself.
   */
  private void configure() {
    if (!configured) {
      Diagnostics.run(
          "jfrConfigure", "repositorypath=" + folder, "memorysize=2m", "globalbuffersize=256k");
      configured = true;
    }
  }
}
