package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.Proof;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Files that every output has everything of and that nobody writes to: closed, and little more than
 * what the checkpoint knows about them. They are left alone as long as each look finds them as they
 * were, by size and time of change, whatever they are called. Confined to one thread.
 *
 * <pre>
 *   parked -- another size or time ---------------> to be opened and recognised
 *          -- a new file may be made of it -------> to be opened and recognised
 *          -- not found by two looks in a row ----> gone
 * </pre>
 */
final class Parked implements Discovery.Resting {
  /** A walk through folders may pass by a file that is renamed meanwhile, but hardly twice. */
  private static final int LOOKS = 2;

  /** So many files at most are opened for one new file that may be a copy of them. */
  private static final int ORIGINALS_MAX = 16;

  private static final int LIKE_MIN = 256;

  private final Map<Object, Spot> byNode = new HashMap<>();
  private int look;

  private static final class Spot {
    private final KnownFile known;
    private final long size;
    private final long modified; // nanoseconds since 1970
    private String path;
    private int seen; // the number of a look

    Spot(KnownFile known, long size, long modified, int seen) {
      this.known = known;
      this.path = known.identity().path();
      this.size = size;
      this.modified = modified;
      this.seen = seen;
    }
  }

  /** It was so long and changed then when everything of it was acknowledged. */
  void add(Object node, KnownFile known, long size, FileTime modified) {
    byNode.put(node, new Spot(known, size, modified.to(TimeUnit.NANOSECONDS), look));
  }

  int count() {
    return byNode.size();
  }

  /** Another look at the folders begins. */
  void begin() {
    look++;
  }

  @Override
  public boolean rests(Path path, Object node, long size, FileTime modified) {
    Spot spot = byNode.get(node);
    if (spot == null) {
      return false;
    }
    spot.seen = look;
    if (!spot.path.equals(path.toString())) {
      spot.path = path.toString();
    }
    return spot.size == size && spot.modified == modified.to(TimeUnit.NANOSECONDS);
  }

  /** What is known of that file; it is parked no longer. */
  @Nullable KnownFile take(Object node) {
    Spot spot = byNode.remove(node);
    return spot == null ? null : spot.known;
  }

  /** How many bytes of that file are acknowledged; 0 when it is not parked. */
  long acknowledged(Object node) {
    Spot spot = byNode.get(node);
    return spot == null ? 0 : spot.size;
  }

  /** Those that are gone; they are parked no longer. Only after looks that have seen everything. */
  List<KnownFile> takeGone() {
    List<KnownFile> gone = new ArrayList<>();
    for (Iterator<Spot> all = byNode.values().iterator(); all.hasNext(); ) {
      Spot spot = all.next();
      if (look - spot.seen >= LOOKS) {
        all.remove();
        gone.add(spot.known);
      }
    }
    return gone;
  }

  /** Nothing is gone: the look that has just ended has not seen everything. */
  void sawNotAll() {
    for (Spot spot : byNode.values()) {
      spot.seen = look;
    }
  }

  /** Those that {@code found}, a new file, may be a copy of, and where they are. */
  Map<Object, Path> originalsOf(LogFile found) throws IOException {
    Map<Object, Path> originals = new HashMap<>();
    for (Map.Entry<Object, Spot> one : byNode.entrySet()) {
      if (originals.size() == ORIGINALS_MAX) {
        break;
      }
      Path path = Path.of(one.getValue().path);
      if (Copies.isNamedAfter(found.path(), path)
          || beginsAlike(found, one.getValue().known.identity().proof())) {
        originals.put(one.getKey(), path);
      }
    }
    return originals;
  }

  private static boolean beginsAlike(LogFile found, Proof proof) throws IOException {
    Proof head = found.proof();
    if (proof.length() < LIKE_MIN || head.length() < proof.length()) {
      return false;
    }
    return head.length() == proof.length() ? head.equals(proof) : proof.holds(found);
  }
}
