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

  private final Map<Object, Spot> byNode = new HashMap<>();
  private final Map<String, Object> nodes = new HashMap<>(); // by path
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
    var spot = new Spot(known, size, modified.to(TimeUnit.NANOSECONDS), look);
    byNode.put(node, spot);
    nodes.put(spot.path, node);
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
      nodes.remove(spot.path, node);
      spot.path = path.toString();
      nodes.put(spot.path, node);
    }
    return spot.size == size && spot.modified == modified.to(TimeUnit.NANOSECONDS);
  }

  /** What is known of that file; it is parked no longer. */
  @Nullable KnownFile take(Object node) {
    Spot spot = byNode.remove(node);
    if (spot == null) {
      return null;
    }
    nodes.remove(spot.path, node);
    return spot.known;
  }

  /** How many bytes of that file are acknowledged; 0 when it is not parked. */
  long acknowledged(Object node) {
    Spot spot = byNode.get(node);
    return spot == null ? 0 : spot.size;
  }

  /** Those that are gone; they are parked no longer. Only after looks that have seen everything. */
  List<KnownFile> takeGone() {
    List<KnownFile> gone = new ArrayList<>();
    for (Iterator<Map.Entry<Object, Spot>> all = byNode.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Object, Spot> one = all.next();
      if (look - one.getValue().seen >= LOOKS) {
        all.remove();
        nodes.remove(one.getValue().path, one.getKey());
        gone.add(one.getValue().known);
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

  /** Those that {@code found}, a new file, may be made of, and where they are. */
  Map<Object, Path> originalsOf(LogFile found) throws IOException {
    Map<Object, Path> originals = new HashMap<>();
    String path = found.path().toString();
    for (int end = path.length() - 1; end > 0 && path.charAt(end) != '/'; end--) {
      Object node = Copies.mayEnd(path.charAt(end)) ? nodes.get(path.substring(0, end)) : null;
      if (node != null) {
        originals.put(node, Path.of(path.substring(0, end)));
      }
    }
    var head = new Head(found);
    for (Map.Entry<Object, Spot> one : byNode.entrySet()) {
      if (originals.size() >= ORIGINALS_MAX) {
        break;
      }
      Proof proof = one.getValue().known.identity().proof();
      if (proof.length() >= Copies.LIKE_MIN && head.beginsWith(proof)) {
        originals.put(one.getKey(), Path.of(one.getValue().path));
      }
    }
    return originals;
  }
}
