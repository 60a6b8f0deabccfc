package io.containerpatterns.logshipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of files to which nobody writes, and a hundred to which somebody does. */
final class ManyFilesIT {
  private static final boolean LONG = Boolean.getBoolean("containerpatterns.long");
  private static final int IDLE = LONG ? 10_000 : 1_000;
  private static final int ACTIVE = LONG ? 100 : 20;
  private static final Duration LOOKED_AT = Duration.ofSeconds(LONG ? 30 : 3);
  private static final int ROUNDS = LONG ? 300 : 20;

  @TempDir Path folder;

  @Test
  void idleFilesCostNothingAndLinesOfTheOthersArriveAtOnce() throws Exception {
    var site = ShipperProcess.Site.in(folder);
    Set<String> idle = ConcurrentHashMap.newKeySet();
    List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < IDLE; i++) {
      Files.writeString(site.logs().resolve("idle-" + i + ".log"), "{\"idle\":" + i + "}\n");
    }
    try (var store =
            HttpStore.handingTo(push ->
                push.messages()
                    .forEach(message -> {
                      if (message.file().contains("/idle-")) {
                        idle.add(message.file());
                      } else {
                        long written = message.json().path("fields").path("at").asLong();
                        latencies.add(System.nanoTime() - written);
                      }
                    }));
        var shipper =
            site.start(store.url(), "LOGSHIPPER_OPEN_FILES", Integer.toString(IDLE / 10)).ready()) {
      Await.until(
          () -> "all idle files are read, " + idle.size(),
          () -> idle.size() == IDLE && shipper.status().path("waiting").asInt() == 0);
      assertThat(shipper.status().path("followed").asInt()).isEqualTo(IDLE);

      Duration before = shipper.cpu();
      LockSupport.parkNanos(LOOKED_AT.toNanos());
      double idleShare = shipper.cpu().minus(before).toNanos() / (double) LOOKED_AT.toNanos();
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < ACTIVE; i++) {
          append(site.logs().resolve("active-" + i + ".log"));
        }
        LockSupport.parkNanos(100_000_000);
      }
      Await.until(
          () -> "all lines arrive, " + latencies.size(), () -> latencies.size() == ROUNDS * ACTIVE);

      Collections.sort(latencies);
      long median = latencies.get(latencies.size() / 2) / 1_000_000;
      long p99 = latencies.get(latencies.size() * 99 / 100) / 1_000_000;
      System.out.printf(
          "%d idle files: %.2f %% of a core; %d active files, a line each tenth of a second: median"
              + " %d ms, p99 %d ms%n",
          IDLE, 100 * idleShare, ACTIVE, median, p99);
      if (LONG) {
        // Of a machine that has nothing else to do.
        assertThat(idleShare).isLessThan(0.01);
        assertThat(p99).isLessThan(250);
      }
    }
  }

  private static void append(Path file) throws IOException {
    Files.writeString(
        file,
        "{\"at\":" + System.nanoTime() + "}\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
