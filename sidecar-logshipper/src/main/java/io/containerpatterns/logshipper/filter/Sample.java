package io.containerpatterns.logshipper.filter;

import com.google.re2j.Pattern;
import io.containerpatterns.logshipper.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a share of the events, or of those in which a pattern is found. Where an event stands
 * decides, so that it is decided the same when it is read once more after a crash.
 */
public final class Sample implements Filter {
  private static final int BITS = 53; // as many as a double is exact with

  private final long keptBelow;
  private final @Nullable Search search;

  /**
   * Of all events, or of those in which {@code pattern} is found.
   *
   * @param share 0 to 1
   */
  public Sample(double share, @Nullable Pattern pattern) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
    }
    keptBelow = (long) (share * (1L << BITS));
    search = pattern == null ? null : new Search(pattern);
  }

  @Override
  public boolean pass(Event event) {
    return hash(event.origin().path().hashCode(), event.offset()) < keptBelow
        || (search != null && !search.isIn(event));
  }

  /** Evenly spread for neighbouring offsets too; the mixing steps are those of splitmix64. */
  private static long hash(int path, long offset) {
    long z = offset + path * 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
    return (z ^ z >>> 31) >>> (Long.SIZE - BITS);
  }

  @Override
  public DropReason reason() {
    return DropReason.SAMPLE;
  }
}
