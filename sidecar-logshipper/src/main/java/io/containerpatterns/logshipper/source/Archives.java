package io.containerpatterns.logshipper.source;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compressed rotations that nobody reads yet: each is decompressed once, to know what is in it.
 *
 * <pre>
 *   found --quiet for a second--> surveyed, a slice at a time --> whole, or damaged: to be recognised
 *     ^                               '--> cut: it is still being written
 *     '-------- it has grown ---------------'  '-- for a minute not: that is all there is of it
 *
 *   recognised as what a file holds that is still followed: its shadow, which is read by nobody
 *   that file is let go --> the shadow is its heir
 * </pre>
 *
 * One at a time. Confined to one thread.
 */
final class Archives {
  private static final Log log = Log.of(Archives.class);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration CUT_MAX = Duration.ofMinutes(1);

  /** Some ten milliseconds, in which nothing else is looked after. */
  private static final long SLICE = 8 << 20;

  private final Ticker ticker;
  private final Survey.Marks marks;
  private final Map<Object, Archive> waiting = new LinkedHashMap<>(); // by node
  private final List<Found> found = new ArrayList<>();
  private final Map<Object, Shadow> shadows = new LinkedHashMap<>(); // by node
  private final List<String> failures = new ArrayList<>(); // since the last look
  private final Set<Object> failed = new HashSet<>(); // nodes that cannot be read, ever tried again

  /**
   * What is in a file.
   *
   * @param older what was known of the same file before it changed
   * @param early whether it was there at the first look
   */
  record Found(LogFile file, @Nullable LogFile older, boolean early) {}

  private record Shadow(LogFile file, LogFile original) {}

  private static final class Archive {
    private final LogFile file;
    private final Packing packing;
    private final @Nullable LogFile older;
    private final boolean early;
    private long size;
    private long since; // when it was first seen so large
    private @Nullable Survey survey;
    private boolean cut;

    Archive(LogFile file, Packing packing, @Nullable LogFile older, boolean early, long now) {
      this.file = file;
      this.packing = packing;
      this.older = older;
      this.early = early;
      this.size = -1;
      this.since = now;
    }

    boolean isRipe(long now) {
      return now - since >= (cut ? CUT_MAX : QUIET).toNanos();
    }

    void saw(long now) throws IOException {
      long newSize = file.channel().size();
      if (newSize != size) {
        size = newSize;
        since = now;
        end();
      }
    }

    void end() throws IOException {
      if (survey != null) {
        survey.close();
      }
      survey = null;
      cut = false;
    }
  }

  /**
   * None yet.
   *
   * @param marks which offsets are of interest
   */
  Archives(Ticker ticker, Survey.Marks marks) {
    this.ticker = ticker;
    this.marks = marks;
  }

  /**
   * Takes those that are compressed and not open out of {@code names}.
   *
   * @param first whether a node was there at the first look of all; asked once
   */
  void look(
      Map<Object, Path> names,
      Set<Object> open,
      Predicate<Object> first,
      Collection<String> unreadable) {
    unreadable.addAll(failures);
    failures.clear();
    forgetNameless(names.keySet());
    for (Iterator<Map.Entry<Object, Path>> all = names.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Object, Path> name = all.next();
      Packing packing = Packing.of(name.getValue());
      if (packing == null || open.contains(name.getKey())) {
        continue;
      }
      all.remove();
      if (!holds(name.getKey(), name.getValue())) {
        take(name.getValue(), packing, null, first.test(name.getKey()), unreadable);
      }
    }
    for (Archive archive : List.copyOf(waiting.values())) {
      try {
        archive.saw(ticker.nanos());
      } catch (IOException e) {
        fail(archive, e);
      }
    }
  }

  /** An open one is not what it was. */
  void again(LogFile file, Collection<String> unreadable) {
    Packing packing = Packing.of(file.path());
    if (packing != null && !holds(file.node(), file.path())) {
      take(file.path(), packing, file, false, unreadable);
    }
  }

  private void take(
      Path path,
      Packing packing,
      @Nullable LogFile older,
      boolean first,
      Collection<String> unreadable) {
    try {
      LogFile file = LogFile.open(0, path);
      if (older != null && !older.node().equals(file.node())) {
        file.close(); // Its name is another's now; the next look tells.
        return;
      }
      waiting.put(file.node(), new Archive(file, packing, older, first, ticker.nanos()));
    } catch (NoSuchFileException goneMeanwhile) {
      // As if it had never been.
    } catch (IOException e) {
      unreadable.add(path + ": " + e);
    }
  }

  private boolean holds(Object node, Path path) {
    Archive archive = waiting.get(node);
    Shadow shadow = shadows.get(node);
    if (archive != null) {
      archive.file.foundAt(path);
    } else if (shadow != null) {
      shadow.file().foundAt(path);
    }
    return holds(node);
  }

