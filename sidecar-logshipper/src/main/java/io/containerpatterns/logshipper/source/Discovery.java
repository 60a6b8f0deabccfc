package io.containerpatterns.logshipper.source;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks which files there are. Links are followed, also the one that a volume of Kubernetes swaps
 * ({@code ..data}); what cannot be read is told and the others are found all the same.
 */
public final class Discovery implements AutoCloseable {
  /** So many files are followed; a pattern that finds more is a mistake. */
  static final int FILES_MAX = 100_000;

  private final PathPatterns patterns;
  private final FolderWatch watch;

  /** For these patterns. */
  public Discovery(PathPatterns patterns) {
    this(patterns, FolderWatch.none());
  }

  /**
   * For these patterns, in folders that are watched from the first look on.
   *
   * @param watch ours from now on: closed with this
   */
  public Discovery(PathPatterns patterns, FolderWatch watch) {
    this.patterns = patterns;
    this.watch = watch;
  }

  /**
   * What was found.
   *
   * @param files regular files, each by one name, the one that was written to last at the end
   * @param unreadable what could not be looked into, with the system's word
   * @param complete whether there were no more than can be followed
   */
  public record Found(List<Seen> files, List<String> unreadable, boolean complete) {}

  /**
   * A file as it was seen.
   *
   * @param node who it is for the system while it exists: equal for two names of one file
   */
  public record Seen(Path path, Object node, long size, FileTime modified) {}

  /** Says of a file that it need not be told of. */
  @FunctionalInterface
  interface Resting {
    /** Whether the file, as it is now, is one that nothing has happened to. */
    boolean rests(Path path, Object node, long size, FileTime modified);
  }

  /** Looks now. */
  public Found look() {
    return look((path, node, size, modified) -> false);
  }

  /** Looks now; what {@code resting} knows is not told, because there may be thousands of it. */
  Found look(Resting resting) {
    var visitor = new Visitor(resting);
    for (PathPatterns.Root root : patterns.roots()) {
      try {
        Files.walkFileTree(
            root.folder(), EnumSet.of(FileVisitOption.FOLLOW_LINKS), root.depthMax(), visitor);
      } catch (IOException e) {
        visitor.unreadable.add(root.folder() + ": " + e);
      }
    }
    var files = new ArrayList<>(visitor.files.values());
    files.sort(Comparator.comparing(Seen::modified).thenComparing(Seen::path));
    return new Found(List.copyOf(files), List.copyOf(visitor.unreadable), !visitor.overflown);
  }

  /** Whether a look may find more than the last one. */
  boolean changed() {
    return watch.changed();
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Resting resting;
    private final Map<Object, Seen> files = new LinkedHashMap<>();
    private final List<String> unreadable = new ArrayList<>();
    private int rested;
    private boolean overflown;

    Visitor(Resting resting) {
      this.resting = resting;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      // Before its names are read: what comes afterwards is told.
      watch.follow(folder);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!attributes.isRegularFile() || !patterns.matches(file)) {
        return FileVisitResult.CONTINUE;
      }
      if (files.size() + rested == FILES_MAX) {
        overflown = true;
        return FileVisitResult.TERMINATE;
      }
      Object node = attributes.fileKey();
      if (node == null) {
        throw new IllegalStateException(file + ": the system does not say which file it is");
      }
      if (resting.rests(file, node, attributes.size(), attributes.lastModifiedTime())) {
        rested++;
      } else {
        files.putIfAbsent(
            node, new Seen(file, node, attributes.size(), attributes.lastModifiedTime()));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      // Gone since it was listed, or a link in a circle: nothing to be told. Not to be read: it is.
      if (Files.exists(file) && !(e instanceof FileSystemLoopException)) {
        unreadable.add(file + ": " + e);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
      if (e != null) {
        unreadable.add(folder + ": " + e);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
