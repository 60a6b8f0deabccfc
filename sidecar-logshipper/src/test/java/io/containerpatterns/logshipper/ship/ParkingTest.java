package io.containerpatterns.logshipper.ship;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.text.Grouping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More files than may be open at once. */
final class ParkingTest {
  private static final int FILES = 40;
  private static final int OPEN = 4;

  @TempDir Path folder;

  private final ManualTicker ticker = new ManualTicker();
  private Path logs;
  private Path state;
  private @Nullable Bench bench;

  @BeforeEach
  void files() throws IOException {
    logs = Files.createDirectories(folder.resolve("logs"));
    state = Files.createDirectories(folder.resolve("state"));
    for (int i = 0; i < FILES; i++) {
      Files.writeString(logs.resolve(i + ".log"), "line of " + i + "\n");
    }
  }

  @AfterEach
  void close() throws IOException {
    if (bench != null) {
      bench.close();
    }
  }

  @Test
  void everyFileIsReadOnceAndFewAreOpenAtATime() throws Exception {
    Bench life = life(false);

    int most = 0;
    for (int i = 0; i < 100; i++) {
      pass(life);
      most = Math.max(most, life.follower.followed().size());
    }

    assertThat(life.stores.get(0).kept).containsExactlyInAnyOrderElementsOf(lines(0, FILES));
    assertThat(life.stores.get(1).kept).containsExactlyInAnyOrderElementsOf(lines(0, FILES));
    assertThat(most).isEqualTo(OPEN);
    assertThat(life.follower.parked()).isEqualTo(FILES); // Also those that nobody waits for.
    assertThat(life.follower.remainders()).isEmpty();
  }

  @Test
  void whileOneStoreIsAwayTheOthersWaitAndAreReportedAsUnacknowledged() {
    Bench life = life(false);

    for (int i = 0; i < 20; i++) {
      life.pass(Duration.ofSeconds(2));
      while (!life.store().asked.isEmpty()) {
        life.store().take();
        life.turn();
      }
    }

    assertThat(life.follower.waiting().files()).isEqualTo(FILES - OPEN);
    assertThat(life.follower.remainders().stream().mapToLong(Remainder::bytes).sum())
        .isGreaterThanOrEqualTo((FILES - OPEN) * 2L * 10);
  }

  @Test
  void whatIsWrittenToAParkedFileArrivesAndNothingOfItTwice() throws Exception {
    Bench life = life(false);
    passUntilAllAreRead(life);

    for (int i = 0; i < FILES; i++) {
      Files.writeString(
          logs.resolve(i + ".log"), "line of " + (FILES + i) + "\n", StandardOpenOption.APPEND);
    }
    life.settle();
    passUntilAllAreRead(life);

    assertThat(life.store().kept).containsExactlyInAnyOrderElementsOf(lines(0, 2 * FILES));
  }

  @Test
  void aRestartReadsNoneOfThemAgain() throws Exception {
    Bench first = life(false);
    passUntilAllAreRead(first);
    first.close();

    Bench second = life(false);
    Files.writeString(logs.resolve("7.log"), "later\n", StandardOpenOption.APPEND);
    passUntilAllAreRead(second);

    assertThat(second.store().kept).containsExactly("later");
  }

  @Test
  void whereOnlyTheEndIsWantedThoseThatWaitHaveTheirsAsWell() throws Exception {
    Bench life = life(true);
    life.settle();
    for (int i = 0; i < FILES; i++) {
      Files.writeString(
          logs.resolve(i + ".log"), "line of " + (FILES + i) + "\n", StandardOpenOption.APPEND);
    }
    passUntilAllAreRead(life);

    assertThat(life.store().kept).containsExactlyInAnyOrderElementsOf(lines(FILES, 2 * FILES));
  }

  private Bench life(boolean startAtEnd) {
    Bench life =
        new Bench(
            logs,
            state,
            Terms.DEFAULT,
            Grouping.Mode.NONE,
            startAtEnd,
            OPEN,
            ticker,
            "main",
            "other");
    bench = life;
    return life;
  }

  private static void passUntilAllAreRead(Bench life) {
    life.settle();
    for (int i = 0; i < 200 && !life.follower.remainders().isEmpty(); i++) {
      pass(life);
    }
    assertThat(life.follower.remainders()).isEmpty();
  }

  private static void pass(Bench life) {
    life.pass(Duration.ofMillis(500));
    for (StoreFake store : life.stores) {
      while (!store.asked.isEmpty()) {
        store.take();
        life.turn();
      }
    }
  }

  private static List<String> lines(int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lines.add("line of " + i);
    }
    return lines;
  }
}
