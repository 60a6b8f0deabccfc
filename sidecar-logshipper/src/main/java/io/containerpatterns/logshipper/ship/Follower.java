package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.identity.Trail;
import io.containerpatterns.logshipper.source.LogFile;
import io.containerpatterns.logshipper.source.LogFiles;
import io.containerpatterns.logshipper.source.LogFiles.Change;
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
 * <pre>
 *   look    the folders, every open file: when a folder changed, when asked, and now and then
 *   glance  the sizes of those that grew lately, often; of all others, now and then
 * </pre>
 *
 * A look costs with the number of files, so the more files the longer the pause between looks: they
 * take about a hundredth of the time, and glances at idle files half of that. Where there are new
 * names it comes at once: what has one for a moment only must be opened in it. Everything happens
 * in turns on one thread.
 */
final class Follower {
  private static final Log log = Log.of(Follower.class);
  private static final Duration GLANCE_MIN = Duration.ofMillis(5);
  private static final Duration GLANCE_MAX = Duration.ofMillis(50);
  private static final Duration IDLE_MIN = Duration.ofMillis(250);
  private static final Duration IDLE_MAX = Duration.ofSeconds(5);
  private static final int IDLE_SHARE = 200;
  private static final Duration LOOK_MIN = Duration.ofSeconds(1);
  private static final Duration LOOK_MAX = Duration.ofSeconds(10);
  private static final int LOOK_SHARE = 100;
  private static final int FILES_TOLD = 100;
  private static final int HASTY_LOOK_SHARE = 4;
  private static final Duration HASTY_LOOK_MAX = Duration.ofMillis(200);
  private static final Duration ACTIVE = Duration.ofSeconds(10);
  private static final Duration NAMELESS_QUIET = Duration.ofSeconds(5);
  private static final Duration MISSING = Duration.ofHours(1);

