package io.containerpatterns.logshipper.source;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The files that are followed. A look finds new ones, follows renamed ones by their inode, and
 * tells those whose content is no longer the one that was known; a file stays open until it is let
 * go or parked. Confined to one thread.
 *
 * <p>No more than so many are open at once. Where more are meant, those that nothing happens to are
 * parked, and others wait until there is room.
 */
public final class LogFiles implements AutoCloseable {
  private static final int UNREADABLE_MAX = 100;

  /** So many more may be open when they may be copies of what is open: those cannot wait. */
  private static final int COPIES_MAX = 64;

  private final Discovery discovery;
  private final LongSupplier numbers;
  private final Copies copies;
  private final Remembered remembered;
  private final Archives archives;
  private final Parked parked = new Parked();
  private final int openMax;
  private final Map<Long, LogFile> open = new LinkedHashMap<>();
  private final Map<Object, LogFile> byNode = new HashMap<>();
  private final Set<LogFile> replaced = new HashSet<>();
  private final Map<Object, Long> atFirst = new HashMap<>(); // sizes; until they are opened
  private boolean looked;

  /**
   * None yet.
   *
   * @param known from the checkpoint
   * @param numbers gives a number that no file ever had
   * @param openMax how many files may be open at once, at least 1
   */
  public LogFiles(
      Discovery discovery,
      List<KnownFile> known,
      LongSupplier numbers,
      int openMax,
      Ticker ticker) {
    this.discovery = discovery;
    this.numbers = numbers;
    this.openMax = openMax;
    this.copies = new Copies(ticker);
    this.remembered = new Remembered(known);
    this.archives = new Archives(ticker, remembered::offsets);
  }

  /** Looks at the folders and at every open file. */
  public Look look() {
    List<Look.Change> changes = new ArrayList<>();
    Set<String> unreadable = new LinkedHashSet<>();
    parked.begin();
    Discovery.Found found = discovery.look(parked);
    unreadable.addAll(found.unreadable());
    if (!found.unreadable().isEmpty() || !found.complete()) {
      parked.sawNotAll();
    }
    parked.takeGone().forEach(remembered::add);
    // After the folders: a copy was there before the file that it was made of was truncated.
    Map<Object, Path> names = new LinkedHashMap<>();
    Look.Waiting waiting = admit(found.files(), names);
    unpark(names, unreadable);
    archives.look(names, byNode.keySet(), this::wasThere, unreadable);
    if (!remembered.isEmpty()) {
      // A copy of a file must not be taken for it while the file itself is there.
      for (Map.Entry<Object, Path> name : names.entrySet()) {
        if (isNew(name.getKey())) {
          appear(name.getValue(), remembered::same, false, changes, unreadable);
        }
      }
    }
    holdCopies(names, unreadable);
    dropTruncated(changes, unreadable);
    follow(names, changes);
    names.keySet().removeIf(copies::holds);
    for (Path path : names.values()) {
      appear(path, this::recognise, true, changes, unreadable);
    }
    strangers(changes, unreadable);
    for (Archives.Found one : archives.found()) {
      openOriginals(one.file(), changes, unreadable);
      decide(one, changes, unreadable);
    }
    if (!found.complete()) {
      unreadable.add(
          "more than "
              + Discovery.FILES_MAX
              + " files are meant (expected: fewer); the others are not read; narrow the patterns");
    }
    if (waiting.files() == 0) {
      atFirst.clear();
    }
    looked = true;
    return new Look(
        List.copyOf(changes), waiting, unreadable.stream().limit(UNREADABLE_MAX).toList());
  }

  /** Takes into {@code names} what is open and what there is room for; returns the others. */
  private Look.Waiting admit(List<Discovery.Seen> found, Map<Object, Path> names) {
    Look.Waiting waiting = Look.Waiting.NONE;
    Set<Path> paths = new HashSet<>();
    open.values().forEach(file -> paths.add(file.path()));
    int room = openMax - open.size() - archives.count();
    for (Discovery.Seen seen : found) {
      if (!isNew(seen.node())) {
        names.put(seen.node(), seen.path());
      } else if (room > 0 || (room > -COPIES_MAX && Copies.isNamedAfter(seen.path(), paths))) {
        names.put(seen.node(), seen.path());
        room--;
      } else {
        long left = seen.size() - parked.acknowledged(seen.node());
        waiting = waiting.and(left < 0 ? seen.size() : left);
        if (!looked) {
          atFirst.put(seen.node(), seen.size());
        }
      }
    }
    return waiting;
  }

  private boolean isNew(Object node) {
    return !byNode.containsKey(node) && !copies.holds(node) && !archives.holds(node);
  }

  /** Whether a file that is opened now was there at the very first look; asked once. */
  private boolean wasThere(Object node) {
    return !looked || atFirst.remove(node) != null;
  }

  /** How large a file that is opened now was at the very first look; asked once. */
  private long first(LogFile found) {
    Long first = looked ? atFirst.remove(found.node()) : Long.valueOf(found.seen());
    return first == null ? 0 : first;
  }

