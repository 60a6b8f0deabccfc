package io.containerpatterns.logshipper.source;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.Trail;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The files that are followed. A look finds new ones, follows renamed ones by their inode, and
 * tells those whose content is no longer the one that was known; a file stays open until it is let
 * go. Confined to one thread.
 */
public final class LogFiles implements AutoCloseable {
  private static final int UNREADABLE_MAX = 100;

  private final Discovery discovery;
  private final LongSupplier numbers;
  private final Copies copies;
  private final Remembered remembered;
  private final Archives archives;
  private final Map<Long, LogFile> open = new LinkedHashMap<>();
  private final Map<Object, LogFile> byNode = new HashMap<>();
  private final Set<LogFile> replaced = new HashSet<>();
  private final Set<LogFile> early = new HashSet<>(); // compressed, and there at the first look
  private boolean looked;

  /**
   * None yet.
   *
   * @param known from the checkpoint
   * @param numbers gives a number that no file ever had
   */
  public LogFiles(Discovery discovery, List<KnownFile> known, LongSupplier numbers, Ticker ticker) {
    this.discovery = discovery;
    this.numbers = numbers;
    this.copies = new Copies(ticker);
    this.remembered = new Remembered(known);
    this.archives = new Archives(ticker, remembered::offsets);
  }

  /** What a look has changed. */
  public sealed interface Change {
    /** The file it is about. */
    LogFile file();

    /**
     * A file to be read.
     *
     * @param known whether an earlier life has read it
     * @param trails where each output goes on, by its id; an output that is missing begins at 0
     */
    record Appeared(LogFile file, boolean known, Map<String, Trail> trails) implements Change {}

    /**
     * The content has gone; what was not read of it is lost, unless there is a copy.
     *
     * @param seen how many bytes there had been
     * @param copy of the content, to be read on where the file had been read; not open before
     */
    record Truncated(LogFile file, long seen, Optional<LogFile> copy) implements Change {}

    /** No name leads to it any more; it is still open, and whole. */
    record Nameless(LogFile file) implements Change {}
  }

  /**
   * All that a look has found.
   *
   * @param unreadable sentences about what could not be read, the first of them
   */
  public record Look(List<Change> changes, List<String> unreadable) {}

  /** Looks at the folders and at every open file. */
  public Look look() {
    List<Change> changes = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    Discovery.Found found = discovery.look();
    unreadable.addAll(found.unreadable());
    // After the folders: a copy was there before the file that it was made of was truncated.
    Map<Object, Path> names = new LinkedHashMap<>();
    for (Discovery.Seen seen : found.files()) {
      names.put(seen.node(), seen.path());
    }
    archives.look(names, byNode.keySet(), !looked, unreadable);
    looked = true;
    holdCopies(names, unreadable);
    dropTruncated(changes, unreadable);
    follow(names, changes);
    names.keySet().removeIf(copies::holds);
    if (!remembered.isEmpty()) {
      // A copy of a file must not be taken for it while the file itself is there.
      names.values().removeIf(path -> appear(path, remembered::same, false, changes, unreadable));
    }
    for (Path path : names.values()) {
      appear(path, this::recognise, true, changes, unreadable);
    }
    strangers(changes, unreadable);
    for (Archives.Found one : archives.found()) {
      decide(one, changes, unreadable);
    }
    if (!found.complete()) {
      unreadable.add(
          "more than "
              + Discovery.FILES_MAX
              + " files are meant (expected: fewer); the others are not read; narrow the patterns");
    }
    return new Look(
        List.copyOf(changes),
        List.copyOf(unreadable.subList(0, Math.min(UNREADABLE_MAX, unreadable.size()))));
  }

  /** Whether there have been new names since the last call, as far as the system tells. */
  public boolean changed() {
    return discovery.changed();
  }

  /** Somebody has seen that the content of an open file is another; the next look tells. */
  public void replaced(LogFile file) {
    replaced.add(file);
  }

