package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.checkpoint.CheckpointFile;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.identity.Trail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes down what is known and how far the outputs got: into the file at once, in pauses that grow
 * with how much there is to write, up to a second; onto the disk every few seconds. What was
 * acknowledged since is what a kill costs in duplicates. A disk that is full or gone stops nothing:
 * what could not be written is written later, as it then is, and until then a crash costs more of
 * them.
 */
final class Bookkeeper implements Progress {
  private static final Log log = Log.of(Bookkeeper.class);

  /** The longest pause between two writes. */
  static final Duration WRITE = Duration.ofSeconds(1);

  private static final Duration WRITE_MIN = Duration.ofMillis(20);

  /** An entry takes a hundredth of this to be written. */
  private static final Duration PAUSE_AN_ENTRY = Duration.ofNanos(100_000);

  static final Duration FORCE = Duration.ofSeconds(5);

  private final CheckpointFile file;
  private final Ticker ticker;
  private final Queue<Entry> notes = new ConcurrentLinkedQueue<>();
  private final Queue<Cursor> moved = new ConcurrentLinkedQueue<>();

  // The thread's own.
  private final ArrayDeque<Entry> unwritten = new ArrayDeque<>();
  private final Set<Cursor> unsaved = new LinkedHashSet<>();
  private long writeAt;
  private int entriesWritten; // the last time
  private long forceAt;

  private volatile Health health = Health.UP;
  private volatile long written;

  Bookkeeper(CheckpointFile file, Ticker ticker) {
    this.file = file;
    this.ticker = ticker;
    this.writeAt = ticker.nanos();
    this.forceAt = ticker.nanos() + FORCE.toNanos();
    this.written = ticker.nanos();
  }

  /** Something about a file. Any thread. */
  void note(Entry entry) {
    notes.add(entry);
  }

  @Override
  public void moved(Cursor cursor) {
    moved.add(cursor);
  }

  /** Does what is due; returns for how many nanoseconds nothing more is. */
  long turn() {
    long now = ticker.nanos();
    if (now - writeAt >= 0) {
      boolean force = now - forceAt >= 0;
      if (force) {
        forceAt = now + FORCE.toNanos();
      }
      write(force);
      long pause = PAUSE_AN_ENTRY.toNanos() * entriesWritten;
      writeAt = now + Math.clamp(pause, WRITE_MIN.toNanos(), WRITE.toNanos());
    }
    return Math.max(0, writeAt - ticker.nanos());
  }

  /** Writes what is known now; false when it could not be written. */
  boolean write(boolean force) {
    for (Entry note = notes.poll(); note != null; note = notes.poll()) {
      unwritten.add(note);
    }
    for (Cursor cursor = moved.poll(); cursor != null; cursor = moved.poll()) {
      unsaved.add(cursor);
    }
    List<Entry> entries = new ArrayList<>(unwritten);
    Map<Cursor, Trail> positions = new HashMap<>();
    for (Cursor cursor : unsaved) {
      Trail trail = cursor.toSave();
      positions.put(cursor, trail);
      entries.add(new Entry.Position(cursor.file().number(), cursor.output(), trail));
    }
    entriesWritten = entries.size();
    try {
      if (!entries.isEmpty()) {
        file.write(entries);
      }
      positions.forEach(Cursor::saved);
      unwritten.clear();
      unsaved.clear();
      if (force) {
        file.force();
      }
      well();
      return true;
    } catch (IOException e) {
      ill(e);
      return false;
    }
  }

  private void well() {
    written = ticker.nanos();
    if (health instanceof Health.Degraded) {
      health = Health.UP;
      log.info("the checkpoint is written again");
    }
  }

  private void ill(IOException e) {
    if (!(health instanceof Health.Degraded)) {
      log.warn(
          "cannot write the checkpoint",
          "cause",
          e,
          "action",
          "shipping goes on and it is tried every second; after a crash more is sent twice");
    }
    health =
        new Health.Degraded(
            "the checkpoint cannot be written ("
                + e.getMessage()
                + "); shipping goes on, but after a crash more is sent twice; make room, or look at"
                + " the volume");
  }

  /** How it stands with the disk. Any thread. */
  Health health() {
    return health;
  }

  /** How old what is written is. Any thread. */
  Duration age() {
    return Duration.ofNanos(ticker.nanos() - written);
  }

  /** Writes what is known, and closes the file. */
  void close() throws IOException {
    boolean whole = write(true);
    file.close();
    if (!whole) {
      throw new IOException("the last checkpoint could not be written");
    }
  }
}
