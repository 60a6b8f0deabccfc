package io.containerpatterns.logshipper.ship;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.checkpoint.CheckpointFile;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Proof;
import java.io.IOException;
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
  void theMoreThereIsToWriteTheLongerThePauseUpToASecond() throws Exception {
    assertThat(pauseAfter(1)).isEqualTo(Duration.ofMillis(20));
    assertThat(pauseAfter(1_000)).isEqualTo(Duration.ofMillis(100));
    assertThat(pauseAfter(20_000)).isEqualTo(Duration.ofSeconds(1));
  }

  private Duration pauseAfter(int entries) throws IOException {
    try (var file = CheckpointFile.open(state, "STATE")) {
      var bookkeeper = new Bookkeeper(file, ticker);
      for (int i = 0; i < entries; i++) {
        bookkeeper.note(identity(i + 1));
      }
      return Duration.ofNanos(bookkeeper.turn());
    }
  }

  private static Entry.Identity identity(long file) {
    return new Entry.Identity(file, new FileKey(1, 2, 3), Proof.NONE, "/logs/app.log");
  }
}
