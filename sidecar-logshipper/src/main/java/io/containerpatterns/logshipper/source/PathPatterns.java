package io.containerpatterns.logshipper.source;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which paths are meant: globs as the shell writes them, {@code *} within a name, {@code **} across
 * folders, {@code ?}, {@code [a-z]}, {@code {a,b}}.
 */
public final class PathPatterns {
  private static final String SPECIAL = "*?[{\\";

  private final List<Pattern> patterns;
  private final List<PathMatcher> excluded;

  private record Pattern(Path folder, int depthMax, PathMatcher matcher) {}

  private PathPatterns(List<Pattern> patterns, List<PathMatcher> excluded) {
    this.patterns = patterns;
    this.excluded = excluded;
  }

  /**
   * Of globs for absolute paths.
   *
   * @throws IllegalArgumentException with a sentence when one is relative or no glob
   */
  public static PathPatterns of(List<String> included, List<String> excluded) {
    List<Pattern> patterns = new ArrayList<>();
    for (String glob : included) {
      if (!glob.startsWith("/")) {
        throw new IllegalArgumentException(
            "\"" + glob + "\" is no absolute path (expected: one such as /logs/*.log)");
      }
      Path folder = folderOf(glob);
      int names = Path.of(glob.replace('\\', '_')).getNameCount() - folder.getNameCount();
      patterns.add(
          new Pattern(folder, glob.contains("**") ? Integer.MAX_VALUE : names, matcher(glob)));
    }
    List<PathMatcher> not = new ArrayList<>();
    for (String glob : excluded) {
      not.add(matcher(glob));
    }
    return new PathPatterns(List.copyOf(patterns), List.copyOf(not));
  }

  /**
   * These globs, and for each what rotation makes of the names that it means: {@code app.log.1},
   * {@code app.log-20261125}, {@code app.log.2026-11-25}, and each of them and the name itself
   * compressed. {@code app.log.1.tmp} is not finished.
   */
  public static List<String> withRotated(List<String> globs) {
    List<String> all = new ArrayList<>(globs);
    for (String glob : globs) {
      if (!glob.endsWith("*")) {
        all.add(glob + "{.gz,.zst}");
        all.add(glob + "[.-][0-9]{,.gz,.zst}");
        all.add(glob + "[.-][0-9]*[0-9]{,.gz,.zst}");
      }
    }
    return List.copyOf(all);
  }

  private static PathMatcher matcher(String glob) {
    // In a shell a folder between two stars may be none: /logs/**/*.log means /logs/a.log, too.
    return FileSystems.getDefault().getPathMatcher("glob:" + glob.replace("/**/", "/{**/,}"));
  }

  /** The folder that stands before anything special. */
  private static Path folderOf(String glob) {
    int special = 0;
    while (special < glob.length() && SPECIAL.indexOf(glob.charAt(special)) < 0) {
      special++;
    }
    int slash = glob.lastIndexOf('/', special == glob.length() ? glob.length() - 1 : special);
    return slash <= 0 ? Path.of("/") : Path.of(glob.substring(0, slash));
  }

  /** Whether {@code path} is meant. */
  public boolean matches(Path path) {
    boolean included = false;
    for (Pattern pattern : patterns) {
      included |= pattern.matcher().matches(path);
    }
    for (PathMatcher one : excluded) {
      included &= !one.matches(path);
    }
    return included;
  }

  /** Where to look, and how deep; without those that lie in another one. */
  List<Root> roots() {
    var roots = new LinkedHashSet<Root>();
    for (Pattern pattern : patterns) {
      roots.add(new Root(pattern.folder(), pattern.depthMax()));
    }
    List<Root> outermost = new ArrayList<>();
    for (Root root : roots) {
      boolean covered = false;
      for (Root other : roots) {
        covered |= !other.equals(root) && other.covers(root);
      }
      if (!covered) {
        outermost.add(root);
      }
    }
    return List.copyOf(outermost);
  }

  /**
   * A folder to look into.
   *
   * @param depthMax how many names below it, at least 1
   */
  record Root(Path folder, int depthMax) {
    boolean covers(Root other) {
      return other.folder().startsWith(folder)
          && (depthMax == Integer.MAX_VALUE
              || (other.depthMax() != Integer.MAX_VALUE
                  && other.folder().getNameCount() - folder.getNameCount() + other.depthMax()
                      <= depthMax));
    }
  }
}
