package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the state directory costs duplicates, never lines. */
final class StateFaultIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");

  @TempDir Path folder;
  private final Arrivals arrivals = new Arrivals();

  @Test
  void onAFullDiskItShipsOnSaysSoAndAfterACrashSendsNoMoreThanThatTwice() throws Exception {
    assumeTrue(isRoot(), "a small file system is mounted, which only root may do");
    Path state = Files.createDirectories(folder.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", state.toString());
    try {
      var site = ShipperProcess.Site.in(folder, state);
      try (var store = HttpStore.into(arrivals);
          var app = new LogWriter(site.logs(), "app")) {
        try (var shipper = site.start(store.url()).ready()) {
          app.write(100);
          awaitAll(app);
          Await.until("it is written down", () -> shipper.lag() == 0);
          awaitQuiet(state.resolve("checkpoint"));
          fill(state);
          app.rotate(LogWriter.Rotation.RENAME, 10);
          app.write(5_000);
          // So many that what is known of them does not fit into the block that the file has.
          for (int i = 0; i < 100; i++) {
            Files.writeString(
                site.logs().resolve("other-" + i + ".log"), LogWriter.line("other-" + i, 0) + "\n");
          }
          awaitAll(app);
          Await.until(
              () -> "it is said: " + shipper.get("/healthz?verbose").body(),
              () -> shipper.get("/healthz?verbose").body().contains("DEGRADED"));
          assertThat(shipper.get("/healthz?verbose").body())
              .contains(
                  "the checkpoint cannot be written (No space left on device); shipping goes on");
          shipper.kill();
        }

        try (var shipper = site.start(store.url()).ready()) {
          Await.until("it has caught up", () -> shipper.lag() == 0);
          Files.delete(state.resolve("filler"));
          app.write(10);
          awaitAll(app);
          Await.until(
              () -> "it is well: " + shipper.get("/healthz?verbose").body(),
              () -> !shipper.get("/healthz?verbose").body().contains("DEGRADED"));
          assertThat(shipper.terminate()).as(shipper.log()).isZero();
        }
        assertThat(arrivals.missing(app)).isEmpty();
        assertThat(arrivals.strange()).isEmpty();
        assertThat(arrivals.again()).isLessThanOrEqualTo(app.lines() + 100);
      }
    } finally {
      run("umount", state.toString());
    }
  }

  @Test
  void aCheckpointThatIsCutAnywhereCostsDuplicatesOnly() throws Exception {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    var site = ShipperProcess.Site.in(folder);
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app")) {
      for (int life = 0; life < (LONG ? 60 : 5); life++) {
        try (var shipper = site.start(store.url()).ready()) {
          app.write(200);
          app.rotate(LogWriter.Rotation.RENAME, 1_000);
          app.write(100);
          awaitAll(app);
          Await.until("everything is acknowledged", () -> shipper.lag() == 0);
          shipper.kill();
        }
        try (var checkpoint =
            FileChannel.open(site.state().resolve("checkpoint"), StandardOpenOption.WRITE)) {
          checkpoint.truncate(random.nextLong(checkpoint.size() + 1));
        }
      }

      try (var shipper = site.start(store.url()).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      assertThat(arrivals.missing(app)).as("seed %d", seed).isEmpty();
      assertThat(arrivals.outOfOrder(app)).as("seed %d", seed).isEmpty();
      assertThat(arrivals.strange()).as("seed %d", seed).isEmpty();
    }
  }

  private void awaitAll(LogWriter app) {
    Await.until(
        () -> "all arrive; missing are " + arrivals.missing(app),
        () -> arrivals.different("app") == app.lines());
  }

  /** Waits until a file has not grown for as long as its writer ever waits, and half of that. */
  private static void awaitQuiet(Path file) {
    long[] seen = {-1, 0};
    Await.until(
        "nothing more is written to " + file,
        () -> {
          try {
            long size = Files.size(file);
            if (size != seen[0]) {
              seen[0] = size;
              seen[1] = System.nanoTime();
            }
          } catch (IOException notThere) {
            return false;
          }
          return System.nanoTime() - seen[1] > 1_500_000_000L;
        });
  }

  private static void fill(Path folder) throws IOException {
    try (var filler =
        FileChannel.open(
            folder.resolve("filler"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var block = ByteBuffer.allocate(4_096);
      while (block.hasRemaining()) {
        filler.write(block);
        if (!block.hasRemaining()) {
          block.clear();
        }
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left on device");
    }
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(exit).as(String.join(" ", command)).isZero();
  }
}
