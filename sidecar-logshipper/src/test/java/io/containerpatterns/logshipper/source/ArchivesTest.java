package io.containerpatterns.logshipper.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.Trail;
import io.containerpatterns.logshipper.source.Look.Change;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What compressed rotations are to the files that we know. */
final class ArchivesTest {
  private static final byte[] TEXT = Packs.text(new SplittableRandom(1), 20_000);

  @TempDir Path folder;

  private final ManualTicker ticker = new ManualTicker();
  private final AtomicLong numbers = new AtomicLong();
  private final List<LogFiles> lives = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (LogFiles life : lives) {
      life.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void oneThatNobodyKnowsIsReadFromTheFirstByteOfWhatIsInIt(Packing packing) throws IOException {
    String name = write("a.log.1", packing, TEXT);
    LogFiles files = life(List.of());

    assertThat(told(files)).containsExactly("appeared 1 " + name + " at 0 of " + TEXT.length);
    assertThat(told(files)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void oneOfAFileThatAnEarlierLifeKnewIsReadOnWhereThatWas(Packing packing) throws IOException {
    KnownFile known = known("a.log.1", 12_345);
    String name = write("a.log.1", packing, TEXT);
    Files.delete(folder.resolve("a.log.1"));
    LogFiles files = life(List.of(known));

    assertThat(told(files)).containsExactly("appeared 7 " + name + " at 12345 of " + TEXT.length);
  }

  @Test
  void oneThatAnEarlierLifeKnewIsTheSame() throws IOException {
    String name = write("a.log.1", Packing.GZIP, TEXT);
    LogFiles first = life(List.of());
    Change appeared = changes(first).getFirst();
    LogFile file = appeared.file();
    var known =
        new KnownFile(
            new Entry.Identity(7, file.key(), file.proof(), file.path().toString()),
            Map.of("main", Trail.NONE.and(file.anchor(500)).and(file.anchor(TEXT.length))));
    LogFiles second = life(List.of(known));

    assertThat(told(second))
        .containsExactly("appeared 7 " + name + " at " + TEXT.length + " of " + TEXT.length);
  }

  @Test
  void oneWithOtherContentIsAFileOfItsOwnWhateverItIsCalled() throws IOException {
    KnownFile known = known("a.log.1", 12_345);
    Files.delete(folder.resolve("a.log.1"));
    byte[] other = TEXT.clone();
    other[12_340] ^= 1;
    String name = write("a.log.1", Packing.ZSTD, other);
    LogFiles files = life(List.of(known));

    assertThat(told(files)).containsExactly("appeared 1 " + name + " at 0 of " + TEXT.length);
  }

  @Test
  void oneOfAFileThatIsStillFollowedIsReadByNobodyUntilThatIsLetGo() throws IOException {
    write("a.log.1", TEXT);
    LogFiles files = life(List.of());
    LogFile original = changes(files).getFirst().file();
    String name = write("a.log.1", Packing.GZIP, TEXT);
    Files.delete(folder.resolve("a.log.1"));
    List<String> while0 = told(files);

    LogFile heir = files.heirOf(original).orElseThrow();
    files.letGo(original);

    assertThat(while0).containsOnly("nameless 1");
    assertThat(heir.number()).isEqualTo(2);
    assertThat(heir.path()).isEqualTo(folder.resolve(name));
    assertThat(heir.anchor(heir.seen()).offset()).isEqualTo(TEXT.length);
    assertThat(told(files)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Packing.class)
  void oneOfAFileThatIsParkedIsTheSame(Packing packing) throws IOException {
    write("a.log.1", TEXT);
    LogFiles files = life(List.of());
    park(files, changes(files).getFirst().file());
    String name = write("a.log.1", packing, TEXT);
    Files.delete(folder.resolve("a.log.1"));

    assertThat(told(files))
        .containsExactly("appeared 1 " + name + " at " + TEXT.length + " of " + TEXT.length);
    assertThat(files.parked()).isZero();
  }

  @Test
  void oneOfAFileThatIsParkedAndStillThereIsReadByNobody() throws IOException {
    write("a.log.1", TEXT);
    LogFiles files = life(List.of());
    park(files, changes(files).getFirst().file());
    write("a.log.1", Packing.GZIP, TEXT);

    assertThat(told(files))
        .containsExactly("appeared 1 a.log.1 at " + TEXT.length + " of " + TEXT.length);
    LogFile original = files.open().getFirst();
    assertThat(files.park(original, known(original))).as("it has an heir").isFalse();
  }

  private static void park(LogFiles files, LogFile file) throws IOException {
    assertThat(files.park(file, known(file))).isTrue();
    file.close();
  }

  private static KnownFile known(LogFile file) throws IOException {
    return new KnownFile(
        new Entry.Identity(file.number(), file.key(), file.proof(), file.path().toString()),
        Map.of("main", Trail.NONE.and(file.anchor(file.seen()))));
  }

  @Test
  void oneThatIsStillBeingWrittenIsWaitedFor() throws IOException {
    byte[] packed = Packs.pack(Packing.GZIP, TEXT);
    Path path = folder.resolve("a.log.1.gz");
    Files.write(path, Arrays.copyOf(packed, 100));
    LogFiles files = life(List.of());
    List<String> half = told(files);
    boolean undecided = files.isUndecided();
    Files.write(path, Arrays.copyOfRange(packed, 100, packed.length), StandardOpenOption.APPEND);

    assertThat(half).isEmpty();
    assertThat(undecided).isTrue();
    assertThat(told(files)).containsExactly("appeared 1 a.log.1.gz at 0 of " + TEXT.length);
    assertThat(files.isUndecided()).isFalse();
  }

  @Test
  void oneThatStaysCutIsTakenForWhatItIsAfterAMinute() throws IOException {
    byte[] packed = Packs.pack(Packing.GZIP, TEXT);
    Files.write(folder.resolve("a.log.1.gz"), Arrays.copyOf(packed, packed.length / 2));
    LogFiles files = life(List.of());
    List<String> first = told(files);

    ticker.advance(Duration.ofMinutes(1));

    assertThat(first).isEmpty();
    assertThat(told(files)).first().asString().startsWith("appeared 1 a.log.1.gz at 0 of ");
  }

  @Test
  void oneThatGrowsByAMemberIsReadOnInPlaceOfWhatItWas() throws IOException {
    byte[] more = Packs.text(new SplittableRandom(2), 5_000);
    write("a.log.1", Packing.GZIP, TEXT);
    LogFiles files = life(List.of());
    told(files);

    Files.write(
        folder.resolve("a.log.1.gz"), Packs.pack(Packing.GZIP, more), StandardOpenOption.APPEND);

    assertThat(told(files))
        .containsExactly(
            "truncated 1 after "
                + TEXT.length
                + ", copied to 2 a.log.1.gz of "
                + (TEXT.length + more.length));
  }

  @Test
  void aShortOneIsOnlyTakenForTheFileOfItsName() throws IOException {
    byte[] text = "started\n".getBytes(StandardCharsets.US_ASCII);
    write("a.log.1", text);
    LogFiles files = life(List.of());
    told(files);
    String same = write("a.log.1", Packing.ZSTD, text);
    String other = write("b.log.1", Packing.ZSTD, text);

    assertThat(told(files)).containsExactly("appeared 2 " + other + " at 0 of " + text.length);
    assertThat(same).isEqualTo("a.log.1.zst");
  }

  private LogFiles life(List<KnownFile> known) {
    var patterns = PathPatterns.of(PathPatterns.withRotated(List.of(folder + "/*.log")), List.of());
    var life =
        new LogFiles(new Discovery(patterns), known, numbers::incrementAndGet, 1_000, ticker);
    lives.add(life);
    return life;
  }

  /** As an earlier life left it that had got so far; number 7. */
  private KnownFile known(String name, long offset) throws IOException {
    write(name, TEXT);
    try (LogFile file = LogFile.open(7, folder.resolve(name))) {
      return new KnownFile(
          new Entry.Identity(7, file.key(), file.proof(), file.path().toString()),
          Map.of("main", Trail.NONE.and(file.anchor(offset / 2)).and(file.anchor(offset))));
    }
  }

  /** Everything that a few seconds of looks tell. */
  private List<Change> changes(LogFiles files) {
    List<Change> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      while (files.isSurveying()) {
        files.survey();
      }
      Look look = files.look();
      assertThat(look.unreadable()).isEmpty();
      all.addAll(look.changes());
      ticker.advance(Duration.ofSeconds(1));
    }
    return all;
  }

  private List<String> told(LogFiles files) {
    return changes(files).stream()
        .map(change ->
            switch (change) {
              case Change.Appeared(LogFile file, boolean known, var trails, long first) ->
                  "appeared %d %s at %d of %d"
                      .formatted(
                          file.number(),
                          file.path().getFileName(),
                          trails.getOrDefault("main", Trail.NONE).offset(),
                          file.seen());
              case Change.Truncated(LogFile file, long seen, var copy) ->
                  "truncated %d after %d, copied to %s"
                      .formatted(
                          file.number(),
                          seen,
                          copy.map(to ->
                                  to.number() + " " + to.path().getFileName() + " of " + to.seen())
                              .orElse("none"));
              case Change.Nameless(LogFile file) -> "nameless " + file.number();
            })
        .toList();
  }

  private String write(String name, Packing packing, byte[] text) throws IOException {
    String packed = name + Packs.ending(packing);
    write(packed, Packs.pack(packing, text));
    return packed;
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes, StandardOpenOption.CREATE_NEW);
  }
}
