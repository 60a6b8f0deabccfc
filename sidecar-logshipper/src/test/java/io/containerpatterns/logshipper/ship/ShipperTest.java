package io.containerpatterns.logshipper.ship;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.output.Verdict;
import io.containerpatterns.logshipper.text.Grouping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShipperTest {
  private static final Duration WAIT = Duration.ofMillis(250);

  @TempDir Path folder;
  private final ManualTicker ticker = new ManualTicker();
  private Path logs = Path.of("");
  private Path state = Path.of("");
  private Grouping.Mode mode = Grouping.Mode.NONE;
  private @Nullable Bench bench;

  @BeforeEach
  void folders() throws IOException {
    logs = Files.createDirectories(folder.resolve("logs"));
    state = Files.createDirectories(folder.resolve("state"));
  }

  @AfterEach
  void close() throws IOException {
    if (bench != null) {
      bench.close();
    }
  }

  @Test
  void whatIsWrittenIsSentOnceTheWaitIsOverAndAcknowledgedWhenItIsTaken() throws Exception {
    write("a.log", "one\ntwo\n");
    Bench life = life(Terms.DEFAULT, "main");

    life.settle();
    assertThat(life.store().asked).isEmpty();
    life.pass(WAIT);
    assertThat(life.store().asked.getFirst().texts()).containsExactly("one", "two");
    assertThat(acknowledged(life)).isZero();
    life.store().take();
    life.turn();

    assertThat(acknowledged(life)).isEqualTo(8);
    assertThat(life.follower.remainders()).isEmpty();
  }

  @Test
  void aStoreThatIsAwayIsAskedAgainAndNothingIsReadBeyondTheBatches() throws Exception {
    write("a.log", "x".repeat(99).concat("\n").repeat(1_000));
    Bench life = life(batches(1_000, 3), "main");
    life.settle();
    life.pass(WAIT);

    for (int i = 0; i < 50; i++) {
      life.store().answer(new Verdict.Again(Optional.empty(), "status 503"));
      life.pass(Duration.ofSeconds(31));
    }

    assertThat(life.shippers.getFirst().held()).isEqualTo(3);
    assertThat(life.counts.getFirst().events).isLessThan(40);
    assertThat(life.shippers.getFirst().health())
        .isEqualTo(new Health.Degraded("main does not take events: status 503"));
    assertThat(acknowledged(life)).isZero();
  }

  @Test
  void retryAfterIsWaitedForAndThenOneParcelGoesAlone() throws Exception {
    write("a.log", "a\n");
    write("b.log", "b\n");
    Bench life = life(batches(1, 4), "main");
    life.settle();
    life.pass(WAIT);
    assertThat(life.store().asked).hasSize(2);

    life.store().answer(new Verdict.Again(Optional.of(Duration.ofSeconds(7)), "status 429"));
    life.store().answer(new Verdict.Again(Optional.empty(), "status 503"));
    life.pass(Duration.ofMillis(6_900));
    assertThat(life.store().asked).isEmpty();
    life.pass(Duration.ofMillis(200));
    assertThat(life.store().asked).hasSize(1);
    life.store().take();
    life.turn();

    assertThat(life.store().asked).hasSize(1);
    life.store().take();
    life.turn();
    assertThat(life.store().kept).containsExactlyInAnyOrder("a", "b");
    assertThat(life.shippers.getFirst().health()).isEqualTo(Health.UP);
  }

  @Test
  void aRefusedItemIsFoundByHalvesAndKeptAsADeadLetterAndTheOthersArrive() throws Exception {
    write("a.log", "1\n2\nbad\n4\n5\n6\n7\n");
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();
    life.pass(WAIT);

    while (!life.store().asked.isEmpty()) {
      if (life.store().asked.getFirst().texts().contains("bad")) {
        life.store().answer(new Verdict.Refused("status 400: no"));
      } else {
        life.store().take();
      }
      life.turn();
    }

    assertThat(life.store().kept).containsExactly("1", "2", "4", "5", "6", "7");
    assertThat(Files.readString(state.resolve("main.dead")))
        .isEqualTo(
            "{\"time\":\"2026-11-25T09:46:40.000Z\",\"output\":\"main\",\"why\":\"status 400:"
                + " no\",\"file\":\""
                + logs
                + "/a.log\",\"offset\":4,\"length\":4,\"item\":\"bad\"}\n");
    assertThat(acknowledged(life)).isEqualTo(16);
    assertThat(life.counts.getFirst().dead).isEqualTo(1);
  }

  @Test
  void aFullDeadLetterFileStopsTheOutputUntilItIsMovedAwayAndDropsNothing() throws Exception {
    write("a.log", "bad\ngood\n");
    Files.writeString(state.resolve("main.dead"), "x".repeat((int) Bench.DEAD_LETTER_MAX));
    Bench life = life(batches(1, 3), "main");
    life.settle();
    life.pass(WAIT);

    life.store().answer(new Verdict.Refused("status 422"));
    life.turn();
    life.pass(Duration.ofMinutes(2));
    assertThat(life.store().asked).isEmpty();
    assertThat(acknowledged(life)).isZero();
    assertThat(life.shippers.getFirst().health().toString())
        .contains("is full", "move the file away");
    Files.move(state.resolve("main.dead"), state.resolve("looked-at"));
    life.pass(Duration.ofSeconds(31));
    life.store().take();
    life.turn();

    assertThat(life.store().kept).containsExactly("good");
    assertThat(Files.readString(state.resolve("main.dead"))).contains("\"item\":\"bad\"");
    assertThat(acknowledged(life)).isEqualTo(9);
  }

  @Test
  void whatAKillHasLeftOfADeadLetterDoesNotSpoilTheNextOne() throws Exception {
    write("a.log", "bad\n");
    Files.writeString(state.resolve("main.dead"), "{\"time\":\"2026-11-");
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();
    life.pass(WAIT);

    life.store().answer(new Verdict.Refused("status 422"));
    life.turn();

    assertThat(Files.readAllLines(state.resolve("main.dead")))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("{\"time\":\"2026-11-25T09:46:40.000Z\"")
        .endsWith("\"item\":\"bad\"}");
  }

  @Test
  void itemByItemTheTakenAreDoneTheRefusedDeadAndTheOthersAreSentAgain() throws Exception {
    write("a.log", "1\n2\n3\n4\n");
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();
    life.pass(WAIT);

    life.store()
        .answer(
            new Verdict.Partly(
                new int[] {0, 3},
                Optional.empty(),
                List.of(new Verdict.RefusedItem(1, "mapping")),
                "status 429"));
    life.turn();
    assertThat(acknowledged(life)).isZero();
    life.pass(Duration.ofSeconds(1));
    List<String> again = life.store().asked.getFirst().texts();
    life.store().take();
    life.turn();

    assertThat(again).containsExactly("1", "4");
    assertThat(Files.readString(state.resolve("main.dead"))).contains("\"item\":\"2\"", "mapping");
    assertThat(acknowledged(life)).isEqualTo(8);
  }

  @Test
  void whatIsTooLargeIsHalvedAndASingleOneIsADeadLetter() throws Exception {
    write("a.log", "1\n22\n");
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();
    life.pass(WAIT);

    life.store().answer(new Verdict.TooLarge("status 413"));
    life.turn();
    life.store().take();
    life.turn();
    life.store().answer(new Verdict.TooLarge("status 413"));
    life.turn();

    assertThat(life.store().kept).containsExactly("1");
    assertThat(Files.readString(state.resolve("main.dead"))).contains("\"item\":\"22\"");
    assertThat(acknowledged(life)).isEqualTo(5);
  }

  @Test
  void theLinesOfAFileAreInOrderWhileOthersOvertakeThem() throws Exception {
    write("a.log", "a1\n");
    Bench life = life(batches(2, 4), "main");
    life.settle();
    life.pass(WAIT);
    append("a.log", "a2\n");
    write("b.log", "b1\n");
    life.settle();
    life.pass(WAIT);

    assertThat(life.store().asked.stream().map(StoreFake.Asked::texts))
        .as("a2 waits for a1, b1 does not")
        .containsExactly(List.of("a1"), List.of("b1"));
    life.store().take();
    life.turn();

    assertThat(life.store().asked.stream().map(StoreFake.Asked::texts))
        .containsExactly(List.of("b1"), List.of("a2"));
  }

  @Test
  void twoOutputsGoAtTheirOwnPace() throws Exception {
    write("a.log", "1\n2\n");
    Bench life = life(Terms.DEFAULT, "quick", "slow");
    life.settle();
    life.pass(WAIT);

    life.stores.get(0).take();
    life.turn();
    append("a.log", "3\n");
    life.settle();
    life.pass(WAIT);
    life.stores.get(0).take();
    life.turn();

    assertThat(life.stores.get(0).kept).containsExactly("1", "2", "3");
    assertThat(life.follower.remainders())
        .containsExactly(new Remainder(logs + "/a.log", "slow", 6));
  }

  @Test
  void anotherLifeGoesOnBehindWhatWasAcknowledged() throws Exception {
    write("a.log", "1\n2\n3\n");
    Bench first = life(batches(1, 3), "main");
    first.settle();
    first.pass(WAIT);
    first.store().take();
    first.turn();
    first.pass(Bookkeeper.WRITE);
    first.crash();

    Bench second = life(Terms.DEFAULT, "main", "added");
    second.settle();
    second.pass(WAIT);

    assertThat(second.stores.get(0).asked.getFirst().texts()).containsExactly("2", "3");
    assertThat(second.stores.get(1).asked.getFirst().texts()).containsExactly("1", "2", "3");
  }

  @Test
  void whatIsTruncatedBeforeItWasReadIsCountedToTheByte() throws Exception {
    write("a.log", "x".repeat(99).concat("\n").repeat(100));
    Bench life = life(batches(1_000, 2), "main");
    life.settle();
    life.pass(WAIT);
    long read = life.counts.getFirst().events * 100;

    Files.writeString(logs.resolve("a.log"), "new\n", StandardOpenOption.TRUNCATE_EXISTING);
    life.settle();

    assertThat(life.counts.getFirst().lost).isEqualTo(10_000 - read);
    drain(life);
    assertThat(life.store().kept).hasSize((int) (read / 100) + 1).last().isEqualTo("new");
  }

  @Test
  void whatCameSinceTheLastLookAndIsTruncatedIsCountedToTheByteAsWell() throws Exception {
    write("a.log", "x".repeat(99).concat("\n").repeat(50));
    Bench life = life(batches(1_000, 2), "main");
    life.settle();
    append("a.log", "x".repeat(99).concat("\n").repeat(50));
    life.pass(Duration.ofMillis(200));
    long read = life.shippers.getFirst().cursors().iterator().next().position().offset();

    Files.writeString(logs.resolve("a.log"), "new\n", StandardOpenOption.TRUNCATE_EXISTING);
    life.pass(Duration.ofMillis(200));

    assertThat(read).isPositive().isLessThan(5_000);
    assertThat(life.counts.getFirst().lost).isEqualTo(10_000 - read);
  }

  @Test
  void copytruncateWhileFarBehindLosesNothingWhereTheCopyCanBeSeen() throws Exception {
    write("a.log", "line of the log\n".repeat(1_000));
    Bench life = life(batches(100, 2), "main");
    life.settle();
    life.pass(WAIT);

    Files.copy(logs.resolve("a.log"), logs.resolve("a.log.1"));
    life.settle();
    Files.writeString(logs.resolve("a.log"), "new\n", StandardOpenOption.TRUNCATE_EXISTING);
    life.settle();
    drain(life);

    assertThat(life.counts.getFirst().lost).isZero();
    assertThat(life.store().kept)
        .filteredOn("line of the log"::equals)
        .hasSizeBetween(1_000, 1_020);
    assertThat(life.store().kept).contains("new");
  }

  @Test
  void whoIsKilledRightAfterCopytruncateGoesOnInTheCopyWhereTheFileHadGot() throws Exception {
    write("a.log", "line of the log\n".repeat(100));
    Bench life = life(batches(100, 2), "main");
    life.settle();
    life.pass(WAIT);
    for (int i = 0; i < 8; i++) {
      life.store().take();
      life.pass(WAIT);
    }
    int taken = life.store().kept.size();

    Files.copy(logs.resolve("a.log"), logs.resolve("a.log.1"));
    life.settle();
    Files.writeString(logs.resolve("a.log"), "", StandardOpenOption.TRUNCATE_EXISTING);
    life.settle();
    life.bookkeeper.write(false);
    life.crash();
    Bench second = life(Terms.DEFAULT, "main");
    second.settle();
    second.pass(WAIT);
    drain(second);

    assertThat(taken).isBetween(20, 90);
    assertThat(second.store().kept).hasSize(100 - taken);
  }

  @Test
  void copytruncateBetweenTwoLooksLosesNothingAndIsNotReadTwice() throws Exception {
    write("a.log", "line of the log\n".repeat(1_000));
    Bench life = life(batches(100, 2), "main");
    life.settle();
    life.pass(WAIT);

    Files.copy(logs.resolve("a.log"), logs.resolve("a.log.1"));
    Files.writeString(logs.resolve("a.log"), "new\n", StandardOpenOption.TRUNCATE_EXISTING);
    life.settle();
    drain(life);

    assertThat(life.counts.getFirst().lost).isZero();
    assertThat(life.store().kept)
        .filteredOn("line of the log"::equals)
        .hasSizeBetween(1_000, 1_020);
    assertThat(life.store().kept).contains("new");
  }

  @Test
  void copytruncateOfAFileThatWasEmptyAtTheLastLookLosesNothingAndIsNotReadTwice()
      throws Exception {
    write("a.log", "");
    Bench life = life(batches(100, 2), "main");
    life.settle();
    append("a.log", "line of the log\n".repeat(1_000));
    life.pass(Duration.ofMillis(200));

    Files.copy(logs.resolve("a.log"), logs.resolve("a.log.1"));
    Files.writeString(logs.resolve("a.log"), "new\n", StandardOpenOption.TRUNCATE_EXISTING);
    life.settle();
    drain(life);

    assertThat(life.counts.getFirst().lost).isZero();
    assertThat(life.store().kept)
        .filteredOn("line of the log"::equals)
        .hasSizeBetween(1_000, 1_020);
  }

  /** It begins as the other did, and is no copy of it. */
  @Test
  void aFileThatAppearsWhileAnotherWithThatHeadIsTruncatedIsReadFromItsBeginning()
      throws Exception {
    String head = "a long greeting that every file begins with\n".repeat(30);
    write("a.log", head + "of the first\n".repeat(1_000));
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();
    life.pass(WAIT);
    drain(life);

    write("b.log", head + "of the second\n".repeat(1_000));
    Files.writeString(logs.resolve("a.log"), "new\n", StandardOpenOption.TRUNCATE_EXISTING);
    life.settle();
    life.pass(WAIT);
    drain(life);

    assertThat(life.store().kept).filteredOn("of the second"::equals).hasSize(1_000);
  }

  @Test
  void aDeletedFileIsReadToItsEndAndLetGo() throws Exception {
    write("a.log", "1\n2\nhalf");
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();

    Files.delete(logs.resolve("a.log"));
    life.settle();
    life.pass(Duration.ofSeconds(20));
    drain(life);
    life.pass(Duration.ofSeconds(20));

    assertThat(life.store().kept).containsExactly("1", "2", "half");
    assertThat(life.follower.followed()).isEmpty();
  }

  @Test
  void halfALineStaysUntilItIsWholeHoweverLongItTakes() throws Exception {
    write("a.log", "1\nhal");
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();
    life.pass(Duration.ofMinutes(1));
    drain(life);
    assertThat(life.store().kept).containsExactly("1");

    append("a.log", "f\n");
    life.pass(Duration.ofSeconds(2));
    drain(life);

    assertThat(life.store().kept).containsExactly("1", "half");
  }

  @Test
  void aTraceThatIsWrittenSlowlyStaysWholeAcrossACrash() throws Exception {
    mode = Grouping.Mode.AUTO;
    write("a.log", "begin\nException\n\tat x\n");
    Bench first = life(Terms.DEFAULT, "main");
    first.settle();
    first.pass(WAIT);
    first.store().take();
    first.turn();
    first.pass(Duration.ofMillis(700));
    first.bookkeeper.write(false);
    first.crash();
    append("a.log", "\tat y\nend\n");

    Bench second = life(Terms.DEFAULT, "main");
    second.settle();
    second.pass(Duration.ofSeconds(2));
    drain(second);

    assertThat(first.store().kept).containsExactly("begin");
    assertThat(second.store().kept).containsExactly("Exception\n\tat x\n\tat y", "end");
  }

  @Test
  void atTheVeryFirstStartTheEndCanBeTheBeginning() throws Exception {
    write("a.log", "old\n");
    Bench life = life(Terms.DEFAULT, true, "main");
    life.settle();
    append("a.log", "new\n");
    write("b.log", "later\n");

    life.settle();
    life.pass(WAIT);
    drain(life);

    assertThat(life.store().kept).containsExactlyInAnyOrder("new", "later");
  }

  @Test
  void aFileInUtf16GoesOutInUtf8WithTheOffsetsThatItHas() throws Exception {
    Files.write(logs.resolve("a.log"), "\ufeffÄ\nzwei\n".getBytes(StandardCharsets.UTF_16LE));
    Bench life = life(Terms.DEFAULT, "main");
    life.settle();
    life.pass(WAIT);

    assertThat(life.store().asked.getFirst().texts()).containsExactly("Ä", "zwei");
    drain(life);
    assertThat(acknowledged(life)).isEqualTo(16);
  }

  @Test
  void aHalfLineGoesOutAlsoWhenTheEndIsSaidBeforeItWasSeen() throws Exception {
    write("a.log", "whole\nhalf");
    Bench life = life(Terms.DEFAULT, "main");
    life.follower.turn();
    Shipper shipper = life.shippers.getFirst();

    shipper.tell(() -> shipper.hurry(true, true));
    life.turn();
    drain(life);

    assertThat(life.store().kept).containsExactly("whole", "half");
  }

  @Test
  void whereTheEndWasTheBeginningItIsSoForTheNextLifeToo() throws Exception {
    write("a.log", "old\n");
    Bench first = life(Terms.DEFAULT, true, "main");
    first.settle();
    first.close();
    append("a.log", "new\n");

    Bench second = life(Terms.DEFAULT, true, "main");
    second.settle();
    second.pass(WAIT);
    drain(second);

    assertThat(second.store().kept).containsExactly("new");
  }

  private static void drain(Bench life) {
    for (int i = 0; i < 1_000 && !life.store().asked.isEmpty(); i++) {
      life.store().take();
      life.pass(WAIT);
    }
  }

  private long acknowledged(Bench life) {
    return life.shippers.getFirst().cursors().iterator().next().acknowledged().offset();
  }

  private static Terms batches(int bytes, int inFlight) {
    return terms(bytes, inFlight);
  }

  private static Terms terms(int bytes, int inFlight) {
    Terms d = Terms.DEFAULT;
    return new Terms(
        bytes,
        d.batchEvents(),
        d.batchWait(),
        inFlight,
        d.order(),
        d.retryMin(),
        d.retryMax(),
        d.denied(),
        d.eventBytesMax(),
        d.eventLinesMax(),
        d.eventIdle());
  }

  private Bench life(Terms terms, String... ids) {
    return life(terms, false, ids);
  }

  private Bench life(Terms terms, boolean startAtEnd, String... ids) {
    bench = new Bench(logs, state, terms, mode, startAtEnd, 1_000, ticker, ids);
    return bench;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(logs.resolve(name), text, StandardOpenOption.CREATE_NEW);
  }

  private void append(String name, String text) throws IOException {
    Files.writeString(logs.resolve(name), text, StandardOpenOption.APPEND);
  }
}
