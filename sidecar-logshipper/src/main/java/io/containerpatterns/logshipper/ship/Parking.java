package io.containerpatterns.logshipper.ship;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.logshipper.checkpoint.Entry;
import io.containerpatterns.logshipper.checkpoint.KnownFile;
import io.containerpatterns.logshipper.source.LogFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the files that need not be open: those that every output has everything of, of which the
 * checkpoint says so, and that nobody has written to for a moment when others wait for the room,
 * and for a while otherwise. On the follower's thread.
 */
final class Parking {
  private static final Log log = Log.of(Parking.class);
  private static final Duration QUIET_WANTED = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final LogFiles files;
  private final List<Shipper> shippers;

  Parking(LogFiles files, List<Shipper> shippers) {
    this.files = files;
    this.shippers = shippers;
  }

  /**
   * Parks what has been quiet for a while, and then the quietest until there is room for {@code
   * wanted}; returns those that are not open any more.
   */
  List<Followed> park(Collection<Followed> followed, int wanted, long now) {
    Duration least = wanted > 0 ? QUIET_WANTED : QUIET;
    List<Followed> quiet = new ArrayList<>();
    for (Followed file : followed) {
      if (!file.isNameless() && now - file.grewAt() >= least.toNanos()) {
        quiet.add(file);
      }
    }
    quiet.sort(Comparator.comparingLong(file -> file.grewAt() - now));
    List<Followed> parked = new ArrayList<>();
    for (Followed file : quiet) {
      boolean may = parked.size() < wanted || now - file.grewAt() >= QUIET.toNanos();
      KnownFile known = may ? known(file) : null;
      if (known != null && park(file, known)) {
        parked.add(file);
      }
    }
    return parked;
  }

  private boolean park(Followed file, KnownFile known) {
    try {
      return files.park(file.file(), known);
    } catch (IOException e) {
      // It has another name by now, or none: the next look tells.
      log.debug("cannot park a log file", "file", file.path(), "cause", e);
      return false;
    }
  }

  /** What the checkpoint says of it; null while that is not that every output has everything. */
  private @Nullable KnownFile known(Followed file) {
    Entry.Identity identity = file.noted();
    if (identity == null) {
      return null;
    }
    KnownFile known = new KnownFile(identity);
    for (Shipper shipper : shippers) {
      Cursor cursor = shipper.cursor(file.file());
      if (cursor == null || !cursor.hasSavedAll(file.size())) {
        return null;
      }
      known = known.with(shipper.id(), cursor.saved());
    }
    return known;
  }
}
