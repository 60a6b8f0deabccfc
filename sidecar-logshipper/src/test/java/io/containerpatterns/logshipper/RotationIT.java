package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rotation does to files while they are read, and to their inodes while nobody looks. */
final class RotationIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");

  @TempDir Path folder;

  @Test
  void aStormOfRenamesAndDeletionsWhileTheStoreIsAwayLosesNothing() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    int lines = LONG ? 120_000 : 6_000;
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url()).ready()) {
      store.away();
      // Ten a second: a file has a name for two seconds, another one every tenth of a second, and
      // is
      // followed for as long as it is not taken.
      app.start(2_000, 200, LogWriter.Rotation.RENAME, 20);
      awaitLines(app, lines);
      app.stop();

      store.back();

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertAllOnce(arrivals, app);
    }
  }

  @Test
  void ofACopyThatIsThereBeforeTheFileIsTruncatedNothingIsLostUnsaid() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url()).ready()) {
      for (int i = 0; i < (LONG ? 20 : 3); i++) {
        app.write(300);
        Await.until("they arrive", () -> arrivals.different("app") == app.lines());
        store.away();
        app.write(200);
        long size = Files.size(app.file());
        Await.until("they are seen", () -> sizeOf(shipper, app.file()) == size);
        app.rotate(LogWriter.Rotation.COPYTRUNCATE, 100);
        app.write(50);
        store.back();
        Await.until("they arrive, too", () -> arrivals.different("app") == app.lines());
      }

      double lost = shipper.metric("logshipper_lost_bytes_total");

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertThat(arrivals.missing(app)).isEmpty();
      assertThat(arrivals.strange()).isEmpty();
      assertThat(lost).isZero();
    }
  }

  @Test
  void whatIsTruncatedWithoutACopyIsLostAndCountedToTheByte() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper =
            site.start(store.url(), "LOGSHIPPER_BATCH_LINES", "100", "LOGSHIPPER_IN_FLIGHT", "2")
                .ready()) {
      app.write(50);
      Await.until("they arrive", () -> arrivals.different("app") == 50);
      store.away();
      app.write(5_000);
      long size = Files.size(app.file());
      Await.until("they are seen", () -> sizeOf(shipper, app.file()) == size);
      app.rotate(LogWriter.Rotation.TRUNCATE, 0);
      app.write(50);
      store.back();
      Await.until("the last line arrives", () -> arrivals.has(app, app.lines() - 1));

      double lost = shipper.metric("logshipper_lost_bytes_total");

      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertThat(arrivals.strange()).isEmpty();
      assertThat(lost).isPositive().isEqualTo(bytes(arrivals.missing(app)));
    }
  }

  @Test
  void whatIsCompressedAfterItsRenameIsReadOnce() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var arrivals = new Arrivals();
    try (var store = HttpStore.into(arrivals);
        var app = new LogWriter(site.logs(), "app");
        var shipper = site.start(store.url()).ready()) {
      app.start(500, 250, LogWriter.Rotation.COMPRESS, 100);
      awaitLines(app, LONG ? 20_000 : 1_000);
      app.stop();

      assertThat(shipper.terminate()).as(shipper.log()).isZero();

      assertAllOnce(arrivals, app);
    }
  }

  /** The inodes of files that were read are those of others when the next life looks. */
  @Test
  void filesOnTheInodesOfOthersThatBeganTheSameAreReadOnceEach() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var texts = new ConcurrentLinkedQueue<String>();
    try (var store =
        HttpStore.handingTo(push -> push.messages().forEach(one -> texts.add(one.text())))) {
      Set<Object> inodes = new HashSet<>();
      List<String> expected = new ArrayList<>();
      int used = 0;
      for (int round = 0; round < (LONG ? 30 : 4); round++) {
        for (int i = 0; i < 20; i++) {
          Path file = site.logs().resolve("f" + i + ".log");
          Files.deleteIfExists(file);
          Files.writeString(file, content(round, i));
          // An application writes later than it makes its file. Where both are one moment no birth
          // is known, and of two files on one inode that begin the same the beginning is sent once.
          Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
          used += inodes.add(Files.getAttribute(file, "unix:ino")) ? 0 : 1;
          content(round, i).lines().forEach(expected::add);
        }
        try (var shipper = site.start(store.url()).ready()) {
          assertThat(shipper.terminate()).as(shipper.log()).isZero();
        }
      }

      System.out.printf("inodes used again: %d%n", used);
      assertThat(texts).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /**
   * Of 0, 1, 63 and 1,024 bytes, and some of more, with as much at their beginning that is equal.
   */
  private static String content(int round, int file) {
    String end = "file " + file + " of round " + round + "\n";
    return switch (file % 5) {
      case 0 -> "";
      case 1 -> Character.toString('a' + round % 26);
      case 2 -> "=".repeat(62 - end.length()) + "\n" + end;
      case 3 -> "=".repeat(1_023 - end.length()) + "\n" + end;
      default -> ("=".repeat(99) + "\n").repeat(15) + end;
    };
  }

  /** Waits for an application that writes at its own pace, for as long as that takes. */
  private static void awaitLines(LogWriter app, int lines) {
    while (app.lines() < lines) {
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static long sizeOf(ShipperProcess shipper, Path file) {
    for (var one : shipper.status().path("files")) {
      if (one.path("path").asText().equals(file.toString())) {
        return one.path("size").asLong();
      }
    }
    return -1;
  }

  /** The bytes of the lines of these ranges. */
  private static double bytes(List<String> ranges) {
    long bytes = 0;
    for (String range : ranges) {
      String[] ends = range.split("\\.\\.");
      for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[1]); i++) {
        bytes += LogWriter.line("app", i).getBytes(StandardCharsets.US_ASCII).length + 1;
      }
    }
    return bytes;
  }

  private static void assertAllOnce(Arrivals arrivals, LogWriter app) {
    assertThat(arrivals.missing(app)).isEmpty();
    assertThat(arrivals.outOfOrder(app)).isEmpty();
    assertThat(arrivals.strange()).isEmpty();
    assertThat(arrivals.again()).isZero();
  }
}
