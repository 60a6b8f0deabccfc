package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Glances at the sizes of open files, and wakes the outputs of those that have grown: at those that
 * grew lately often, the more so while they grow; at all others now and then, for a two-hundredth
 * of the time. On the follower's thread.
 */
final class Glances {
  private static final Duration PAUSE_MIN = Duration.ofMillis(5);
  private static final Duration PAUSE_MAX = Duration.ofMillis(50);
  private static final Duration ACTIVE = Duration.ofSeconds(10);
  private static final Duration IDLE_MIN = Duration.ofMillis(250);
  private static final Duration IDLE_MAX = Duration.ofSeconds(5);
  private static final int IDLE_SHARE = 200;

  private final List<Shipper> shippers;
  private final Ticker ticker;
  private final Grown grown;
  private Duration pause = PAUSE_MIN;
  private long allAt;

  /** Told of a file that has another size. */
  @FunctionalInterface
  interface Grown {
    /** Its head was looked at; {@code same} tells whether its content is still the one known. */
    void looked(Followed file, boolean same);
  }

  Glances(List<Shipper> shippers, Ticker ticker, Grown grown) {
    this.shippers = shippers;
    this.ticker = ticker;
    this.grown = grown;
    this.allAt = ticker.nanos();
  }

  /** How long to pause before the next. */
  Duration pause() {
    return pause;
  }

  /** At those whose turn it is; whether any has grown. */
  boolean at(Collection<Followed> files, long now) {
    if (now - allAt >= 0) {
      return atAll(files, now);
    }
    boolean grew = false;
    for (Followed file : files) {
      if (now - file.grewAt() < ACTIVE.toNanos()) {
        grew |= at(file, now);
      }
    }
    pace(grew);
    return grew;
  }

  /** At every one of these; whether any has grown. */
  boolean atAll(Collection<Followed> files, long now) {
    boolean grew = false;
    for (Followed file : files) {
      grew |= at(file, now);
    }
    long cost = ticker.nanos() - now;
    allAt = now + Math.clamp(cost * IDLE_SHARE, IDLE_MIN.toNanos(), IDLE_MAX.toNanos());
    pace(grew);
    return grew;
  }

  private void pace(boolean grew) {
    Duration slower = pause.multipliedBy(2);
    pause = grew ? PAUSE_MIN : slower.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : slower;
  }

  /** At one; whether it has grown. */
  boolean at(Followed file, long now) {
    long before = file.size();
    long size;
    try {
      size = file.file().size();
      // What it begins with is known as soon as it is there: a look may come too late for that.
      if (size != file.file().seen()) {
        grown.looked(file, file.file().look());
      }
    } catch (IOException e) {
      return false; // The next look tells.
    }
    file.saw(size, now);
    for (Shipper shipper : shippers) {
      Cursor cursor = shipper.cursor(file.file());
      if (cursor != null) {
        cursor.backlog().saw(size, cursor.acknowledged().offset(), now);
        if (cursor.wakeFor(size)) {
          shipper.tell(() -> shipper.grew(cursor));
        }
      }
    }
    return size != before;
  }
}
