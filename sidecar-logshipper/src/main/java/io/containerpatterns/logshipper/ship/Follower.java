package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.identity.Trail;
import io.containerpatterns.logshipper.source.LogFile;
import io.containerpatterns.logshipper.source.LogFiles;
import io.containerpatterns.logshipper.source.Look;
import io.containerpatterns.logshipper.source.Look.Change;
import io.containerpatterns.logshipper.source.Look.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the files for all outputs: finds them, sees them grow and end, and lets them go when
 * every output has everything.
 *
 * <p>A look at the folders costs with the number of files, so the more files the longer the pause
 * between looks: they take about a hundredth of the time. Where there are new names it comes at
 * once: what has one for a moment only must be opened in it. Between looks there are glances at
 * sizes. Everything happens in turns on one thread.
 */
final class Follower {
  private static final Log log = Log.of(Follower.class);
  private static final Duration LOOK_MIN = Duration.ofSeconds(1);
  private static final Duration LOOK_MAX = Duration.ofSeconds(10);
  private static final int LOOK_SHARE = 100;
  private static final int HASTY_LOOK_SHARE = 4;
  private static final Duration HASTY_LOOK_MAX = Duration.ofMillis(200);
  private static final Duration NAMELESS_QUIET = Duration.ofSeconds(5);
  private static final Duration MISSING = Duration.ofHours(1);

  private final LogFiles files;
  private final List<Shipper> shippers;
  private final Consumer<Entry> note;
  private final Function<LogFile, Origin> origins;
  private final boolean startAtEnd;
  private final Ticker ticker;
  private final Runnable wake;
  private final Notices notices = new Notices();
  private final Glances glances;
  private final Parking parking;
  private final Map<Long, Followed> followed =
      new ConcurrentHashMap<>(); // changed by the thread only
  private final Queue<LogFile> suspects = new ConcurrentLinkedQueue<>();
  private final long begun;
  private long lookAt;
  private long hastyLookAt; // not sooner, even if there are new names
  private volatile boolean asked;
  private volatile int parked;
  private volatile long lastGrowth;
  private volatile int looksBegun; // written by the thread only
  private volatile int looksEnded; // written by the thread only

  /**
   * @param note writes down what is known about a file, before anybody reads it
   * @param origins says what the events of a file are said to come from
   * @param startAtEnd whether files that are there at the very first start are read from their end
   * @param wake called when the thread has something to do, from any thread
   */
  Follower(
      LogFiles files,
      List<Shipper> shippers,
      Consumer<Entry> note,
      Function<LogFile, Origin> origins,
      boolean startAtEnd,
      Ticker ticker,
      Runnable wake) {
    this.files = files;
    this.shippers = shippers;
    this.note = note;
    this.origins = origins;
    this.startAtEnd = startAtEnd;
    this.ticker = ticker;
    this.wake = wake;
    this.glances = new Glances(shippers, ticker, this::grown);
    this.parking = new Parking(files, shippers);
    this.begun = ticker.nanos();
    this.lastGrowth = begun;
    this.lookAt = begun;
    this.hastyLookAt = begun;
  }

  /** Looks in the next turn; returns the number of a look that has not begun yet. Any thread. */
  int ask() {
    int next = looksBegun + 1;
    asked = true;
    wake.run();
    return next;
  }

  /** Whether the look of that number is over. Any thread. */
  boolean hasLooked(int number) {
    return looksEnded - number >= 0;
  }

  /** Somebody read something else where this file had been read before. Any thread. */
  void changed(LogFile file) {
    suspects.add(file);
    ask();
  }

  /** Does what is due; returns for how many nanoseconds nothing more is. */
  long turn() {
    long now = ticker.nanos();
    if (files.isAboutToTell()) {
      lastGrowth = now; // What is in there may be something new.
    }
    if (files.isSurveying() && files.survey()) {
      asked = true;
    }
    boolean hasty = now - hastyLookAt >= 0 && (files.changed() || makeRoom(now));
    if (asked || now - lookAt >= 0 || hasty) {
      int number = looksBegun + 1;
      looksBegun = number;
      look(now);
      now = ticker.nanos();
      grew(glances.atAll(followed.values(), now), now);
      looksEnded = number;
    } else {
      grew(glances.at(followed.values(), now), now);
    }
    return files.isSurveying() ? 0 : Math.max(0, Math.min(lookAt - now, glances.pause().toNanos()));
  }

  /** It was looked at because its size is another; whether its content is still the one known. */
  private void grown(Followed file, boolean same) {
    asked |= !same;
    noteIdentity(file); // Without more of its head it would not be known again once compressed.
  }

