package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.source.LogFile;
import org.jspecify.annotations.Nullable;

/**
 * What the follower remembers of a file. Belongs to its thread, but for what {@code /status} reads.
 */
final class Followed {
  private final LogFile file;
  private final Origin origin;
  private Entry.@Nullable Identity noted;
  private long grewAt;
  private boolean last;
  private volatile boolean nameless;
  private volatile long size;
  private long most; // of all sizes
  private volatile String path;

  Followed(LogFile file, Origin origin, long now) {
    this.file = file;
    this.origin = origin;
    this.grewAt = now;
    this.size = file.seen();
    this.most = file.seen();
    this.path = file.path().toString();
  }

  LogFile file() {
    return file;
  }

  Origin origin() {
    return origin;
  }

  /** The size that was seen last. Any thread. */
  long size() {
    return size;
  }

  /** The greatest size that was seen. */
  long most() {
    return most;
  }

  /** What it is called now. Any thread. */
  String path() {
    return path;
  }

  /** Whether no name leads to it. Any thread. */
  boolean isNameless() {
    return nameless;
  }

  /** It has been seen with this size. */
  void saw(long newSize, long now) {
    if (newSize != size) {
      size = newSize;
      most = Math.max(most, newSize);
      grewAt = now;
    }
  }

  /** When it last grew. */
  long grewAt() {
    return grewAt;
  }

  void nameless(boolean now) {
    nameless = now;
    path = file.path().toString();
  }

  /** Whether its last line was said to be the last. */
  boolean isLast() {
    return last;
  }

  void last() {
    last = true;
  }

  /** Its identity as it was noted last; null before that. */
  Entry.@Nullable Identity noted() {
    return noted;
  }

  /** Its identity, if it is another than was noted before; it counts as noted then. */
  Entry.@Nullable Identity newIdentity() {
    Entry.Identity before = noted;
    if (before != null
        && before.proof().equals(file.proof())
        && before.key().equals(file.key())
        && before.path().equals(file.path().toString())) {
      return null;
    }
    noted = new Entry.Identity(file.number(), file.key(), file.proof(), file.path().toString());
    return noted;
  }
}
