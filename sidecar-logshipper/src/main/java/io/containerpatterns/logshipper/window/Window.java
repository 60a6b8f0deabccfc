package io.containerpatterns.logshipper.window;

import java.util.Arrays;

/**
 * The part of one file that is on its way to one output. Segments begin where the last one ended
 * and are acknowledged in any order; the file counts as acknowledged up to the first that is not.
 *
 * <pre>
 *   file   |############|.....|######|...........|  not read
 *          ^            ^            ^           ^
 *          0            acknowledged |           sent
 *                                    acknowledged out of order
 * </pre>
 *
 * Each segment carries a mark of whoever sent it, which is given back with the offset. A window
 * that was never used takes no room, because most files of many are idle. Confined to one thread.
 */
public final class Window {
  private static final long[] NONE = {};

  private final int segmentsMax;
  private long[] ends = NONE;
  private long[] marks = NONE;
  private boolean[] done = {};
  private long first; // the number of the oldest segment that is not acknowledged
  private long next; // the number of the segment to come
  private long acknowledged;
  private long mark;
  private long sent;

  /**
   * Of a file that is acknowledged up to {@code offset}.
   *
   * @param mark of that offset
   * @param segmentsMax how many may be on their way at once
   */
  public Window(long offset, long mark, int segmentsMax) {
    if (offset < 0 || segmentsMax < 1) {
      throw new IllegalArgumentException(
          "window at " + offset + " of " + segmentsMax + " (expected: at least 0, at least 1)");
    }
    this.segmentsMax = segmentsMax;
    this.mark = mark;
    acknowledged = offset;
    sent = offset;
  }

  /** Whether one more may be sent. */
  public boolean hasRoom() {
    return next - first < segmentsMax;
  }

  /**
   * Sends the bytes up to {@code end}, exclusive; returns the number by which they are
   * acknowledged.
   *
   * @param endMark given back by {@link #mark()} once all up to {@code end} is acknowledged
   * @throws IllegalStateException when there is no room
   * @throws IllegalArgumentException when there is nothing to send up to there
   */
  public long send(long end, long endMark) {
    if (!hasRoom()) {
      throw new IllegalStateException(segmentsMax + " segments are on their way already");
    }
    if (end <= sent) {
      throw new IllegalArgumentException(
          "segment up to " + end + " (expected: above " + sent + ")");
    }
    if (ends.length == 0) {
      ends = new long[segmentsMax];
      marks = new long[segmentsMax];
      done = new boolean[segmentsMax];
    }
    int slot = slot(next);
    ends[slot] = end;
    marks[slot] = endMark;
    done[slot] = false;
    sent = end;
    return next++;
  }

  /**
   * The output has the segment for good. Returns whether that moved {@link #acknowledged()}; saying
   * it twice changes nothing.
   *
   * @throws IllegalArgumentException when no such segment was sent
   */
  public boolean acknowledge(long segment) {
    if (segment < 0 || segment >= next) {
      throw new IllegalArgumentException(
          "segment " + segment + " (expected: one of the " + next + " that were sent)");
    }
    if (segment < first) {
      return false;
    }
    done[slot(segment)] = true;
    long before = first;
    while (first < next && done[slot(first)]) {
      acknowledged = ends[slot(first)];
      mark = marks[slot(first)];
      first++;
    }
    return first != before;
  }

  /** Forgets what is on its way: it will be sent again, from {@link #acknowledged()}. */
  public void rewind() {
    Arrays.fill(done, false);
    first = next;
    sent = acknowledged;
  }

  /** Up to where every byte is acknowledged. */
  public long acknowledged() {
    return acknowledged;
  }

  /** The mark of {@link #acknowledged()}. */
  public long mark() {
    return mark;
  }

  /** Whether everything before this segment is acknowledged. */
  public boolean isFirst(long segment) {
    return segment == first;
  }

  /** Up to where every byte is sent. */
  public long sent() {
    return sent;
  }

  /** How many segments are on their way or wait for an older one. */
  public int open() {
    return (int) (next - first);
  }

  private int slot(long segment) {
    return (int) (segment % segmentsMax);
  }
}