  /** How many files are held here. */
  int count() {
    return waiting.size() + found.size() + shadows.size();
  }

  /** Whether somebody will go on for {@code original}. */
  boolean hasHeirOf(LogFile original) {
    return shadows.values().stream().anyMatch(shadow -> shadow.original() == original);
  }

  /** Whether this file is held here. */
  boolean holds(Object node) {
    return waiting.containsKey(node)
        || shadows.containsKey(node)
        || found.stream().anyMatch(one -> one.file().node().equals(node));
  }

  /** Those whose names are gone and that nobody would miss: shadows, and what was never whole. */
  private void forgetNameless(Set<Object> names) {
    failed.retainAll(names);
    shadows
        .values()
        .removeIf(shadow -> !names.contains(shadow.file().node()) && closed(shadow.file()));
    waiting
        .values()
        .removeIf(
            archive -> archive.cut && !names.contains(archive.file.node()) && closed(archive.file));
  }

  /** Whether there is one that nothing has been decided about, and that can be read. */
  boolean isUndecided() {
    return !found.isEmpty() || waiting.keySet().stream().anyMatch(node -> !failed.contains(node));
  }

  /** Whether it will be known in a moment what is in one: it is not still being written. */
  boolean isAboutToTell() {
    return !found.isEmpty()
        || waiting.values().stream().anyMatch(one -> !one.cut && !failed.contains(one.file.node()));
  }

  /** Whether {@link #step} has something to do. */
  boolean isBusy() {
    return ripe() != null;
  }

  private @Nullable Archive ripe() {
    long now = ticker.nanos();
    for (Archive archive : waiting.values()) {
      if (archive.isRipe(now)) {
        return archive;
      }
    }
    return null;
  }

  /** Goes on with one; returns whether it is known what is in it now. */
  boolean step() {
    Archive archive = ripe();
    if (archive == null) {
      return false;
    }
    try {
      return step(archive);
    } catch (IOException e) {
      fail(archive, e);
      return true;
    }
  }

  private boolean step(Archive archive) throws IOException {
    Survey survey = archive.survey;
    if (survey == null) {
      survey = new Survey(archive.packing, archive.file.channel(), marks);
      archive.survey = survey;
    }
    if (!archive.cut && survey.step(SLICE)) {
      return false;
    }
    if (survey.isOutdated()) {
      archive.saw(ticker.nanos());
      return false;
    }
    Unpacker ended = survey.ended();
    if (ended.end() == Unpacker.End.CUT && !archive.cut) {
      archive.cut = true;
      return false;
    }
    if (ended.end() != Unpacker.End.WHOLE) {
      log.warn(
          "compressed log file is damaged",
          "file",
          archive.file.path(),
          "offset",
          ended.offset(),
          "cause",
          ended.end() == Unpacker.End.CUT ? "it ends in the middle" : ended.why(),
          "action",
          "what is before that is shipped");
    }
    LogFile whole = archive.file.unpacked(survey.packed());
    archive.end();
    waiting.remove(archive.file.node());
    failed.remove(archive.file.node());
    found.add(new Found(whole, archive.older, archive.early));
    return true;
  }

  /** Tried again at the next look. */
  private void fail(Archive archive, IOException e) {
    failures.add(archive.file.path() + ": " + e);
    failed.add(archive.file.node());
    waiting.remove(archive.file.node());
    try {
      archive.end();
    } catch (IOException onClose) {
      e.addSuppressed(onClose);
    }
    closed(archive.file);
  }

  /** Those of which is known what is in them; they are no longer held here. */
  List<Found> found() {
    List<Found> taken = List.copyOf(found);
    found.clear();
    return taken;
  }

  /** {@code file} holds what {@code original} begins with; it is held here. */
  void shadow(LogFile file, LogFile original) {
    shadows.put(file.node(), new Shadow(file, original));
  }

  /** Who goes on for {@code original}; it is held here no longer. */
  Optional<LogFile> heirOf(LogFile original) {
    Optional<LogFile> heir = Optional.empty();
    for (Iterator<Shadow> all = shadows.values().iterator(); all.hasNext(); ) {
      Shadow shadow = all.next();
      if (shadow.original() == original) {
        all.remove();
        if (heir.isEmpty()) {
          heir = Optional.of(shadow.file());
        } else {
          found.add(new Found(shadow.file(), null, false)); // Of the heir, from now on.
        }
      }
    }
    return heir;
  }

  void close() {
    for (Archive archive : List.copyOf(waiting.values())) {
      fail(archive, new IOException("closed"));
    }
    found.forEach(one -> closed(one.file()));
    shadows.values().forEach(shadow -> closed(shadow.file()));
  }

  private static boolean closed(LogFile file) {
    try {
      file.close();
    } catch (IOException e) {
      log.debug("cannot close a log file", "file", file.path(), "cause", e);
    }
    return true;
  }
}