  private void grew(boolean any, long now) {
    if (any) {
      lastGrowth = now;
    }
  }

  private void look(long now) {
    asked = false;
    for (LogFile suspect = suspects.poll(); suspect != null; suspect = suspects.poll()) {
      files.replaced(suspect);
    }
    Look look = files.look();
    for (Followed file : followed.values()) {
      file.nameless(false);
    }
    for (Change change : look.changes()) {
      take(change, now);
    }
    for (Followed file : followed.values()) {
      noteIdentity(file);
    }
    notices.unreadable(look.unreadable());
    notices.waiting(look.waiting(), followed.size());
    letGo(now);
    forgetMissing(now);
    parked = files.parked();
    long cost = ticker.nanos() - now;
    hastyLookAt = ticker.nanos() + Math.min(cost * HASTY_LOOK_SHARE, HASTY_LOOK_MAX.toNanos());
    lookAt = ticker.nanos() + Math.clamp(cost * LOOK_SHARE, LOOK_MIN.toNanos(), LOOK_MAX.toNanos());
  }

  private void take(Change change, long now) {
    switch (change) {
      case Change.Appeared appeared -> appeared(appeared, now);
      case Change.Truncated(LogFile file, long seen, Optional<LogFile> copy) ->
          truncated(file, seen, copy.orElse(null), now);
      case Change.Nameless(LogFile file) -> {
        Followed gone = followed.get(file.number());
        if (gone != null) {
          gone.nameless(true);
        }
      }
    }
  }

  private void appeared(Change.Appeared appeared, long now) {
    LogFile file = appeared.file();
    Followed added = add(file, now);
    notices.found(file, appeared.known(), followed.size());
    Trail beginning = startAtEnd && !appeared.known() ? end(file, appeared.first()) : Trail.NONE;
    for (Shipper shipper : shippers) {
      Trail trail = appeared.trails().getOrDefault(shipper.id(), beginning);
      if (beginning.offset() > 0 && !appeared.trails().containsKey(shipper.id())) {
        // Or the next life would begin where this one does not.
        note.accept(new Entry.Position(file.number(), shipper.id(), beginning));
      }
      shipper.tell(() -> shipper.follow(file, added.origin(), trail));
    }
  }

  /** Behind the bytes that were there first, unless the file has become shorter since. */
  private static Trail end(LogFile file, long first) {
    if (first == 0 || first > file.seen()) {
      return Trail.NONE;
    }
    try {
      return Trail.NONE.and(file.anchor(first));
    } catch (IOException e) {
      log.warn(
          "cannot read the end of a log file, it is read from its beginning",
          "file",
          file.path(),
          "cause",
          e);
      return Trail.NONE;
    }
  }

  private Followed add(LogFile file, long now) {
    var added = new Followed(file, origins.apply(file), now);
    followed.put(file.number(), added);
    noteIdentity(added);
    lastGrowth = now;
    return added;
  }

  private void truncated(LogFile file, long seen, @Nullable LogFile copy, long now) {
    Followed gone = followed.remove(file.number());
    // It may have grown since the last look, and that was seen in a glance.
    long most = gone == null ? seen : Math.max(seen, gone.most());
    Origin origin = copy == null ? origins.apply(file) : add(copy, now).origin();
    if (copy != null) {
      notePositions(file, copy);
    }
    note.accept(new Entry.Gone(file.number()));
    long copied = copy == null ? 0 : copy.seen();
    log.info(
        "log file truncated",
        "file",
        file.path(),
        "size",
        most,
        "copy",
        copy == null ? "none" : copy.path());
    closeAfter(file, shipper -> shipper.truncated(file, most, copy, origin, copied));
  }

  /** Up to where {@code copy} need not be sent, also when we are killed in this moment. */
  private void notePositions(LogFile file, LogFile copy) {
    for (Shipper shipper : shippers) {
      Cursor cursor = shipper.cursor(file);
      if (cursor != null && Shipper.holds(copy, cursor.acknowledged())) {
        Trail reached = Trail.NONE.and(cursor.acknowledged());
        note.accept(new Entry.Position(copy.number(), shipper.id(), reached));
      }
    }
  }

  /** Closes the file when each output has heard {@code word}, after which it does not read it. */
  private void closeAfter(LogFile file, Consumer<Shipper> word) {
    var readers = new AtomicInteger(shippers.size());
    for (Shipper shipper : shippers) {
      shipper.tell(() -> {
        word.accept(shipper);
        if (readers.decrementAndGet() == 0) {
          closeQuietly(file);
        }
      });
    }
  }

