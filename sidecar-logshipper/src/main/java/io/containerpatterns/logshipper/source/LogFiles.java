package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Recognition;
import io.containerpatterns.logshipper.identity.Trail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The files that are followed. A look finds new ones, follows renamed ones by their inode, and tells
 * those whose content is no longer the one that was known; a file stays open until it is let go.
 * Confined to one thread.
 */
public final class LogFiles implements AutoCloseable {
  private final Discovery discovery;
  private final LongSupplier numbers;
  private final Map<Long, KnownFile> remembered = new LinkedHashMap<>(); // of earlier lives, not found yet
  private final Map<Long, LogFile> open = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param known from the checkpoint
   * @param numbers gives a number that no file ever had
   */
  public LogFiles(Discovery discovery, List<KnownFile> known, LongSupplier numbers) {
    this.discovery = discovery;
    this.numbers = numbers;
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
     * @param trails where each output goes on, by its id; an output that is missing begins at 0
     */
    record Appeared(LogFile file, Map<String, Trail> trails) implements Change {}

    /**
     * The content has gone; what was not read of it is lost.
     *
     * @param seen how many bytes there had been
     */
    record Truncated(LogFile file, long seen) implements Change {}

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
    dropTruncated(changes, unreadable);
    Discovery.Found found = discovery.look();
    unreadable.addAll(found.unreadable());
    Map<FileKey, Path> names = new LinkedHashMap<>();
    for (Path path : found.files()) {
      try {
        names.putIfAbsent(FileKey.of(path), path);
      } catch (IOException goneMeanwhile) {
        continue;
      }
    }
    follow(names, changes);
    for (Path path : names.values()) {
      try {
        changes.add(appear(path));
      } catch (IOException e) {
        unreadable.add(path + ": " + e);
      }
    }
    return new Look(List.copyOf(changes), List.copyOf(unreadable));
  }

  private void dropTruncated(List<Change> changes, List<String> unreadable) {
    for (Iterator<LogFile> files = open.values().iterator(); files.hasNext(); ) {
      LogFile file = files.next();
      try {
        if (!file.look()) {
          changes.add(new Change.Truncated(file, file.seen()));
          files.remove();
        }
      } catch (IOException e) {
        unreadable.add(file.path() + ": " + e);
      }
    }
  }

  /** Takes the names of open files out of {@code names}, which leaves those to be opened. */
  private void follow(Map<FileKey, Path> names, List<Change> changes) {
    Map<FileKey, LogFile> byKey = new HashMap<>();
    Set<LogFile> without = new HashSet<>(open.values());
    for (LogFile file : open.values()) {
      byKey.put(file.key().withoutBirth(), file);
    }
    names.entrySet().removeIf(name -> {
      LogFile file = byKey.get(name.getKey().withoutBirth());
      if (file != null) {
        file.foundAs(name.getKey(), name.getValue());
        without.remove(file);
      }
      return file != null;
    });
    for (LogFile file : open.values()) {
      if (without.contains(file)) {
        changes.add(new Change.Nameless(file));
      }
    }
  }

  private Change appear(Path path) throws IOException {
    LogFile unknown = LogFile.open(0, path);
    Optional<KnownFile> known;
    Map<String, Trail> trails;
    try {
      known = recognise(unknown);
      trails = known.isPresent() ? held(known.get(), unknown) : Map.of();
    } finally {
      unknown.close();
    }
    long number = known.map(file -> file.identity().file()).orElseGet(numbers::getAsLong);
    remembered.remove(number);
    LogFile file = LogFile.open(number, path);
    open.put(number, file);
    return new Change.Appeared(file, trails);
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

  @Override
  public void close() throws IOException {
    for (LogFile file : open()) {
      letGo(file);
    }
  }
}