  private final LogFiles files;
  private final List<Shipper> shippers;
  private final Consumer<Entry> note;
  private final Function<LogFile, Origin> origins;
  private final boolean startAtEnd;
  private final Ticker ticker;
  private final Runnable wake;
  private final Map<Long, Followed> followed =
      new ConcurrentHashMap<>(); // changed by the thread only
  private final Queue<LogFile> suspects = new ConcurrentLinkedQueue<>();
  private final long begun;
  private boolean looked;
  private long lookAt;
  private long hastyLookAt; // not sooner, even if there are new names
  private long idleGlanceAt;
  private Duration glance = GLANCE_MIN;
  private volatile boolean asked;
  private volatile List<String> unreadable = List.of();
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
    this.begun = ticker.nanos();
    this.lastGrowth = begun;
    this.lookAt = begun;
    this.hastyLookAt = begun;
    this.idleGlanceAt = begun;
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
    if (asked || now - lookAt >= 0 || (now - hastyLookAt >= 0 && files.changed())) {
      int number = looksBegun + 1;
      looksBegun = number;
      look(now);
      now = ticker.nanos();
      glance(now, true);
      looksEnded = number;
    } else {
      glance(now, now - idleGlanceAt >= 0);
    }
    return files.isSurveying() ? 0 : Math.max(0, Math.min(lookAt - now, glance.toNanos()));
  }

  private void look(long now) {
    asked = false;
    for (LogFile suspect = suspects.poll(); suspect != null; suspect = suspects.poll()) {
      files.replaced(suspect);
    }
    LogFiles.Look look = files.look();
    for (Followed file : followed.values()) {
      file.nameless(false);
    }
    for (Change change : look.changes()) {
      take(change, now);
    }
    for (Followed file : followed.values()) {
      noteIdentity(file);
    }
    tell(look.unreadable());
    letGo(now);
    forgetMissing(now);
    looked = true;
    long cost = ticker.nanos() - now;
    hastyLookAt = ticker.nanos() + Math.min(cost * HASTY_LOOK_SHARE, HASTY_LOOK_MAX.toNanos());
    lookAt = ticker.nanos() + Math.clamp(cost * LOOK_SHARE, LOOK_MIN.toNanos(), LOOK_MAX.toNanos());
  }

  private void take(Change change, long now) {
    switch (change) {
      case Change.Appeared(LogFile file, boolean known, Map<String, Trail> trails) ->
          appeared(file, known, trails, now);
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

  private void appeared(LogFile file, boolean known, Map<String, Trail> trails, long now) {
    Followed added = add(file, now);
    tellFound(file, known);
    Trail beginning =
        !known && startAtEnd && (!looked || files.wasThere(file)) ? end(file) : Trail.NONE;
    for (Shipper shipper : shippers) {
      Trail trail = trails.getOrDefault(shipper.id(), beginning);
      shipper.tell(() -> shipper.follow(file, added.origin(), trail));
    }
  }

  /** Each, but not ten thousand of them. */
  private void tellFound(LogFile file, boolean known) {
    if (followed.size() <= FILES_TOLD) {
      log.info("log file found", "file", file.path(), "size", file.seen(), "known", known);
    } else {
      log.debug("log file found", "file", file.path(), "size", file.seen(), "known", known);
    }
  }

  private static Trail end(LogFile file) {
    try {
      return Trail.NONE.and(file.anchor(file.seen()));
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
    note.accept(new Entry.Gone(file.number()));
    Origin origin = copy == null ? origins.apply(file) : add(copy, now).origin();
    long copied = copy == null ? 0 : copy.seen();
    log.info(
        "log file truncated",
        "file",
        file.path(),
        "size",
        most,
        "copy",
        copy == null ? "none" : copy.path());
    var readers = new AtomicInteger(shippers.size());
    for (Shipper shipper : shippers) {
      shipper.tell(() -> {
        shipper.truncated(file, most, copy, origin, copied);
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

  private void tell(List<String> now) {
    if (!now.equals(unreadable)) {
      for (String line : now) {
        if (!unreadable.contains(line)) {
          log.warn("cannot read", "what", line, "action", "it is tried again at the next look");
        }
      }
      unreadable = List.copyOf(now);
    }
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
      glance(file, now);
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
    Trail trail = end(heir);
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
    if (now - begun >= MISSING.toNanos()) {
      for (KnownFile missing : files.missing()) {
        files.forget(missing);
        note.accept(new Entry.Gone(missing.identity().file()));
      }
    }
  }

  /** Wakes the outputs of those files that have grown. */
  private void glance(long now, boolean all) {
    boolean grew = false;
    for (Followed file : followed.values()) {
      if (all || now - file.grewAt() < ACTIVE.toNanos()) {
        grew |= glance(file, now);
      }
    }
    if (all) {
      long cost = ticker.nanos() - now;
      idleGlanceAt = now + Math.clamp(cost * IDLE_SHARE, IDLE_MIN.toNanos(), IDLE_MAX.toNanos());
    }
    Duration slower = glance.multipliedBy(2);
    glance = grew ? GLANCE_MIN : slower.compareTo(GLANCE_MAX) > 0 ? GLANCE_MAX : slower;
  }

  private boolean glance(Followed file, long now) {
    long before = file.size();
    long size;
    try {
      size = file.file().size();
      // What it begins with is known as soon as it is there: a look may come too late for that.
      if (size != file.file().seen()) {
        asked |= !file.file().look();
        noteIdentity(file); // Without more of its head it would not be known again once compressed.
      }
    } catch (IOException e) {
      return false; // The next look tells.
    }
    file.saw(size, now);
    for (Shipper shipper : shippers) {
      Cursor cursor = shipper.cursor(file.file());
      if (cursor != null && cursor.wakeFor(size)) {
        shipper.tell(() -> shipper.grew(cursor));
      }
    }
    if (size != before) {
      lastGrowth = now;
      return true;
    }
    return false;
  }

  // ---- any thread

  /** The files, as they are at the moment. */
  Collection<Followed> followed() {
    return followed.values();
  }

  /** What could not be read at the last look. */
  List<String> unreadable() {
    return unreadable;
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
    return remainders;
  }

  void close() throws IOException {
    files.close();
  }
}