  /** Holds what is new and may be a copy. */
  private void holdCopies(Map<Object, Path> names, List<String> unreadable) {
    if (open.isEmpty()) {
      return;
    }
    for (Map.Entry<Object, Path> name : names.entrySet()) {
      if (!byNode.containsKey(name.getKey()) && !copies.holds(name.getKey())) {
        holdIfCopy(name.getValue(), unreadable);
      }
    }
  }

  private void holdIfCopy(Path path, List<String> unreadable) {
    try {
      LogFile file = LogFile.open(0, path);
      if (isOpen(file) || recognise(file).isPresent() || !copies.take(file, open.values())) {
        file.close();
      }
    } catch (NoSuchFileException goneMeanwhile) {
      // As if it had never been.
    } catch (IOException e) {
      unreadable.add(path + ": " + e);
    }
  }

  private void dropTruncated(List<Change> changes, List<String> unreadable) {
    for (LogFile file : open()) {
      try {
        long before = file.seen();
        Packed packed = file.packed();
        if (packed != null && packed.isOutdated()) {
          archives.again(file, unreadable);
        }
        if (replaced.remove(file) || !file.look()) {
          drop(file);
          Optional<LogFile> copy =
              copies.successorOf(file).or(() -> archives.heirOf(file)).map(this::admit);
          changes.add(new Change.Truncated(file, before, copy));
        }
      } catch (IOException e) {
        unreadable.add(file.path() + ": " + e);
      }
    }
    replaced.clear();
  }

  private LogFile admit(LogFile unnumbered) {
    return add(unnumbered.numbered(numbers.getAsLong()));
  }

  private LogFile add(LogFile file) {
    open.put(file.number(), file);
    byNode.put(file.node(), file);
    return file;
  }

  private void drop(LogFile file) {
    open.remove(file.number());
    byNode.remove(file.node(), file);
    early.remove(file);
  }

  /** Takes the names of open files out of {@code names}, which leaves those to be opened. */
  private void follow(Map<Object, Path> names, List<Change> changes) {
    for (LogFile file : open.values()) {
      Path name = names.remove(file.node());
      if (name == null) {
        changes.add(new Change.Nameless(file));
      } else {
        file.foundAt(name);
      }
    }
  }

  /** Says which file of an earlier life a file is. */
  private interface Recogniser {
    Optional<KnownFile> known(LogFile found) throws IOException;
  }

  /**
   * Opens a file; false when {@code recogniser} does not know it and only those are wanted that it
   * knows.
   */
  private boolean appear(
      Path path,
      Recogniser recogniser,
      boolean unknownToo,
      List<Change> changes,
      List<String> unreadable) {
    try {
      LogFile found = LogFile.open(0, path);
      try {
        Optional<KnownFile> known = isOpen(found) ? Optional.empty() : recogniser.known(found);
        // An open one: the name was given on since the folder was read; the one that had it is
        // found
        // later.
        if (isOpen(found) || (known.isEmpty() && !unknownToo)) {
          found.close();
          return false;
        }
        changes.add(appeared(found, known));
        return true;
      } catch (IOException e) {
        found.close();
        throw e;
      }
    } catch (NoSuchFileException goneMeanwhile) {
      return true; // As if it had never been.
    } catch (IOException e) {
      unreadable.add(path + ": " + e);
      return true;
    }
  }

  private Change appeared(LogFile found, Optional<KnownFile> known) throws IOException {
    if (known.isEmpty()) {
      return new Change.Appeared(admit(found), false, Map.of());
    }
    Map<String, Trail> trails = held(known.get(), found);
    remembered.forget(known.get());
    return new Change.Appeared(add(found.numbered(known.get().identity().file())), true, trails);
  }

  /** Whether the same file is open already, under whatever name. */
  private boolean isOpen(LogFile found) {
    return byNode.containsKey(found.node()) || copies.holds(found.node());
  }

  private Optional<KnownFile> recognise(LogFile found) throws IOException {
    Optional<KnownFile> same = remembered.same(found);
    return same.isPresent() ? same : remembered.copied(found);
  }

