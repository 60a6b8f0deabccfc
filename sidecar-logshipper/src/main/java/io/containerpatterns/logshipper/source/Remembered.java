package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.identity.Content;
import io.containerpatterns.logshipper.identity.Proof;
import io.containerpatterns.logshipper.identity.Recognition;
import io.containerpatterns.logshipper.identity.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files that we know and that no look has found yet: those of earlier lives, and parked ones that
 * something has happened to. Asked for every file that is new to us, of thousands for thousands
 * after a restart, so content is only read where all that is known without reading agrees. Confined
 * to one thread.
 */
final class Remembered {
  private final Map<Long, KnownFile> byNumber = new LinkedHashMap<>();
  private final Map<Long, List<KnownFile>> byInode = new HashMap<>();

  Remembered(List<KnownFile> known) {
    known.forEach(this::add);
  }

  /** This one, too. */
  void add(KnownFile known) {
    byNumber.put(known.identity().file(), known);
    byInode.computeIfAbsent(known.identity().key().inode(), inode -> new ArrayList<>(1)).add(known);
  }

  /** The one that {@code found} is, in its old place. */
  Optional<KnownFile> same(LogFile found) throws IOException {
    for (KnownFile known : byInode.getOrDefault(found.key().inode(), List.of())) {
      if (recognition(known, found) instanceof Recognition.Same) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /** One that {@code found} is a copy of, or that was moved there from another file system. */
  Optional<KnownFile> copied(LogFile found) throws IOException {
    Proof head = found.proof();
    for (KnownFile known : byNumber.values()) {
      Proof other = known.identity().proof();
      boolean differs = other.length() == head.length() && other.hash() != head.hash();
      if (!differs && recognition(known, found) instanceof Recognition.Copy) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /** Where a file that begins like that may be recognised: at the anchors of those that do, too. */
  List<Long> offsets(Content head) throws IOException {
    List<Long> offsets = new ArrayList<>();
    for (KnownFile known : byNumber.values()) {
      if (known.identity().proof().holds(head)) {
        for (Trail trail : known.positions().values()) {
          trail.anchors().forEach(anchor -> offsets.add(anchor.offset()));
        }
      }
    }
    return offsets;
  }

  private static Recognition recognition(KnownFile known, LogFile found) throws IOException {
    return Recognition.of(
        known.identity().key(), known.identity().proof(), furthest(known), found.key(), found);
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

  /** It was found, or will not come back. */
  void forget(KnownFile known) {
    byNumber.remove(known.identity().file());
    List<KnownFile> there = byInode.get(known.identity().key().inode());
    if (there != null && there.remove(known) && there.isEmpty()) {
      byInode.remove(known.identity().key().inode());
    }
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  List<KnownFile> all() {
    return List.copyOf(byNumber.values());
  }
}
