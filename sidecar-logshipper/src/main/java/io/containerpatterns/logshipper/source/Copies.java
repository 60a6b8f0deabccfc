package io.containerpatterns.logshipper.source;

import io.containerpatterns.chassis.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files that look like copies of files that are followed: what logrotate's {@code copytruncate}
 * makes before it truncates. Such a copy is opened at once and read by nobody yet.
 *
 * <pre>
 *   found -- a head like that of a followed file, or named after one and still young --> held
 *   held  -- the followed file is truncated -----------> its successor: read on where that one was
 *   held  -- no longer like it, or nothing happens -----> a file of its own, from its beginning
 * </pre>
 *
 * Wrong only towards duplicates: a plain copy is read after all. Confined to one thread.
 */
final class Copies {
  private static final Duration HELD_MAX = Duration.ofSeconds(10);
  static final int LIKE_MIN = 256;
  private static final int TAIL = 64;

  private final Ticker ticker;
  private final Map<Object, Held> held = new LinkedHashMap<>(); // by node

  private record Held(LogFile copy, long since) {}

  Copies(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Whether this file is held here. */
  boolean holds(Object node) {
    return held.containsKey(node);
  }

  /** Takes {@code found} if it may become the successor of one of {@code followed}. */
  boolean take(LogFile found, Collection<LogFile> followed) throws IOException {
    var head = new Head(found);
    for (LogFile file : followed) {
      if (isLike(found, head, file)) {
        held.put(found.node(), new Held(found, ticker.nanos()));
        return true;
      }
    }
    return false;
  }

  /** The successor of {@code truncated}, which had so many bytes; it is held here no longer. */
  Optional<LogFile> successorOf(LogFile truncated) throws IOException {
    for (Iterator<Held> all = held.values().iterator(); all.hasNext(); ) {
      LogFile copy = all.next().copy();
      copy.look();
      if (copy.seen() >= LIKE_MIN
          && copy.proof().length() >= truncated.proof().length()
          && truncated.proof().length() >= LIKE_MIN
          && truncated.proof().holds(copy)) {
        all.remove();
        return Optional.of(copy);
      }
    }
    return Optional.empty();
  }

  /** Those that turned out to be files of their own; they are held here no longer. */
  List<LogFile> strangers(Collection<LogFile> followed) throws IOException {
    List<LogFile> strangers = new ArrayList<>();
    for (Iterator<Held> all = held.values().iterator(); all.hasNext(); ) {
      Held one = all.next();
      boolean waits =
          ticker.nanos() - one.since() < HELD_MAX.toNanos() && isLikeOneOf(one.copy(), followed);
      if (!waits) {
        all.remove();
        strangers.add(one.copy());
      }
    }
    return strangers;
  }

  private static boolean isLikeOneOf(LogFile copy, Collection<LogFile> followed)
      throws IOException {
    copy.look();
    var head = new Head(copy);
    for (LogFile file : followed) {
      if (isLike(copy, head, file)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLike(LogFile copy, Head head, LogFile file) throws IOException {
    return wasLike(head, file) || isLikeNow(copy, file);
  }

  /** Both the copy and the end of its original have come since the last look. */
  private static boolean wasLike(Head head, LogFile file) throws IOException {
    return file.proof().length() >= LIKE_MIN
        && head.beginsWith(file.proof())
        && !file.proof().holds(file);
  }

  private static boolean isLikeNow(LogFile copy, LogFile file) throws IOException {
    long size = copy.seen();
    if (size < LIKE_MIN) {
      return isNamedAfter(copy.path(), file.path())
          && file.seen() >= size
          && begins(file, copy, size);
    }
    if (file.seen() < size || differ(copy, file) || !copy.proof().holds(file)) {
      return false;
    }
    byte[] theirs = new byte[TAIL];
    byte[] ours = new byte[TAIL];
    return copy.read(theirs, size - TAIL) == TAIL
        && file.read(ours, size - TAIL) == TAIL
        && java.util.Arrays.equals(theirs, ours);
  }

  /**
   * Whether that is known without reading them: one new file is compared with all that are open.
   */
  private static boolean differ(LogFile copy, LogFile file) {
    return copy.proof().length() == file.proof().length()
        && copy.proof().hash() != file.proof().hash();
  }

  private static boolean begins(LogFile file, LogFile copy, long size) throws IOException {
    byte[] theirs = new byte[(int) size];
    byte[] ours = new byte[(int) size];
    return copy.read(theirs, 0) == size
        && file.read(ours, 0) == size
        && java.util.Arrays.equals(theirs, ours);
  }

  /** Such as {@code app.log.1} after {@code app.log}. */
  static boolean isNamedAfter(Path copy, Path file) {
    Path name = copy.getFileName();
    Path other = file.getFileName();
    return name != null
        && other != null
        && name.toString().length() > other.toString().length()
        && name.toString().startsWith(other.toString())
        && java.util.Objects.equals(copy.getParent(), file.getParent());
  }

  /**
   * Whether the name of a file may end before that, and what follows is what rotation has added.
   */
  static boolean mayEnd(char c) {
    return c == '.' || c == '-';
  }

  /** Such as {@code app.log.1} or {@code app.log-20261125} after {@code app.log}. */
  static boolean isNamedAfter(Path copy, Set<Path> files) {
    Path last = copy.getFileName();
    String name = last == null ? "" : last.toString();
    for (int i = name.length() - 1; i > 0; i--) {
      if (mayEnd(name.charAt(i)) && files.contains(copy.resolveSibling(name.substring(0, i)))) {
        return true;
      }
    }
    return false;
  }

  void close() throws IOException {
    for (Held one : held.values()) {
      one.copy().close();
    }
    held.clear();
  }
}
