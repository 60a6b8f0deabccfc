package io.containerpatterns.logshipper.ship;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.text.Grouping;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compressed rotations, from their files to the stores. */
final class PackedFilesTest {
  private static final int LINES = 3_000;

  @TempDir Path folder;

  private final ManualTicker ticker = new ManualTicker();
  private Path logs;
  private Path state;

  @BeforeEach
  void folders() throws IOException {
    logs = Files.createDirectories(folder.resolve("logs"));
    state = Files.createDirectories(folder.resolve("state"));
  }

  @Test
  void manyAreReadOneAfterTheOtherByEachOutputAtItsPace() throws IOException {
    List<String> written = new ArrayList<>();
    for (int file = 1; file <= 5; file++) {
      written.addAll(pack("a.log." + file + (file % 2 == 0 ? ".gz" : ".zst"), "file " + file));
    }
    pack("empty.log.1.gz", "", 0);
    try (Bench bench = bench(false, "quick", "slow")) {
      take(bench, 0);
      List<String> before = List.copyOf(bench.stores.get(1).kept);
      take(bench, 1);

      assertThat(before).isEmpty();
      assertThat(bench.stores.get(0).kept).containsExactlyInAnyOrderElementsOf(written);
      assertThat(bench.stores.get(1).kept).containsExactlyInAnyOrderElementsOf(written);
      assertThat(bench.follower.remainders()).isEmpty();
    }
  }

  @Test
  void theLastLineGoesOutAtOnceWhetherItHasAnEndOrNot() throws IOException {
    pack("a.log.1.gz", "one\ntwo", 1);
    try (Bench bench = bench(false, "main")) {
      take(bench, 0);

      assertThat(bench.store().kept).containsExactly("one", "two");
    }
  }

  @Test
  void whatWasCompressedAndTakenIsNotSentAgainByTheNextLife() throws IOException {
    List<String> written = pack("a.log.1.zst", "file");
    try (Bench first = bench(false, "main")) {
      take(first, 0);
    }
    try (Bench second = bench(false, "main")) {
      second.settle();
      second.pass(Duration.ofSeconds(5));

      assertThat(second.store().asked).isEmpty();
      assertThat(second.follower.remainders()).isEmpty();
      assertThat(written).isNotEmpty();
    }
  }

  @Test
  void whatIsCompressedAfterItWasTakenIsNotSentAgainWheneverWeAreKilled() throws IOException {
    List<String> written = lines("file");
    Files.write(logs.resolve("a.log.1"), written);
    Bench first = bench(false, "main");
    take(first, 0);
    assertThat(first.store().kept).isEqualTo(written);

    pack("a.log.1.gz", "file");
    Files.delete(logs.resolve("a.log.1"));
    // Killed after each half a second: before it is looked into, with it, and long after.
    for (int kill = 0; kill < 30; kill++) {
      first.pass(Duration.ofMillis(500L * (kill % 20)));
      assertThat(first.store().asked).as("kill %d", kill).isEmpty();
      first.crash();
      first = bench(false, "main");
      first.settle();
    }
    first.pass(Duration.ofSeconds(5));

    assertThat(first.store().asked).isEmpty();
    first.close();
  }

  @Test
  void whatGrewSinceTheLastLookIsKnownAgainWhenItWasCompressedWhileWeWereDead() throws IOException {
    Path file = logs.resolve("a.log");
    Files.writeString(file, "begun\n");
    Bench first = bench(false, "main");
    first.settle();
    Files.write(file, lines("file"), StandardOpenOption.APPEND);
    for (int i = 0; i < 16; i++) { // Less than the second from one look to the next.
      first.pass(Duration.ofMillis(50));
      while (!first.store().asked.isEmpty()) {
        first.store().take();
        first.turn();
      }
    }
    int taken = first.store().kept.size();
    first.crash();
    String text = Files.readString(file);
    pack("a.log.1.gz", text, 1);
    Files.delete(file);

    try (Bench second = bench(false, "main")) {
      take(second, 0);

      assertThat(taken).isGreaterThan(LINES / 2);
      assertThat(second.store().kept).hasSize(LINES + 1 - taken);
    }
  }

  @Test
  void whoBeginsAtTheEndLeavesAsideWhatIsCompressedAlready() throws IOException {
    pack("a.log.1.gz", "old");
    try (Bench bench = bench(true, "main")) {
      bench.settle();
      bench.pass(Duration.ofSeconds(5));
      List<String> later = pack("a.log.2.gz", "new");
      take(bench, 0);

      assertThat(bench.store().kept).isEqualTo(later);
    }
  }

  private Bench bench(boolean atEnd, String... stores) {
    return new Bench(logs, state, Terms.DEFAULT, Grouping.Mode.NONE, atEnd, ticker, stores);
  }

  /** The store takes everything, for as long as something comes. */
  private static void take(Bench bench, int store) {
    bench.settle();
    for (int quiet = 0; quiet < 10; quiet++) {
      bench.pass(Duration.ofMillis(500));
      while (!bench.stores.get(store).asked.isEmpty()) {
        bench.stores.get(store).take();
        bench.turn();
        quiet = 0;
      }
    }
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (int line = 0; line < LINES; line++) {
      lines.add(text + ", line " + line);
    }
    return lines;
  }

  private List<String> pack(String name, String text) throws IOException {
    List<String> lines = lines(text);
    pack(name, String.join("\n", lines) + "\n", 1);
    return lines;
  }

  private void pack(String name, String text, int times) throws IOException {
    try (OutputStream file = Files.newOutputStream(logs.resolve(name));
        OutputStream out =
            name.endsWith(".gz") ? new GZIPOutputStream(file) : new ZstdOutputStream(file)) {
      out.write(text.repeat(times).getBytes(StandardCharsets.UTF_8));
    }
  }
}
