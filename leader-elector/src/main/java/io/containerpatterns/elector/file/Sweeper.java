package io.containerpatterns.elector.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Removes the old versions of an election: all but the newest 16 and those younger than the longest
 * lease, which are left for whoever wants to know who led. Every writer sweeps behind itself now
 * and then, several at once when it so happens.
 *
 * <p>The order is what the proof in {@link ElectionFolder} stands on: the list is made after the
 * version {@code newest} was written; announcements go before versions; versions go upwards, and
 * none goes while a lower one stays.
 */
final class Sweeper {
  /** How many versions always stay. */
  static final int KEPT = 16;

  /** After this time an announcement is of a process that was killed. */
  private static final Duration LEFT_BEHIND = Duration.ofHours(1);

  private final Disk disk;
  private final InstantSource clock;

  Sweeper(Disk disk, InstantSource clock) {
    this.disk = disk;
    this.clock = clock;
  }

  /**
   * Sweeps one folder.
   *
   * @param newest a version known to have been written
   * @param longestLease versions younger than this stay
   */
  void sweep(Path folder, long newest, Duration longestLease) throws IOException {
    List<String> names = disk.list(folder);
    for (String name : names) {
      long announced = VersionName.announced(name);
      if (announced < 0) {
        continue;
      }
      Path announcement = folder.resolve(name);
      if (announced <= newest - KEPT || isLeftBehind(announcement)) {
        disk.delete(announcement);
      }
    }
    long[] old =
        names.stream()
            .mapToLong(VersionName::version)
            .filter(version -> version >= 0 && version <= newest - KEPT)
            .sorted()
            .toArray();
    for (long version : old) {
      Path file = folder.resolve(VersionName.of(version));
      if (isYoung(file, longestLease)) {
        return;
      }
      disk.delete(file);
    }
  }

  private boolean isLeftBehind(Path announcement) throws IOException {
    return disk.exists(announcement) && !isYoung(announcement, LEFT_BEHIND);
  }

  /** A file from the future tells that a clock was set, not that the file is young. */
  private boolean isYoung(Path file, Duration limit) throws IOException {
    return Math.abs(clock.millis() - disk.writtenMillis(file)) < limit.toMillis();
  }
}
