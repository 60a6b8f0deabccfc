package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotations that the programs gzip and zstd compress are read once, whoever is killed. */
final class PackedIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int KILLS = LONG ? 100 : 4;
  private static final int LINES_A_SECOND = 500;
  private static final int ROTATE_EVERY = 400;
  private static final int BATCH_LINES = 200;
  private static final int IN_FLIGHT = 3;

  /** As in {@link KilledIT}. */
  private static final Duration CHECKPOINT_LATE = Duration.ofMillis(500);

  @TempDir Path folder;

  @Test
  void aShipperThatIsKilledAgainAndAgainWhileItsFilesAreCompressedSendsEachLineOnce()
      throws Exception {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    var again = new ArrayList<Integer>();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app")) {
      app.start(LINES_A_SECOND, ROTATE_EVERY, LogWriter.Rotation.PACK, 1_000);

      int before = 0;
      int most = 0; // that all lives may have left unwritten in the checkpoint
      for (int kill = 0; kill < KILLS; kill++) {
        try (var shipper = start(site, store).ready()) {
          // Long enough for what was compressed meanwhile to be looked into, or not.
          LockSupport.parkNanos((long) (4e9 * random.nextDouble()));
          shipper.kill();
        }
        again.add(arrivals.again() - before);
        assertThat(arrivals.again()).as("seed %d: %s", seed, again).isLessThanOrEqualTo(most);
        before = arrivals.again();
        most +=
            IN_FLIGHT * BATCH_LINES
                + store.messagesSince(System.nanoTime() - CHECKPOINT_LATE.toNanos());
      }
      app.stop();
      int inTheEnd = app.lines();
      try (var shipper = start(site, store).ready()) {
        Await.until("all lines arrive", () -> arrivals.different("app") == inTheEnd);
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      again.add(arrivals.again() - before);
      System.out.printf(
          "%d kills, seed %d: %d lines, sent twice after each kill: %s%n",
          KILLS, seed, app.lines(), again);
      assertThat(arrivals.again()).as("seed %d: %s", seed, again).isLessThanOrEqualTo(most);
      assertThat(arrivals.missing(app)).as("seed %d", seed).isEmpty();
      assertThat(arrivals.outOfOrder(app)).as("seed %d", seed).isEmpty();
      assertThat(arrivals.strange()).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void whatWasCompressedBeforeTheFirstStartIsReadWholeAndNeverAgain() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app")) {
      for (int i = 0; i < 4; i++) {
        app.write(5_000);
        app.rotate(LogWriter.Rotation.PACK, 10);
      }
      app.write(10);

      for (int life = 0; life < 3; life++) {
        try (var shipper = start(site, store).ready()) {
          assertThat(shipper.terminate()).as(shipper.log()).isZero();
        }
      }

      assertAllOnce(arrivals, app);
    }
  }

  @Test
  void aKillInTheMiddleOfACompressedFileGoesOnThere() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app")) {
      app.write(60_000);
      app.rotate(LogWriter.Rotation.PACK, 10);
      try (var shipper =
          site.start(store.url(), "LOGSHIPPER_THROTTLE", "10000", "LOGSHIPPER_BATCH_LINES", "200")
              .ready()) {
        Await.until("half of it arrives", () -> arrivals.different("app") > 20_000);
        shipper.kill();
      }
      int taken = arrivals.different("app");

      try (var shipper = start(site, store).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      assertThat(taken).isLessThan(60_000);
      assertThat(arrivals.missing(app)).isEmpty();
      assertThat(arrivals.outOfOrder(app)).isEmpty();
      assertThat(arrivals.strange()).isEmpty();
      assertThat(arrivals.again()).isLessThanOrEqualTo(10_000 / 2 + IN_FLIGHT * BATCH_LINES);
    }
  }

  @Test
  void aDamagedFileIsToldOnceAndWhatStandsBeforeTheDamageArrives() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app")) {
      app.write(50_000);
      app.rotate(LogWriter.Rotation.PACK, 10);
      app.write(10);
      Path packed = packed(site);
      byte[] bytes = Files.readAllBytes(packed);
      Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0x55);
      Files.write(packed, bytes, StandardOpenOption.TRUNCATE_EXISTING);

      try (var shipper = start(site, store).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();

        assertThat(shipper.logLines())
            .filteredOn(line -> line.contains("compressed log file is damaged"))
            .singleElement()
            .asString()
            .contains(packed.toString(), "offset");
      }
      // How much is garbled until the decompressor sees it is its affair.
      assertThat(arrivals.different("app")).isBetween(15_000, 40_000);
      assertThat(arrivals.has(app, app.lines() - 1)).isTrue();
      assertThat(arrivals.again()).isZero();
    }
  }

  private static Path packed(ShipperProcess.Site site) throws IOException {
    try (var files = Files.list(site.logs())) {
      return files
          .filter(file -> file.toString().matches(".*\\.(gz|zst)"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static ShipperProcess start(ShipperProcess.Site site, HttpStore store)
      throws IOException {
    return site.start(
        store.url(),
        "LOGSHIPPER_BATCH_LINES",
        Integer.toString(BATCH_LINES),
        "LOGSHIPPER_IN_FLIGHT",
        Integer.toString(IN_FLIGHT));
  }

  private static void assertAllOnce(Arrivals arrivals, LogWriter app) {
    assertThat(arrivals.missing(app)).isEmpty();
    assertThat(arrivals.outOfOrder(app)).isEmpty();
    assertThat(arrivals.strange()).isEmpty();
    assertThat(arrivals.again()).isZero();
  }
}
