package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is killed or stopped at any moment loses no line. */
final class KilledIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int KILLS = LONG ? 200 : 8;
  private static final int LINES_A_SECOND = 500;
  private static final int ROTATE_EVERY = 400;
  private static final int BATCH_LINES = 200;
  private static final int IN_FLIGHT = 3;

  /** How old a checkpoint may be: a quarter of such a life, and the rest for a busy machine. */
  private static final Duration CHECKPOINT_LATE = Duration.ofMillis(500);

  @TempDir Path folder;

  @Test
  void aShipperThatIsKilledAgainAndAgainUnderRotationLosesNothing() throws Exception {
    long seed = Long.getLong("containerpatterns.seed", System.nanoTime());
    var random = new SplittableRandom(seed);
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    var again = new ArrayList<Integer>();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var web = new LogWriter(site.logs(), "web")) {
      app.start(LINES_A_SECOND, ROTATE_EVERY, LogWriter.Rotation.RENAME, 1_000);
      web.start(LINES_A_SECOND / 10, ROTATE_EVERY / 10, LogWriter.Rotation.RENAME, 1_000);

      int before = 0;
      int most = 0; // that all lives may have left unwritten in the checkpoint
      for (int kill = 0; kill < KILLS; kill++) {
        try (var shipper = start(site, store).ready()) {
          // Short lives more often than long ones.
          double share = random.nextDouble();
          LockSupport.parkNanos((long) ((50 + 1_950 * share * share) * 1e6));
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
      web.stop();
      try (var shipper = start(site, store).ready()) {
        assertThat(shipper.terminate()).as(shipper.log()).isZero();
      }

      again.add(arrivals.again() - before);
      System.out.printf(
          "%d kills, seed %d: %d + %d lines, sent twice after each kill: %s%n",
          KILLS, seed, app.lines(), web.lines(), again);
      assertThat(arrivals.again()).as("seed %d: %s", seed, again).isLessThanOrEqualTo(most);
      for (LogWriter writer : new LogWriter[] {app, web}) {
        assertThat(arrivals.missing(writer)).as("seed %d", seed).isEmpty();
        assertThat(arrivals.outOfOrder(writer)).as("seed %d", seed).isEmpty();
      }
      assertThat(arrivals.strange()).as("seed %d", seed).isEmpty();
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

  @Test
  void aShipperThatStoodStillGoesOnWhereItWas() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = start(site, store).ready()) {
      app.start(LINES_A_SECOND, ROTATE_EVERY, LogWriter.Rotation.RENAME, 1_000);
      for (int stop = 0; stop < 3; stop++) {
        int lines = app.lines();
        Await.until("lines arrive", () -> arrivals.different("app") > lines);
        shipper.signal("STOP");
        Await.until("it is written on", () -> app.lines() > lines + 2 * ROTATE_EVERY);
        shipper.signal("CONT");
      }
      app.stop();

      assertThat(shipper.terminate()).as(shipper.log()).isZero();

      assertThat(arrivals.missing(app)).isEmpty();
      assertThat(arrivals.outOfOrder(app)).isEmpty();
      assertThat(arrivals.strange()).isEmpty();
      assertThat(arrivals.again()).isZero();
    }
  }
}