  private void strangers(List<Change> changes, List<String> unreadable) {
    try {
      for (LogFile stranger : copies.strangers(open.values())) {
        changes.add(new Change.Appeared(admit(stranger), false, Map.of()));
      }
    } catch (IOException e) {
      unreadable.add("a copy: " + e);
    }
  }

  /** Says what a compressed file is whose content is known now. */
  private void decide(Archives.Found one, List<Change> changes, List<String> unreadable) {
    LogFile found = one.file();
    try {
      LogFile older = one.older();
      Optional<LogFile> original = older == null ? originalOf(found) : Optional.empty();
      if (original.isPresent()) {
        archives.shadow(found, original.get());
      } else if (older != null && open.get(older.number()) == older) {
        drop(older);
        changes.add(new Change.Truncated(older, older.seen(), Optional.of(admit(found))));
      } else {
        Change appeared = appeared(found, recognise(found));
        if (one.early()) {
          early.add(appeared.file());
        }
        changes.add(appeared);
      }
      if (found.packed() != null) {
        found.packed().recognised();
      }
    } catch (IOException e) {
      unreadable.add(found.path() + ": " + e);
      found.closeQuietly();
    }
  }

  /** The open file that holds all of what is in {@code found}, in whatever form. */
  private Optional<LogFile> originalOf(LogFile found) throws IOException {
    for (LogFile file : open.values()) {
      boolean differs =
          found.proof().length() == file.proof().length()
              && found.proof().hash() != file.proof().hash();
      if (!differs && file.seen() >= found.seen() && holds(file, found)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static boolean holds(LogFile file, LogFile found) throws IOException {
    long size = found.seen();
    Packing packing = Packing.of(found.path());
    // Little is like the little of many another file, so there the name has to say it, too.
    boolean tells =
        size >= Copies.LIKE_MIN
            || (packing != null
                && packing.without(found.path().toString()).equals(file.path().toString()));
    return size > 0 && tells && found.proof().holds(file) && found.anchor(size).holds(file);
  }

  /** How far each output had got, as far as the content still shows it. */
  private static Map<String, Trail> held(KnownFile known, LogFile found) throws IOException {
    Map<String, Trail> held = new LinkedHashMap<>();
    for (Map.Entry<String, Trail> position : known.positions().entrySet()) {
      var anchors = new ArrayList<>(position.getValue().anchors());
      while (!anchors.isEmpty() && !anchors.getFirst().holds(found)) {
        anchors.removeFirst();
      }
      held.put(position.getKey(), new Trail(anchors));
    }
    return held;
  }

  /** The files that are followed, in the order in which they were found. */
  public List<LogFile> open() {
    return List.copyOf(open.values());
  }

  /** What an earlier life knew and no look has found. */
  public List<KnownFile> missing() {
    return remembered.all();
  }

  /** Whether there are compressed files of which it is not known yet what is in them. */
  public boolean isUndecided() {
    return archives.isUndecided();
  }

  /** Whether the next looks will tell of one of them, which is not still being written. */
  public boolean isAboutToTell() {
    return archives.isAboutToTell();
  }

  /** Whether {@link #survey} has something to do now. */
  public boolean isSurveying() {
    return archives.isBusy();
  }

  /** Goes on with what is compressed, for a moment; true when the next look has more to tell. */
  public boolean survey() {
    return archives.step();
  }

  /** Whether a file that appears only now was there at the first look; asked once. */
  public boolean wasThere(LogFile file) {
    return early.remove(file);
  }

  /**
   * A compressed file that holds what {@code file} held, when that is about to be let go; it is to
   * be followed from now on, from its end.
   */
  public Optional<LogFile> heirOf(LogFile file) {
    return archives.heirOf(file).map(this::admit);
  }

  /** Everything of it is acknowledged and no name leads to it: it need not be kept. */
  public void letGo(LogFile file) throws IOException {
    drop(file);
    file.close();
  }

  /** An earlier life knew it, and it will not come back. */
  public void forget(KnownFile missing) {
    remembered.forget(missing);
  }

  @Override
  public void close() throws IOException {
    discovery.close();
    copies.close();
    archives.close();
    for (LogFile file : open()) {
      letGo(file);
    }
  }
}
