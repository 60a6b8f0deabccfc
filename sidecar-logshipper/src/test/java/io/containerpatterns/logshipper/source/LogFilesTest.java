package io.containerpatterns.logshipper.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.Trail;
import io.containerpatterns.logshipper.source.Look.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogFilesTest {
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

  @Test
  void aFileAppearsOnce() throws Exception {
    write("a.log", lines(0, 10));
    LogFiles files = life(List.of());

    assertThat(told(files)).containsExactly("appeared 1 a.log");
    assertThat(told(files)).isEmpty();
  }

  @Test
  void anEmptyFileIsFollowedAsWellAndNotTakenForAnother() throws Exception {
    write("a.log", "");
    write("b.log", "");
    LogFiles files = life(List.of());
    assertThat(told(files)).containsExactlyInAnyOrder("appeared 1 a.log", "appeared 2 b.log");

    append("a.log", "x\n");

    assertThat(told(files)).isEmpty();
  }

  @Test
  void aRenamedFileIsStillTheSame() throws Exception {
    write("a.log", lines(0, 10));
    LogFiles files = life(List.of());
    told(files);

    move("a.log", "old.log");
    write("a.log", lines(10, 20));

    assertThat(told(files)).containsExactly("appeared 2 a.log");
    assertThat(files.open())
        .extracting(file -> name(file.path()))
        .containsExactly("old.log", "a.log");
  }

  @Test
  void aFileThatIsDeletedOrMovedOutOfSightStaysReadable() throws Exception {
    write("a.log", lines(0, 10));
    LogFiles files = life(List.of());
    LogFile file = files.look().changes().getFirst().file();

    Files.delete(folder.resolve("a.log"));

    assertThat(told(files)).containsExactly("nameless 1 a.log");
    byte[] bytes = new byte[64];
    assertThat(file.read(bytes, 0)).isEqualTo(64);
  }

  @Test
  void copytruncateIsToldWithWhatThereHadBeenAndTheRestIsANewFile() throws Exception {
    String text = lines(0, 100);
    write("a.log", text);
    LogFiles files = life(List.of());
    told(files);

    Files.writeString(folder.resolve("a.log"), "", StandardOpenOption.TRUNCATE_EXISTING);
    append("a.log", "later\n");

    assertThat(told(files))
        .containsExactly("truncated 1 a.log after " + text.length(), "appeared 2 a.log");
  }

  @Test
  void theCopyThatCopytruncateMakesIsHeldAndThenReadOnInsteadOfTheFile() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);

    Files.copy(folder.resolve("a.log"), folder.resolve("a.log.1.log"));
    List<String> copied = told(files);
    Files.writeString(folder.resolve("a.log"), "", StandardOpenOption.TRUNCATE_EXISTING);

    assertThat(copied).isEmpty();
    assertThat(told(files))
        .containsExactly(
            "truncated 1 a.log after " + lines(0, 100).length() + ", copied to 2 a.log.1.log",
            "appeared 3 a.log");
    assertThat(told(files)).isEmpty();
  }

  @Test
  void aCopyThatIsStillBeingMadeIsHeldAsWell() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);

    write("a.log.1.log", "");
    List<String> empty = told(files);
    append("a.log.1.log", lines(0, 3));
    List<String> young = told(files);
    append("a.log.1.log", lines(3, 60));
    List<String> half = told(files);
    append("a.log.1.log", lines(60, 100));
    Files.writeString(folder.resolve("a.log"), "x\n", StandardOpenOption.TRUNCATE_EXISTING);

    assertThat(List.of(empty, young, half)).containsOnly(List.of());
    assertThat(told(files)).first().asString().endsWith("copied to 2 a.log.1.log");
  }

  @Test
  void aCopyOfAFileThatGoesOnIsAFileOfItsOwnAfterAWhile() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    Files.copy(folder.resolve("a.log"), folder.resolve("b.log"));
    told(files);

    ticker.advance(Duration.ofSeconds(11));

    assertThat(told(files)).containsExactly("appeared 2 b.log");
  }

  @Test
  void aFileThatBeginsLikeAnotherIsReadAsSoonAsTheyDiffer() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    write("b.log", lines(0, 40));
    List<String> alike = told(files);

    append("b.log", "something else, and enough of it to be looked at as a tail of its own\n");

    assertThat(alike).isEmpty();
    assertThat(told(files)).containsExactly("appeared 2 b.log");
  }

  @Test
  void whoeverSawAnotherContentIsBelieved() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);

    files.replaced(files.open().getFirst());

    assertThat(told(files)).hasSize(2).last().isEqualTo("appeared 2 a.log");
  }

  @Test
  void truncatedAndFilledToMoreThanBeforeIsSeenByItsHead() throws Exception {
    write("a.log", lines(0, 10));
    LogFiles files = life(List.of());
    told(files);

    Files.writeString(
        folder.resolve("a.log"), lines(500, 900), StandardOpenOption.TRUNCATE_EXISTING);

    assertThat(told(files)).hasSize(2).last().isEqualTo("appeared 2 a.log");
  }

  @Test
  void anotherLifeGoesOnWhereEachOutputWas() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles first = life(List.of());
    LogFile file = first.look().changes().getFirst().file();
    KnownFile known = remember(file, Map.of("main", 900L, "archive", 300L));
    first.close();
    append("a.log", lines(100, 120));
    move("a.log", "renamed.log");

    var appeared = (Change.Appeared) life(List.of(known)).look().changes().getFirst();

    assertThat(appeared.file().number()).isEqualTo(1);
    assertThat(appeared.trails())
        .hasSize(2)
        .hasEntrySatisfying("main", trail -> assertThat(trail.offset()).isEqualTo(900))
        .hasEntrySatisfying("archive", trail -> assertThat(trail.offset()).isEqualTo(300));
  }

  @Test
  void aFileThatWasReplacedMeanwhileIsReadFromItsBeginning() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles first = life(List.of());
    KnownFile known = remember(first.look().changes().getFirst().file(), Map.of("main", 900L));
    first.close();
    Files.writeString(
        folder.resolve("a.log"), lines(700, 900), StandardOpenOption.TRUNCATE_EXISTING);

    LogFiles second = life(List.of(known));
    var appeared = (Change.Appeared) second.look().changes().getFirst();

    assertThat(appeared.file().number()).isEqualTo(2);
    assertThat(appeared.trails()).isEmpty();
    assertThat(second.missing()).containsExactly(known);
  }

  @Test
  void theCopyThatCopytruncateMadeIsNotReadTwice() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles first = life(List.of());
    KnownFile known = remember(first.look().changes().getFirst().file(), Map.of("main", 900L));
    first.close();
    Files.copy(folder.resolve("a.log"), folder.resolve("copy.log"));
    Files.writeString(
        folder.resolve("a.log"), lines(100, 130), StandardOpenOption.TRUNCATE_EXISTING);

    var changes = life(List.of(known)).look().changes();

    assertThat(changes)
        .extracting(change -> name(change.file().path()) + " " + offset(change))
        .containsExactlyInAnyOrder("copy.log 900", "a.log 0");
  }

  @Test
  void aCopyIsNotTakenForTheFileWhileThatIsThere() throws Exception {
    write("b.log", lines(0, 100));
    LogFiles first = life(List.of());
    KnownFile known = remember(first.look().changes().getFirst().file(), Map.of("main", 900L));
    first.close();
    Files.copy(folder.resolve("b.log"), folder.resolve("a.log"));
    Files.setLastModifiedTime(folder.resolve("a.log"), FileTime.fromMillis(1_000));

    LogFiles files = life(List.of(known));
    var changes = new ArrayList<>(files.look().changes());
    ticker.advance(Duration.ofSeconds(10)); // It might have been a copy that is made of the file.
    changes.addAll(files.look().changes());

    assertThat(changes)
        .extracting(change -> name(change.file().path()) + " " + offset(change))
        .containsExactly("b.log 900", "a.log 0");
  }

  @Test
  void twoFilesWithTheSameFirstLinesAreTwo() throws Exception {
    write("a.log", lines(0, 100) + "a\n");
    write("b.log", lines(0, 100) + "b\n");
    LogFiles first = life(List.of());
    List<KnownFile> known = new ArrayList<>();
    for (Change change : first.look().changes()) {
      known.add(remember(change.file(), Map.of("main", change.file().size())));
    }
    first.close();

    assertThat(life(known).look().changes())
        .extracting(change -> name(change.file().path()) + " " + offset(change))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).doesNotEndWith(" 0"));
  }

  @Test
  void filesForWhichThereIsNoRoomWaitForThoseThatNothingHappensTo() throws Exception {
    write("a.log", lines(0, 10));
    write("b.log", lines(10, 21));
    write("c.log", lines(20, 32));
    inOrder("a.log", "b.log", "c.log");
    LogFiles files = life(List.of(), 2);

    Look first = files.look();
    assertThat(told(first)).containsExactly("appeared 1 a.log", "appeared 2 b.log");
    assertThat(first.waiting()).isEqualTo(new Look.Waiting(1, 12 * 19));
    assertThat(told(files)).isEmpty();

    park(files, "a.log");
    Look next = files.look();

    assertThat(told(next)).containsExactly("appeared 3 c.log");
    assertThat(next.waiting()).isEqualTo(Look.Waiting.NONE);
    assertThat(told(files)).isEmpty();
  }

  @Test
  void aParkedFileThatGrowsIsGoneOnWithWhereItWas() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    park(files, "a.log");
    assertThat(files.open()).isEmpty();
    assertThat(told(files)).isEmpty();

    append("a.log", "more\n");

    List<Change> changes = files.look().changes();
    assertThat(changes).extracting(LogFilesTest::offset).containsExactly(1_890L);
    assertThat(changes).extracting(change -> change.file().number()).containsExactly(1L);
    assertThat(files.parked()).isZero();
  }

  @Test
  void aParkedFileThatIsRenamedIsStillTheSame() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    park(files, "a.log");

    move("a.log", "b.log");
    assertThat(told(files)).isEmpty();
    append("b.log", "more\n");

    List<Change> changes = files.look().changes();
    assertThat(changes).extracting(LogFilesTest::offset).containsExactly(1_890L);
    assertThat(changes).extracting(change -> name(change.file().path())).containsExactly("b.log");
  }

  @Test
  void aParkedFileThatIsFilledAnewIsAnotherOne() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    park(files, "a.log");

    Files.writeString(
        folder.resolve("a.log"), lines(500, 700), StandardOpenOption.TRUNCATE_EXISTING);

    assertThat(told(files)).containsExactly("appeared 2 a.log");
  }

  @Test
  void copytruncateOfAParkedFileIsReadOnInItsCopy() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    park(files, "a.log");

    Files.copy(folder.resolve("a.log"), folder.resolve("a.log.1.log"));
    assertThat(told(files)).containsExactly("appeared 1 a.log");
    Files.writeString(folder.resolve("a.log"), "", StandardOpenOption.TRUNCATE_EXISTING);

    assertThat(told(files))
        .containsExactly(
            "truncated 1 a.log after 1890, copied to 2 a.log.1.log", "appeared 3 a.log");
  }

  @Test
  void aParkedFileThatGrewAndWasCopiedAndTruncatedUnseenIsReadOnInItsCopy() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    park(files, "a.log");

    append("a.log", "more\n");
    Files.copy(folder.resolve("a.log"), folder.resolve("a.log.1.log"));
    Files.writeString(folder.resolve("a.log"), "", StandardOpenOption.TRUNCATE_EXISTING);

    List<Change> changes = files.look().changes();
    assertThat(changes)
        .extracting(change -> name(change.file().path()) + " " + offset(change))
        .containsExactlyInAnyOrder("a.log.1.log 1890", "a.log 0");
  }

  @Test
  void aParkedFileIsGoneWhenTwoLooksHaveNotFoundIt() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    park(files, "a.log");

    Files.delete(folder.resolve("a.log"));

    assertThat(told(files)).isEmpty();
    assertThat(files.missing()).isEmpty();
    assertThat(told(files)).isEmpty();
    assertThat(files.missing()).extracting(known -> known.identity().file()).containsExactly(1L);
  }

  @Test
  void whatChangesBeforeItIsParkedStaysOpen() throws Exception {
    write("a.log", lines(0, 100));
    LogFiles files = life(List.of());
    told(files);
    LogFile file = files.open().getFirst();

    append("a.log", "more\n");

    assertThat(files.park(file, remember(file, Map.of("main", 1_890L)))).isFalse();
    assertThat(files.open()).containsExactly(file);
  }

  @Test
  void whoWaitsIsToldWithTheSizeThatItHadAtTheVeryFirstLook() throws Exception {
    write("a.log", lines(0, 10));
    write("b.log", lines(10, 20));
    inOrder("a.log", "b.log");
    LogFiles files = life(List.of(), 1);
    told(files);
    append("b.log", "later\n");
    park(files, "a.log");
    write("c.log", lines(20, 30));

    List<Long> first = new ArrayList<>();
    for (Change change : files.look().changes()) {
      first.add(((Change.Appeared) change).first());
    }

    assertThat(first).containsExactly(190L);
  }

  /** As if every output had everything of it. */
  private void park(LogFiles files, String name) throws IOException {
    for (LogFile file : files.open()) {
      if (name(file.path()).equals(name)) {
        assertThat(files.park(file, remember(file, Map.of("main", file.size())))).isTrue();
        file.close();
      }
    }
  }

  /** Written to one after the other. */
  private void inOrder(String... names) throws IOException {
    for (int i = 0; i < names.length; i++) {
      Files.setLastModifiedTime(folder.resolve(names[i]), FileTime.fromMillis(1_000L * (i + 1)));
    }
  }

  private LogFiles life(List<KnownFile> known) {
    return life(known, 1_000);
  }

  private LogFiles life(List<KnownFile> known, int openMax) {
    var patterns = PathPatterns.of(List.of(folder + "/*.log"), List.of());
    var files =
        new LogFiles(new Discovery(patterns), known, numbers::incrementAndGet, openMax, ticker);
    lives.add(files);
    return files;
  }

  private static KnownFile remember(LogFile file, Map<String, Long> offsets) throws IOException {
    var identity =
        new Entry.Identity(file.number(), file.key(), file.proof(), file.path().toString());
    var trails = new java.util.LinkedHashMap<String, Trail>();
    for (var offset : offsets.entrySet()) {
      trails.put(offset.getKey(), Trail.NONE.and(file.anchor(offset.getValue())));
    }
    return new KnownFile(identity, trails);
  }

  private static long offset(Change change) {
    Trail main = ((Change.Appeared) change).trails().get("main");
    return main == null ? 0 : main.offset();
  }

  private static List<String> told(LogFiles files) {
    return told(files.look());
  }

  private static List<String> told(Look look) {
    assertThat(look.unreadable()).isEmpty();
    return look.changes().stream()
        .map(change ->
            switch (change) {
              case Change.Appeared(LogFile file, boolean known, var trails, long first) ->
                  "appeared " + file.number() + " " + name(file.path());
              case Change.Truncated(LogFile file, long seen, var copy) ->
                  "truncated "
                      + file.number()
                      + " "
                      + name(file.path())
                      + " after "
                      + seen
                      + copy.map(to -> ", copied to " + to.number() + " " + name(to.path()))
                          .orElse("");
              case Change.Nameless(LogFile file) ->
                  "nameless " + file.number() + " " + name(file.path());
            })
        .toList();
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text, StandardOpenOption.CREATE_NEW);
  }

  private void append(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text, StandardOpenOption.APPEND);
  }

  private void move(String from, String to) throws IOException {
    Files.move(folder.resolve(from), folder.resolve(to));
  }

  private static String lines(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append("line ").append(i).append(" of the log\n");
    }
    return text.toString();
  }
}
