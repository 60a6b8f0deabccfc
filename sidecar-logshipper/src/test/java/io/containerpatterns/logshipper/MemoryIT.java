package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file is the buffer: memory does not know how long the store is away. */
final class MemoryIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int MEGABYTES = LONG ? 2_000 : 200;
  private static final int LINE = 1_000;
  private static final int LINES_OF_A_MEGABYTE = 1_000;

  /** What a plain JVM needs for itself, a heap of 24 MiB, and buffers; the image needs less. */
  private static final long RESIDENT_KIB_MAX = 160 << 10;

  private static final long GROWTH_KIB_MAX = 16 << 10;

  @TempDir Path folder;

  @Test
  void whileTheStoreIsAwayMemoryStaysAsItIsAndThenEverythingArrives() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    var there = new BitSet();
    var again = new AtomicInteger();
    try (var store =
            HttpStore.handingTo(push -> {
              for (HttpStore.Message message : push.messages()) {
                int line = (int) (message.offset() / LINE);
                again.addAndGet(there.get(line) ? 1 : 0);
                there.set(line);
              }
            });
        var shipper = site.start(store.url()).ready()) {
      store.away();
      Path file = site.logs().resolve("app.log");
      byte[] megabyte =
          ("x".repeat(LINE - 1) + "\n")
              .repeat(LINES_OF_A_MEGABYTE)
              .getBytes(StandardCharsets.US_ASCII);
      long before = 0;
      long most = 0;
      try (OutputStream out = Files.newOutputStream(file)) {
        for (int i = 0; i < MEGABYTES; i++) {
          out.write(megabyte);
          if (i == MEGABYTES / 10) {
            Await.until("it has read what it may", () -> shipper.lag() > LINE);
            before = shipper.residentKib();
          }
          most = Math.max(most, shipper.residentKib());
        }
      }
      long whole = (long) MEGABYTES * megabyte.length;
      Await.until("all of it is seen", () -> shipper.lag() == whole);
      most = Math.max(most, shipper.residentKib());
      System.out.printf("store away: %,d KiB at a tenth, at most %,d KiB%n", before, most);
      assertThat(most - before).isLessThan(GROWTH_KIB_MAX);

      store.back();
      long begun = System.nanoTime();
      var drained = new AtomicLong(most);
      while (shipper.lag() > 0) {
        long lag = shipper.lag();
        Await.until("more is taken", () -> shipper.lag() < Math.max(1, lag));
        drained.accumulateAndGet(shipper.residentKib(), Math::max);
      }
      System.out.printf(
          "%d MB drained in %,d ms, at most %,d KiB%n",
          MEGABYTES, (System.nanoTime() - begun) / 1_000_000, drained.get());

      assertThat(drained.get()).isLessThan(RESIDENT_KIB_MAX);
      assertThat(shipper.terminate()).as(shipper.log()).isZero();
      assertThat(there.cardinality()).isEqualTo(MEGABYTES * LINES_OF_A_MEGABYTE);
      assertThat(again).hasValue(0);
    }
  }
}