  private static void closeQuietly(LogFile file) {
    try {
      file.close();
    } catch (IOException e) {
      log.debug("cannot close a log file", "file", file.path(), "cause", e);
    }
  }

  private void noteIdentity(Followed file) {
    Entry.Identity identity = file.newIdentity();
    if (identity != null) {
      note.accept(identity);
    }
  }

  /** Whether there is room now that there was not, and somebody waits for it. */
  private boolean makeRoom(long now) {
    int wanted = notices.waiting().files();
    if (wanted == 0 && parked == 0) {
      return false;
    }
    List<Followed> quiet = parking.park(followed.values(), wanted, now);
    for (Followed file : quiet) {
      followed.remove(file.file().number());
      closeAfter(file.file(), shipper -> shipper.forget(file.file()));
    }
    parked = files.parked();
    return wanted > 0 && !quiet.isEmpty();
  }

  /**
   * Lets those go that no name leads to, that are quiet, and of which every output has everything.
   */
  private void letGo(long now) {
    for (Followed file : followed.values()) {
      // What is compressed and not yet known may be its heir.
      if (!file.isNameless() || files.isUndecided()) {
        continue;
      }
      // Its size may have been seen long ago, and what has come since must not be let go with it.
      grew(glances.at(file, now), now);
      if (now - file.grewAt() < NAMELESS_QUIET.toNanos()) {
        continue;
      }
      if (!file.isLast()) {
        file.last();
        for (Shipper shipper : shippers) {
          shipper.tell(() -> shipper.last(file.file()));
        }
      } else if (isDone(file)) {
        files.heirOf(file.file()).ifPresent(heir -> inherit(heir, now));
        followed.remove(file.file().number());
        note.accept(new Entry.Gone(file.file().number()));
        for (Shipper shipper : shippers) {
          shipper.tell(() -> shipper.forget(file.file()));
        }
        letGo(file.file());
      }
    }
  }

  /**
   * Follows the compressed form of a file of which every output has everything. It is written down
   * before the other one goes, so that nobody sends it again, whenever we are killed.
   */
  private void inherit(LogFile heir, long now) {
    Followed added = add(heir, now);
    Trail trail = end(heir, heir.seen());
    for (Shipper shipper : shippers) {
      note.accept(new Entry.Position(heir.number(), shipper.id(), trail));
      shipper.tell(() -> shipper.follow(heir, added.origin(), trail));
    }
  }

  private void letGo(LogFile file) {
    log.info("log file is gone and everything of it was taken", "file", file.path());
    try {
      files.letGo(file);
    } catch (IOException e) {
      log.debug("cannot close a log file", "file", file.path(), "cause", e);
    }
  }

  private boolean isDone(Followed file) {
    for (Shipper shipper : shippers) {
      Cursor cursor = shipper.cursor(file.file());
      if (cursor == null || cursor.acknowledged().offset() < file.size()) {
        return false;
      }
    }
    return true;
  }

  private void forgetMissing(long now) {
    // What is compressed and not yet known may be one of them.
    if (now - begun >= MISSING.toNanos() && !files.isUndecided()) {
      for (KnownFile missing : files.missing()) {
        files.forget(missing);
        note.accept(new Entry.Gone(missing.identity().file()));
      }
    }
  }

  // ---- any thread

  /** The files, as they are at the moment. */
  Collection<Followed> followed() {
    return followed.values();
  }

  /** How many files are followed without being open, because nothing happens to them. */
  int parked() {
    return parked;
  }

  /** Those for which there was no room at the last look. */
  Waiting waiting() {
    return notices.waiting();
  }

  /** What could not be read at the last look. */
  List<String> unreadable() {
    return notices.unreadable();
  }

  /** For how long no file has grown and none has appeared. */
  Duration quiet() {
    return Duration.ofNanos(ticker.nanos() - lastGrowth);
  }

  /** Every byte of every file that an output has not acknowledged, by file. */
  List<Remainder> remainders() {
    List<Remainder> remainders = new ArrayList<>();
    for (Followed file : followed.values()) {
      for (Shipper shipper : shippers) {
        Cursor cursor = shipper.cursor(file.file());
        long acknowledged = cursor == null ? 0 : cursor.acknowledged().offset();
        if (acknowledged < file.size()) {
          remainders.add(new Remainder(file.path(), shipper.id(), file.size() - acknowledged));
        }
      }
    }
    Waiting now = notices.waiting();
    if (now.files() > 0) {
      for (Shipper shipper : shippers) {
        remainders.add(
            new Remainder(
                "(" + now.files() + " files that wait to be opened)", shipper.id(), now.bytes()));
      }
    }
    return remainders;
  }

  void close() throws IOException {
    files.close();
  }
}
