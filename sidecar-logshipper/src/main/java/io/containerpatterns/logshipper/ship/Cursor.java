package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.Trail;
import io.containerpatterns.logshipper.source.LogFile;
import io.containerpatterns.logshipper.text.Ending;
import io.containerpatterns.logshipper.window.Window;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One file seen by one output: how far it was read, sent and acknowledged.
 *
 * <pre>
 *   0 ........ acknowledged ........ sent ........ position ........ end of the file
 *                  in the checkpoint    under way     in a batch that is filled
 * </pre>
 *
 * Belongs to the output's thread; what others may read is volatile.
 */
final class Cursor {
  private final LogFile file;
  private final String output;
  private final Origin origin;
  private final int segmentsMax;
  private @Nullable Window window; // while something is on its way; most files of many are idle
  private final AtomicBoolean unsaved = new AtomicBoolean();
  private @Nullable Preparation preparation; // made of the head
  private int headLength;
  private boolean ripe; // its last event has waited long enough
  private boolean last; // nothing more will be written; half a line is a line
  private boolean queued; // waits for its turn to be read
  private boolean over; // its content is gone; nothing more is read
  private Anchor position;
  private long restSince; // when the end was seen with something not whole before it
  private volatile Trail trail; // of what is saved; written by the bookkeeper
  private final Backlog backlog = new Backlog();
  private volatile Anchor acknowledged;
  private volatile boolean asleep; // saw the end; the follower wakes it
  private volatile long seen; // the end that it saw

  /**
   * At the place where the output goes on.
   *
   * @param segmentsMax how many batches may hold a part of the file at once
   */
  Cursor(LogFile file, Origin origin, String output, Trail trail, int segmentsMax) {
    Anchor start = trail.anchors().isEmpty() ? Anchor.BEGINNING : trail.anchors().getFirst();
    this.trail = trail;
    this.file = file;
    this.output = output;
    this.origin = origin;
    this.segmentsMax = segmentsMax;
    this.position = start;
    this.acknowledged = start;
    this.seen = start.offset();
  }

  LogFile file() {
    return file;
  }

  /** The id of the output. */
  String output() {
    return output;
  }

  Origin origin() {
    return origin;
  }

  /** What is on its way; a new one when nothing is. */
  Window window() {
    Window open = window;
    if (open == null) {
      open = new Window(acknowledged.offset(), acknowledged.hash(), segmentsMax);
      window = open;
    }
    return open;
  }

  /** What its head has told; null before anything of it was seen. */
  @Nullable Preparation preparation() {
    return preparation;
  }

  /** How much of its head was looked at. */
  int headLength() {
    return headLength;
  }

  void prepare(int newHeadLength, Preparation newPreparation) {
    headLength = newHeadLength;
    preparation = newPreparation;
  }

  /** What is known about the end of the file for the next cut, and for that one only. */
  Ending takeEnding() {
    if (file.isPacked()) {
      return new Ending(file.unpackedSize(), true); // Nothing is written behind it.
    }
    Ending ending = ripe || last ? new Ending(seen, last) : Ending.NONE;
    ripe = false;
    return ending;
  }

  /** Its last event has waited long enough. */
  void ripe() {
    ripe = true;
  }

  /** Whether half a line at its end is a line. */
  void last(boolean isLast) {
    last = isLast;
  }

  /** Whether nothing more will be written. */
  boolean isLast() {
    return last;
  }

  /** Up to where it was read into batches. */
  Anchor position() {
    return position;
  }

  void position(Anchor newPosition) {
    position = newPosition;
  }

  /** Queues it once; false when it is queued already or nothing more is to be read. */
  boolean queue() {
    boolean first = !queued && !over;
    queued |= first;
    asleep = false;
    return first;
  }

  void unqueued() {
    queued = false;
  }

  boolean isQueued() {
    return queued;
  }

  /** Its content is gone. */
  void end() {
    over = true;
    asleep = false;
  }

  boolean isOver() {
    return over;
  }

  /** It has seen the end of the file at {@code offset}, and need not be read before that moves. */
  void sleep(long offset) {
    seen = offset;
    asleep = true;
  }

  /** When the end was last seen with something not whole before it. */
  long restSince() {
    return restSince;
  }

  void restSince(long nanos) {
    restSince = nanos;
  }

  /** The end that it saw last. Any thread. */
  long seen() {
    return seen;
  }

  /**
   * Whether it waits for a file of that size, which it has not seen; it counts as woken then.
   * Called by the follower.
   */
  boolean wakeFor(long size) {
    if (asleep && size != seen) {
      asleep = false;
      return true;
    }
    return false;
  }

  /**
   * A part of it is done with; returns whether that is to be saved and nobody has been told so yet.
   */
  boolean acknowledge(long segment) {
    Window open = window();
    if (!open.acknowledge(segment)) {
      return false;
    }
    acknowledged = new Anchor(open.acknowledged(), open.mark());
    if (open.open() == 0) {
      window = null;
    }
    return unsaved.compareAndSet(false, true);
  }

  /** Up to where the output has everything. Any thread. */
  Anchor acknowledged() {
    return acknowledged;
  }

  /** What is saved of it. Any thread. */
  Trail saved() {
    return trail;
  }

  /** Whether the output has everything of a file of that size, and that is saved. Any thread. */
  boolean hasSavedAll(long size) {
    return acknowledged.offset() == size && trail.offset() == size;
  }

  /** Since when it has been behind. */
  Backlog backlog() {
    return backlog;
  }

  /** What to save; from here on a change has to be published again. The bookkeeper's thread. */
  Trail toSave() {
    unsaved.set(false);
    return trail.and(acknowledged);
  }

  /** It is saved. The bookkeeper's thread. */
  void saved(Trail now) {
    trail = now;
  }

  @Override
  public String toString() {
    return output + " of " + file;
  }
}
