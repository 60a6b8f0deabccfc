package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.logshipper.checkpoint.CheckpointFile;
import io.containerpatterns.logshipper.checkpoint.Instance;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.source.Discovery;
import io.containerpatterns.logshipper.source.FolderWatch;
import io.containerpatterns.logshipper.source.LogFiles;
import io.containerpatterns.logshipper.source.PathPatterns;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * All of it: files, outputs, checkpoint, each on a thread of its own.
 *
 * <pre>
 *   start   checkpoint opened -> files, outputs, checkpoint begin their turns
 *   drain   a last look -> everything read and acknowledged, and quiet for a while -> half lines, too
 *   close   files and outputs end -> the checkpoint is written a last time
 * </pre>
 */
public final class Shipping {
  private static final Log log = Log.of(Shipping.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 20;
  private static final int NAMED_MAX = 20;

  private final Plan plan;
  private final Ticker ticker;
  private final InstantSource clock;
  private final Bookkeeper bookkeeper;
  private final Follower follower;
  private final List<Shipper> shippers = new ArrayList<>();
  private final List<Turns> shipperTurns = new ArrayList<>();
  private final Turns files = new Turns("files");
  private final Turns book = new Turns("checkpoint");

  /**
   * What is shipped where.
   *
   * @param stateSetting the setting that names {@code stateDir}, for the errors
   * @param openFiles how many may be open at once
   * @param startAtEnd whether files of the very first start are read from their end
   * @param labels what is said about every event
   * @param deadLetterBytesMax how large the dead letter file of an output may become
   * @param lastWords where it is said at the end what was not acknowledged, if anywhere
   * @param quiet how long nothing may have been written before a stop believes that all is said
   */
  public record Plan(
      PathPatterns patterns,
      Path stateDir,
      String stateSetting,
      int openFiles,
      boolean startAtEnd,
      List<Origin.Label> labels,
      Terms terms,
      long deadLetterBytesMax,
      Duration quiet,
      Optional<Epilogue> lastWords,
      List<Destination> destinations) {}

  /** Where it is said at the end what was not acknowledged, and how much of it. */
  public record Epilogue(Destination to, long bytesMax) {}

  /**
   * An output and its name.
   *
   * @param id in the checkpoint: another id is another output, which begins anew
   * @param maker of this output alone, on whose thread it is asked
   */
  public record Destination(
      String id, Output output, Preparation.Maker maker, ShipperCounts counts) {}

  /**
   * Opens the checkpoint and begins.
   *
   * @throws InvalidSettings when the state directory cannot be used
   */
  public static Shipping start(
      Plan plan, Ticker ticker, InstantSource clock, RandomGenerator random) throws IOException {
    CheckpointFile checkpoint = CheckpointFile.open(plan.stateDir(), plan.stateSetting());
    try {
      long instance = Instance.of(plan.stateDir());
      return new Shipping(plan, checkpoint, instance, ticker, clock, random);
    } catch (IOException e) {
      checkpoint.close();
      throw new InvalidSettings(
          new Problem(
              plan.stateSetting(),
              plan.stateDir().toString(),
              "a directory that we can write to; the system says: " + e,
              "make room there, or mount a writable volume"));
    }
  }

  private Shipping(
      Plan plan,
      CheckpointFile checkpoint,
      long instance,
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random) {
    this.plan = plan;
    this.ticker = ticker;
    this.clock = clock;
    this.bookkeeper = new Bookkeeper(checkpoint, ticker);
    var numbers = new AtomicLong(checkpoint.nextFile());
    var found =
        new LogFiles(
            new Discovery(plan.patterns(), FolderWatch.open()),
            checkpoint.files(),
            numbers::getAndIncrement,
            plan.openFiles(),
            ticker);
    boolean fresh = checkpoint.files().isEmpty();
    this.follower =
        new Follower(
            found,
            shippers,
            bookkeeper::note,
            file ->
                new Origin(
                    file.path().toString(),
                    plan.labels(),
                    Instance.generation(instance, file.number())),
            plan.startAtEnd() && fresh,
            ticker,
            files::wake);
    for (Destination destination : plan.destinations()) {
      var turns = new Turns("ship-" + destination.id());
      var around =
          new Shipper.Surroundings(
              ticker, clock, random, bookkeeper, follower::changed, turns::wake);
      shippers.add(
          new Shipper(
              destination.id(),
              destination.output(),
              plan.terms(),
              destination.maker(),
              deadLetters(destination),
              destination.counts(),
              around));
      shipperTurns.add(turns);
    }
    for (int i = 0; i < shippers.size(); i++) {
      shipperTurns.get(i).start(shippers.get(i)::turn);
    }
    files.start(follower::turn);
    book.start(bookkeeper::turn);
  }

  private DeadLetters deadLetters(Destination of) {
    return new DeadLetters(
        plan.stateDir().resolve("dead-letters-" + fileName(of.id()) + ".ndjson"),
        of.id(),
        plan.deadLetterBytesMax(),
        clock);
  }

  /** An id as part of a file name. */
  static String fileName(String id) {
    return id.replaceAll("[^A-Za-z0-9._-]+", "-");
  }

  /** Ships what there is, until all of it is acknowledged and nobody has written for a while. */
  public void drain(Deadline deadline) throws InterruptedException {
    int look = follower.ask();
    tellAll(shipper -> shipper.hurry(true, false));
    boolean halves = false;
    while (!deadline.passed()) {
      boolean quiet = follower.hasLooked(look) && follower.quiet().compareTo(plan.quiet()) >= 0;
      if (quiet && !halves) {
        // Whoever has not ended a line by now will not: it goes out as it is.
        halves = true;
        tellAll(shipper -> shipper.hurry(true, true));
      }
      if (quiet && follower.remainders().isEmpty()) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(Math.min(POLL_MILLIS, Math.max(1, deadline.left().toMillis())));
    }
    List<Remainder> left = follower.remainders();
    log.warn(
        "not everything was acknowledged in time",
        "files",
        left.size(),
        "first",
        left.subList(0, Math.min(NAMED_MAX, left.size())));
  }

  /** Goes on as before a {@link #drain}. */
  public void resume() {
    tellAll(shipper -> shipper.hurry(false, false));
  }

  private void tellAll(Consumer<Shipper> what) {
    for (Shipper shipper : shippers) {
      shipper.tell(() -> what.accept(shipper));
    }
  }

  /**
   * Ends everything; what was acknowledged is in the checkpoint then. An interrupt ends the waiting
   * for threads, and nothing else.
   */
  public void close() {
    boolean patient = end(files, true);
    for (int i = 0; i < shippers.size(); i++) {
      patient = end(shipperTurns.get(i), patient);
      shippers.get(i).close();
    }
    patient = end(book, patient);
    try {
      bookkeeper.close();
    } catch (IOException e) {
      log.error(
          "cannot write the last checkpoint",
          "cause",
          e,
          "consequence",
          "the next start sends more twice");
    }
    // After the checkpoint: nobody may read standard output, and then this never ends.
    plan.lastWords().filter(to -> !follower.remainders().isEmpty()).ifPresent(this::say);
    try {
      follower.close();
    } catch (IOException e) {
      log.debug("cannot close the log files", "cause", e);
    }
    if (!patient) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(Epilogue epilogue) {
    var around =
        new Shipper.Surroundings(
            ticker, clock, new SplittableRandom(), cursor -> {}, file -> {}, () -> {});
    new LastWords(
            epilogue.to(), epilogue.bytesMax(), plan.terms(), deadLetters(epilogue.to()), around)
        .say(follower.followed(), shippers);
  }

  /** Whether there is patience left for the next one. */
  private static boolean end(Turns turns, boolean patient) {
    try {
      if (!turns.end(patient ? PATIENCE : Duration.ZERO)) {
        log.warn("a thread does not end", "thread", turns);
      }
      return patient;
    } catch (InterruptedException e) {
      return false;
    }
  }

  // ---- any thread

  /**
   * One file as it stands.
   *
   * @param size in bytes
   * @param outputs how far each has got
   */
  public record FileStatus(String path, boolean nameless, long size, List<Position> outputs) {
    /** What the outputs have not acknowledged, added up. */
    public long lag() {
      long lag = 0;
      for (Position position : outputs) {
        lag += Math.max(0, size - position.acknowledged());
      }
      return lag;
    }
  }

  /**
   * How far an output has got with a file.
   *
   * @param acknowledged the offset up to which it has everything
   * @param behind how long ago the oldest byte was seen that it does not have; zero when it has all
   */
  public record Position(String output, long acknowledged, Duration behind) {}

  /** How many files are followed, open and parked ones. */
  public int files() {
    return follower.followed().size() + follower.parked();
  }

  /** How many files wait to be opened until there is room. */
  public int waiting() {
    return follower.waiting().files();
  }

  /** Files as they stand, those that lag most first, and at most so many of them. */
  public List<FileStatus> status(int most) {
    var chosen = new PriorityQueue<>(Comparator.comparingLong(FileStatus::lag));
    for (Followed file : follower.followed()) {
      chosen.add(statusOf(file));
      if (chosen.size() > most) {
        chosen.remove();
      }
    }
    List<FileStatus> files = new ArrayList<>(chosen);
    files.sort(
        Comparator.comparingLong(FileStatus::lag).reversed().thenComparing(FileStatus::path));
    return files;
  }

  private FileStatus statusOf(Followed file) {
    long now = ticker.nanos();
    List<Position> positions = new ArrayList<>(shippers.size());
    for (Shipper shipper : shippers) {
      Cursor cursor = shipper.cursor(file.file());
      positions.add(
          cursor == null
              ? new Position(shipper.id(), 0, Duration.ZERO)
              : new Position(
                  shipper.id(), cursor.acknowledged().offset(), cursor.backlog().age(now)));
    }
    return new FileStatus(file.path(), file.isNameless(), file.size(), List.copyOf(positions));
  }

  /** How long ago the oldest byte was seen that an output has not acknowledged, by its id. */
  public Map<String, Duration> behind() {
    long now = ticker.nanos();
    Map<String, Duration> behind = new LinkedHashMap<>();
    for (Shipper shipper : shippers) {
      Duration longest = Duration.ZERO;
      for (Cursor cursor : shipper.cursors()) {
        Duration age = cursor.backlog().age(now);
        longest = age.compareTo(longest) > 0 ? age : longest;
      }
      behind.put(shipper.id(), longest);
    }
    return behind;
  }

  /** What is not acknowledged. */
  public List<Remainder> remainders() {
    return follower.remainders();
  }

  /** How many batches are not done with. */
  public int held() {
    int held = 0;
    for (Shipper shipper : shippers) {
      held += shipper.held();
    }
    return held;
  }

  /** How it stands with an output. */
  public record OutputHealth(String id, Health health) {}

  /** How it stands with each output. */
  public List<OutputHealth> outputs() {
    return shippers.stream()
        .map(shipper -> new OutputHealth(shipper.id(), shipper.health()))
        .toList();
  }

  /** How it stands with the checkpoint. */
  public Health checkpointHealth() {
    return bookkeeper.health();
  }

  /** How old the checkpoint is. */
  public Duration checkpointAge() {
    return bookkeeper.age();
  }

  /** What could not be read at the last look, in sentences. */
  public List<String> unreadable() {
    return follower.unreadable();
  }
}