  /** What is parked and has changed, or may have been copied, is to be recognised. */
  private void unpark(Map<Object, Path> names, Set<String> unreadable) {
    if (parked.count() == 0) {
      return;
    }
    Map<Object, Path> originals = new LinkedHashMap<>();
    for (Map.Entry<Object, Path> name : names.entrySet()) {
      KnownFile known = isNew(name.getKey()) ? parked.take(name.getKey()) : null;
      if (known != null) {
        remembered.add(known);
      } else if (isNew(name.getKey()) && Packing.of(name.getValue()) == null) {
        originals.putAll(originalsOf(name.getValue(), unreadable));
      }
    }
    for (Map.Entry<Object, Path> original : originals.entrySet()) {
      KnownFile known = parked.take(original.getKey());
      if (known != null) {
        remembered.add(known);
        names.put(original.getKey(), original.getValue());
      }
    }
  }

  private Map<Object, Path> originalsOf(Path path, Set<String> unreadable) {
    try (LogFile found = LogFile.open(0, path)) {
      return parked.originalsOf(found);
    } catch (NoSuchFileException goneMeanwhile) {
      return Map.of();
    } catch (IOException e) {
      unreadable.add(path + ": " + e);
      return Map.of();
    }
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
  private void holdCopies(Map<Object, Path> names, Set<String> unreadable) {
    if (open.isEmpty()) {
      return;
    }
    for (Map.Entry<Object, Path> name : names.entrySet()) {
      if (isNew(name.getKey())) {
        holdIfCopy(name.getValue(), unreadable);
      }
    }
  }

  private void holdIfCopy(Path path, Set<String> unreadable) {
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

  private void dropTruncated(List<Look.Change> changes, Set<String> unreadable) {
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
          changes.add(new Look.Change.Truncated(file, before, copy));
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
  }

  /** Takes the names of open files out of {@code names}, which leaves those to be opened. */
  private void follow(Map<Object, Path> names, List<Look.Change> changes) {
    for (LogFile file : open.values()) {
      Path name = names.remove(file.node());
      if (name == null) {
        changes.add(new Look.Change.Nameless(file));
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
      List<Look.Change> changes,
      Set<String> unreadable) {
    try {
      LogFile found = LogFile.open(0, path);
      try {
        Optional<KnownFile> known = isOpen(found) ? Optional.empty() : recogniser.known(found);
        // Open: the name was given on since the folder was read; who had it is found later.
        if (isOpen(found) || (known.isEmpty() && !unknownToo)) {
          found.close();
          return false;
        }
        changes.add(appeared(found, known, first(found)));
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

  private Look.Change appeared(LogFile found, Optional<KnownFile> known, long first)
      throws IOException {
    if (known.isEmpty()) {
      return new Look.Change.Appeared(admit(found), false, Map.of(), first);
    }
    Map<String, Trail> trails = held(known.get(), found);
    remembered.forget(known.get());
    return new Look.Change.Appeared(
        add(found.numbered(known.get().identity().file())), true, trails, first);
  }

  /** Whether the same file is open already, under whatever name. */
  private boolean isOpen(LogFile found) {
    return !isNew(found.node());
  }

  private Optional<KnownFile> recognise(LogFile found) throws IOException {
    Optional<KnownFile> same = remembered.same(found);
    return same.isPresent() ? same : remembered.copied(found);
  }

  private void strangers(List<Look.Change> changes, Set<String> unreadable) {
    try {
      for (LogFile stranger : copies.strangers(open.values())) {
        changes.add(new Look.Change.Appeared(admit(stranger), false, Map.of(), 0));
      }
    } catch (IOException e) {
      unreadable.add("a copy: " + e);
    }
  }

  /** What is parked and may have been compressed is to be recognised. */
  private void openOriginals(LogFile found, List<Look.Change> changes, Set<String> unreadable) {
    try {
      for (Map.Entry<Object, Path> original : parked.originalsOf(found).entrySet()) {
        KnownFile known = parked.take(original.getKey());
        if (known != null) {
          remembered.add(known);
          appear(original.getValue(), remembered::same, false, changes, unreadable);
        }
      }
    } catch (IOException e) {
      unreadable.add(found.path() + ": " + e);
    }
  }

  /** Says what a compressed file is whose content is known now. */
  private void decide(Archives.Found one, List<Look.Change> changes, Set<String> unreadable) {
    LogFile found = one.file();
    try {
      LogFile older = one.older();
      Optional<LogFile> original = older == null ? originalOf(found) : Optional.empty();
      if (original.isPresent()) {
        archives.shadow(found, original.get());
      } else if (older != null && open.get(older.number()) == older) {
        drop(older);
        changes.add(new Look.Change.Truncated(older, older.seen(), Optional.of(admit(found))));
      } else {
        changes.add(appeared(found, recognise(found), one.early() ? found.seen() : 0));
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

  /**
   * Everything of it is acknowledged and nobody writes to it: it is followed, and not open any
   * more. False, and nothing is done, when it is no longer as it was or called, or has an heir.
   *
   * @param known about it, its present name included; the caller closes the file when nobody reads
   *     it
   */
  public boolean park(LogFile file, KnownFile known) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file.path(), BasicFileAttributes.class);
    boolean same = file.node().equals(now.fileKey()) && now.size() == file.lying();
    if (!same || archives.hasHeirOf(file)) {
      return false;
    }
    drop(file);
    parked.add(file.node(), known, now.size(), now.lastModifiedTime());
    return true;
  }

  /** How many files are parked. */
  public int parked() {
    return parked.count();
  }

  /** What an earlier life knew, or was parked, and no look has found. */
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
