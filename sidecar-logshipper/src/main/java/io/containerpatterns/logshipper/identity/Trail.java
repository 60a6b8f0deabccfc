package io.containerpatterns.logshipper.identity;

import java.util.ArrayList;
import java.util.List;

/**
 * Where we have been in a file, newest first and thinning out backwards: a file that lost its end
 * in a crash of the machine is gone on with at the newest anchor that still holds, not from its
 * beginning.
 *
 * <pre>
 *   offset  0 ........ 1,000 ........ 1,500 ... 1,800 . 1,950   newest
 * </pre>
 *
 * @param anchors newest first; at most {@link #LENGTH_MAX}
 */
public record Trail(List<Anchor> anchors) {
  /** How many are kept. */
  public static final int LENGTH_MAX = 8;

  /** Anchors closer together than this many bytes would be of no use to anybody. */
  static final int DISTANCE_MIN = 4 << 10;

  /** Of a file that was never read. */
  public static final Trail NONE = new Trail(List.of());

  /**
   * Of anchors, newest first.
   *
   * @throws IllegalArgumentException when they are more than {@link #LENGTH_MAX} or out of order
   */
  public Trail {
    anchors = List.copyOf(anchors);
    if (anchors.size() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          anchors.size() + " anchors (expected: at most " + LENGTH_MAX + ")");
    }
    for (int i = 1; i < anchors.size(); i++) {
      if (anchors.get(i).offset() >= anchors.get(i - 1).offset()) {
        throw new IllegalArgumentException(
            "anchor at " + anchors.get(i).offset() + " (expected: newest first)");
      }
    }
  }

  /** The offset of the newest one; 0 when there is none. */
  public long offset() {
    return anchors.isEmpty() ? 0 : anchors.getFirst().offset();
  }

  /**
   * Goes on to {@code next}, which lies behind all others. When there are too many, that one goes
   * whose neighbours lie closest together for how far back it is, so that distances grow backwards.
   */
  public Trail and(Anchor next) {
    if (next.offset() == offset()) {
      return this;
    }
    var longer = new ArrayList<Anchor>(LENGTH_MAX + 1);
    longer.add(next);
    longer.addAll(isNear() ? anchors.subList(1, anchors.size()) : anchors);
    if (longer.size() > LENGTH_MAX) {
      longer.remove(mostNeedless(longer));
    }
    return new Trail(longer);
  }

  /** Whether the newest lies so close behind the one before it that one of them is enough. */
  private boolean isNear() {
    return anchors.size() > 2 && anchors.get(0).offset() - anchors.get(1).offset() < DISTANCE_MIN;
  }

  private static int mostNeedless(List<Anchor> all) {
    long newest = all.getFirst().offset();
    int found = all.size() - 1;
    double least = Double.MAX_VALUE;
    for (int i = 1; i < all.size() - 1; i++) {
      double gap = all.get(i - 1).offset() - (double) all.get(i + 1).offset();
      double back = newest - (double) all.get(i).offset();
      if (gap / back < least) {
        least = gap / back;
        found = i;
      }
    }
    return found;
  }
}
