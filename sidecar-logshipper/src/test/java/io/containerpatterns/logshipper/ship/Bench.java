package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.logshipper.checkpoint.CheckpointFile;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.source.Discovery;
import io.containerpatterns.logshipper.source.LogFiles;
import io.containerpatterns.logshipper.source.PathPatterns;
import io.containerpatterns.logshipper.text.Encoding;
import io.containerpatterns.logshipper.text.Grouping;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One life of a shipper without threads: the test takes the turns and owns the time. It ends by
 * {@link #close} or, as a crash does, by being forgotten.
 */
final class Bench implements AutoCloseable {
  static final long DEAD_LETTER_MAX = 1 << 20;

  final CheckpointFile checkpoint;
  final Bookkeeper bookkeeper;
  final Follower follower;
  final List<Shipper> shippers = new ArrayList<>();
  final List<StoreFake> stores = new ArrayList<>();
  final List<Counted> counts = new ArrayList<>();
  private final ManualTicker ticker;

  Bench(
      Path logs,
      Path state,
      Terms terms,
      Grouping.Mode mode,
      boolean startAtEnd,
      int openMax,
      ManualTicker ticker,
      String... ids) {
    this.ticker = ticker;
    InstantSource clock = () -> Instant.ofEpochSecond(1_795_600_000L);
    checkpoint = CheckpointFile.open(state, "STATE");
    bookkeeper = new Bookkeeper(checkpoint, ticker);
    var numbers = new AtomicLong(checkpoint.nextFile());
    var files =
        new LogFiles(
            new Discovery(
                PathPatterns.of(PathPatterns.withRotated(List.of(logs + "/*.log")), List.of())),
            checkpoint.files(),
            numbers::getAndIncrement,
            openMax,
            ticker);
    follower =
        new Follower(
            files,
            shippers,
            bookkeeper::note,
            file -> new Origin(file.path().toString(), List.of()),
            startAtEnd && checkpoint.files().isEmpty(),
            ticker,
            () -> {});
    for (String id : ids) {
      var store = new StoreFake();
      var counted = new Counted();
      stores.add(store);
      counts.add(counted);
      shippers.add(
          new Shipper(
              id,
              store,
              terms,
              (origin, head, length, readAt) ->
                  new Preparation(
                      Encoding.of(head, length),
                      new Grouping(mode, Grouping.isTimestamped(head, length, readAt)),
                      Stage.NONE),
              new DeadLetters(state.resolve(id + ".dead"), id, DEAD_LETTER_MAX, clock),
              counted,
              new Shipper.Surroundings(
                  ticker,
                  clock,
                  new SplittableRandom(1),
                  bookkeeper,
                  follower::changed,
                  () -> {})));
    }
  }

  /** Looks at the files, and takes turns until nobody has anything to do at this moment. */
  void settle() {
    follower.ask();
    turn();
  }

  /** Takes turns until nobody has anything to do at this moment. */
  void turn() {
    boolean more = true;
    for (int i = 0; more; i++) {
      if (i == 10_000) {
        throw new AssertionError("turns without end");
      }
      follower.turn();
      more = false;
      for (Shipper shipper : shippers) {
        more |= shipper.turn() == 0 || !shipper.unheard().isEmpty();
      }
    }
  }

  /** Lets time pass in small steps, with turns in between. */
  void pass(Duration time) {
    Duration step = Duration.ofMillis(50);
    for (Duration left = time; left.isPositive(); left = left.minus(step)) {
      ticker.advance(step);
      turn();
      bookkeeper.turn();
    }
  }

  StoreFake store() {
    return stores.getFirst();
  }

  @Override
  public void close() throws IOException {
    bookkeeper.close();
    follower.close();
  }

  /** Gives back what a process gives back that was killed. */
  void crash() throws IOException {
    checkpoint.close();
    follower.close();
  }
}
