package io.containerpatterns.logshipper.source;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.Recognition;
import io.containerpatterns.logshipper.identity.Trail;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private final Discovery discovery;
  private final LongSupplier numbers;
  private final Copies copies;
  private final Map<Long, KnownFile> remembered =
      new LinkedHashMap<>(); // of earlier lives, not found yet
  private final Map<Long, LogFile> open = new LinkedHashMap<>();
  private final Set<LogFile> replaced = new HashSet<>();

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
    for (KnownFile file : known) {
      remembered.put(file.identity().file(), file);
    }
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
   * @param unreadable sentences about what could not be read
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
    holdCopies(names, unreadable);
    dropTruncated(changes, unreadable);
    follow(names, changes);
    names.keySet().removeIf(copies::holds);
    for (Path path : names.values()) {
      appear(path, changes, unreadable);
    }
    strangers(changes, unreadable);
    return new Look(List.copyOf(changes), List.copyOf(unreadable));
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
    Set<Object> known = new HashSet<>();
    for (LogFile file : open.values()) {
      known.add(file.node());
    }
    for (Map.Entry<Object, Path> name : names.entrySet()) {
      if (!known.isEmpty() && !known.contains(name.getKey()) && !copies.holds(name.getKey())) {
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
        if (replaced.remove(file) || !file.look()) {
          open.remove(file.number());
          Optional<LogFile> copy = copies.successorOf(file).map(this::admit);
          changes.add(new Change.Truncated(file, before, copy));
        }
      } catch (IOException e) {
        unreadable.add(file.path() + ": " + e);
      }
    }
    replaced.clear();
  }

  private LogFile admit(LogFile unnumbered) {
    LogFile file = unnumbered.numbered(numbers.getAsLong());
    open.put(file.number(), file);
    return file;
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

  private void appear(Path path, List<Change> changes, List<String> unreadable) {
    try {
      appear(path).ifPresent(changes::add);
    } catch (NoSuchFileException goneMeanwhile) {
      // As if it had never been.
    } catch (IOException e) {
      unreadable.add(path + ": " + e);
    }
  }

  private Optional<Change> appear(Path path) throws IOException {
    LogFile unknown = LogFile.open(0, path);
    if (isOpen(unknown)) {
      // The name was given on since the folder was read; the one that had it is found later.
      unknown.close();
      return Optional.empty();
    }
    try {
      Optional<KnownFile> known = recognise(unknown);
      Map<String, Trail> trails = known.isPresent() ? held(known.get(), unknown) : Map.of();
      long number = known.map(file -> file.identity().file()).orElseGet(numbers::getAsLong);
      remembered.remove(number);
      LogFile file = unknown.numbered(number);
      open.put(number, file);
      return Optional.of(new Change.Appeared(file, known.isPresent(), trails));
    } catch (IOException e) {
      unknown.close();
      throw e;
    }
  }

  /** Whether the same file is open already, under whatever name. */
  private boolean isOpen(LogFile found) {
    for (LogFile file : open.values()) {
      if (file.node().equals(found.node())) {
        return true;
      }
    }
    return copies.holds(found.node());
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

  private Optional<KnownFile> recognise(LogFile found) throws IOException {
    Optional<KnownFile> copied = Optional.empty();
    for (KnownFile known : remembered.values()) {
      Recognition recognition =
          Recognition.of(
              known.identity().key(),
              known.identity().proof(),
              furthest(known),
              found.key(),
              found);
      if (recognition instanceof Recognition.Same) {
        return Optional.of(known);
      }
      if (recognition instanceof Recognition.Copy && copied.isEmpty()) {
        copied = Optional.of(known);
      }
    }
    return copied;
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

  private static Trail furthest(KnownFile known) {
    Trail furthest = Trail.NONE;
    for (Trail trail : known.positions().values()) {
      if (trail.offset() > furthest.offset()) {
        furthest = trail;
      }
    }
    return furthest;
  }

  /** The files that are followed, in the order in which they were found. */
  public List<LogFile> open() {
    return List.copyOf(open.values());
  }

  /** What an earlier life knew and no look has found. */
  public List<KnownFile> missing() {
    return List.copyOf(remembered.values());
  }

  /** Everything of it is acknowledged and no name leads to it: it need not be kept. */
  public void letGo(LogFile file) throws IOException {
    open.remove(file.number());
    file.close();
  }

  /** An earlier life knew it, and it will not come back. */
  public void forget(KnownFile missing) {
    remembered.remove(missing.identity().file());
  }

  @Override
  public void close() throws IOException {
    discovery.close();
    copies.close();
    for (LogFile file : open()) {
      letGo(file);
    }
  }
}
