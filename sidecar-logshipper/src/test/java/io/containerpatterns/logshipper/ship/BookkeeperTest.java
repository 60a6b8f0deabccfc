package io.containerpatterns.logshipper.ship;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.checkpoint.CheckpointFile;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BookkeeperTest {
  @TempDir Path state;
  private final ManualTicker ticker = new ManualTicker();

  /** Or else one that is killed within a second, every time, would never get on. */
  @Test
  void aLifeThatEndsEarlyHasWrittenDownMostOfWhatItDid() throws Exception {
    try (var file = CheckpointFile.open(state, "STATE")) {
      var bookkeeper = new Bookkeeper(file, ticker);
      bookkeeper.turn();

      bookkeeper.note(identity(1));
      ticker.advance(Duration.ofMillis(40));
      bookkeeper.turn();

      assertThat(file.files()).hasSize(1);
    }
  }

  @Test
  void aLongLifeWritesOnceASecond() throws Exception {
    try (var file = CheckpointFile.open(state, "STATE")) {
      var bookkeeper = new Bookkeeper(file, ticker);
      int writes = 0;
      for (int millis = 0; millis < 30_000; millis += 10) {
        bookkeeper.note(identity(1));
        long before = size();
        bookkeeper.turn();
        writes += size() > before ? 1 : 0;
        ticker.advance(Duration.ofMillis(10));
      }

      assertThat(writes).isBetween(30, 60);
    }
  }

  private long size() throws IOException {
    return Files.size(state.resolve("checkpoint"));
  }

  private static Entry.Identity identity(long file) {
    return new Entry.Identity(file, new FileKey(1, 2, 3), Proof.NONE, "/logs/app.log");
  }
}
