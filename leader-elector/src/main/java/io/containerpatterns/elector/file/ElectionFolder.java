package io.containerpatterns.elector.file;

import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseFormat;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import io.containerpatterns.elector.lease.UnreadableLease;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one election: the versions of its record, each a file that is written once. The
 * highest is the record. There is no lock, so no process that was stopped or killed can keep one.
 *
 * <pre>
 *   orders/0000001785000000041                   \
 *   orders/ ...                                   } history; the Sweeper removes the oldest
 *   orders/0000001785000000057                   /
 *   orders/0000001785000000058                   the record
 *   orders/.tmp-0000001785000000059-5f0c9a1b-7   an announcement: somebody writes version 59
 *
 *   write, with v expected:                         read:
 *     1 create the announcement of v+1,               1 list, or begin with the v last seen
 *       write, fsync                                  2 go up to the v whose v+1 is missing
 *     2 v+1 is missing, then v is there               3 open v
 *       else conflict                                   missing by now: begin again with a list
 *     3 link the announcement as v+1
 *       taken, or announcement gone: conflict       sweep, knowing of a version m:
 *     4 list: v+1 is there, and no version above      1 list
 *       it, or only so few that it was never swept    2 remove announcements up to m-16
 *       else unknown                                  3 remove versions up to m-16, upwards,
 *     5 fsync the folder                                stopping at the first that stays
 *       fails: unknown
 *     6 remove the announcement
 * </pre>
 *
 * <p>Any of these steps may last for ever, or be the last of its process. Why that deceives nobody:
 *
 * <p><b>No version is linked twice.</b> Say P links v+1 after a sweeper S removed it, and this is
 * the first such case, so that up to then each version was there once, without a gap, and v was
 * removed before v+1. P found v+1 missing and then v there. Since v was still there, v+1 had not
 * been removed yet; so when it was missing, it had not been written yet. The announcement is older
 * still: it was made before v+1 was. S knew of m, at least v+17, before it listed; so its list
 * began after v+1 was written, and shows the announcement, which S removed before v+1. A link needs
 * the announcement, so P's fails. Nothing here needs a clock, or that S is quick.
 *
 * <p><b>"v+1 is missing, then v is there" means that v was the newest</b> at some moment between
 * the two looks: as above v+1 had not been written at the first look, and v had been at the second;
 * so v was the newest at the first look, or if later when it was linked. It is the last thing that
 * a read does and the comparison of a write. A successful link then finds v the newest still,
 * because v+1 never was; so a write takes effect at its link, and only there.
 *
 * <p>Step 4 is the net below this: the rule that a link counts only if, read again after it, no
 * higher version exists. It catches what the argument assumes away, such as a hand that removes
 * files or a file system whose list lacks some. Where the versions above are fewer than a sweeper
 * keeps, nobody can have removed ours before our link, and the link counts too. In doubt the answer
 * is "unknown", which is always true.
 *
 * <p><b>Loss of power.</b> The content is on the disk before it has a name that counts, and a write
 * is answered only when the name is on the disk too. A read may return a version whose name is not
 * yet; the loss that takes it takes all its readers, since they live on the same host, and nobody
 * was told that it was written.
 *
 * <p>At most one call at a time, see {@link #enter}.
 */
final class ElectionFolder {
  /** How often a read begins again before it says that it cannot keep up. */
  private static final int ATTEMPTS_MAX = 100;

  /** How far a read goes up from what it knows before a list is cheaper. */
  private static final int STEPS_MAX = 2 * Sweeper.KEPT;

  private final String election;
  private final Path path;
  private final StoreDirectory directory;
  private final Disk disk;
  private final InstantSource clock;
  private final AtomicBoolean entered = new AtomicBoolean();

  // Below: written by whoever entered.
  private volatile @Nullable Seen known;
  private long highest;
  private boolean begunOnDisk;
  private boolean linkedNotSynced;
  private volatile long longestLeaseMillis;

  ElectionFolder(String election, StoreDirectory directory, Disk disk, InstantSource clock) {
    this.election = election;
    this.path = directory.folder(election);
    this.directory = directory;
    this.disk = disk;
    this.clock = clock;
  }

  /** Begins a call; false when one is under way. */
  boolean enter() {
    return entered.compareAndSet(false, true);
  }

  /** Ends the call. */
  void leave() {
    entered.set(false);
  }

  Path path() {
    return path;
  }

  /** The newest record. */
  Stored read() {
    try {
      return newest().stored();
    } catch (IOException e) {
      throw new FileStoreFailure(
          "cannot read " + path + ": " + FileStoreFailure.reason(e) + "; who leads is unknown", e);
    }
  }

  /** Writes {@code next} if the newest record has version {@code expected}. */
  Swap compareAndSet(long expected, Lease next) {
    byte[] content = LeaseFormat.encode(next);
    try {
      Seen newest = newest();
      if (newest.stored().version() != expected) {
        return new Swap.Conflict();
      }
      if (newest.number() < 0) {
        newest = begin();
      }
      return newest.stored().version() == expected
          ? write(newest.number() + 1, content, next)
          : new Swap.Conflict();
    } catch (IOException e) {
      throw new FileStoreFailure(
          "cannot write in "
              + path
              + ": "
              + FileStoreFailure.reason(e)
              + "; the lease is not renewed and runs out",
          e);
    }
  }

  /** The version last seen here, of the record or of its absence; 0 before any. Any thread. */
  long versionSeen() {
    Seen seen = known;
    return seen == null ? 0 : seen.number();
  }

  /** The longest lease of the records seen here. Any thread. */
  long longestLeaseMillis() {
    return longestLeaseMillis;
  }

  /** Whether a read would return something else than the last one. Any thread; a hint. */
  boolean looksChanged() throws IOException {
    Seen seen = known;
    return seen == null
        ? disk.exists(path)
        : disk.exists(file(seen.number() + 1)) || !disk.exists(file(seen.number()));
  }

  /**
   * The wall clock only chooses a first version that is higher than those of an election deleted by
   * hand, or on a volume that was lost, so that tokens grow on; after it versions are counted.
   */
  private Seen begin() throws IOException {
    directory.begin(election, Math.max(highest + 1, clock.millis()));
    Seen begun = newest();
    if (begun.number() < 0) {
      throw new FileStoreFailure(path + " was removed as soon as it was made");
    }
    return begun;
  }

  private Swap write(long version, byte[] content, Lease lease) throws IOException {
    Path announcement = path.resolve(directory.announcing(version));
    try {
      try (var file = disk.create(announcement, directory.fileMode())) {
        file.write(content);
        file.sync();
      }
      // Only now: what was true before the announcement stood proves nothing.
      if (!isNewest(version - 1) || !link(announcement, version)) {
        return new Swap.Conflict();
      }
      linkedNotSynced = true;
      confirmLinkCounts(version);
      syncNames();
    } finally {
      removeQuietly(announcement);
    }
    remember(new Seen(version, new Stored(version, lease)));
    return new Swap.Written(version);
  }

  /** Whether the version was the newest at a moment of this call. */
  private boolean isNewest(long version) throws IOException {
    return !disk.exists(file(version + 1)) && disk.exists(file(version));
  }

  private boolean link(Path announcement, long version) throws IOException {
    try {
      disk.link(announcement, file(version));
      return true;
    } catch (FileAlreadyExistsException e) {
      // A request to a file server may be sent twice, and the second finds what the first did.
      return directory.guarantee() == LeaseStore.Guarantee.BEST_EFFORT
          && disk.isSame(announcement, file(version));
    } catch (NoSuchFileException e) {
      // Swept, so the version was written by another; or the whole folder was removed.
      return false;
    }
  }

  private void confirmLinkCounts(long version) throws IOException {
    long newest = highestOf(disk.list(path));
    if (newest < version || newest >= version + Sweeper.KEPT) {
      throw new FileStoreFailure(
          "version "
              + version
              + " of "
              + path
              + " was linked while the newest is "
              + newest
              + "; whether it counted is unknown");
    }
  }

  private void syncNames() throws IOException {
    disk.syncFolder(path);
    linkedNotSynced = false;
    if (!begunOnDisk) {
      directory.sync();
      begunOnDisk = true;
    }
  }

  private void removeQuietly(Path announcement) {
    try {
      disk.delete(announcement);
    } catch (IOException e) {
      // What was written stands; the sweeper removes the announcement later.
      return;
    }
  }

  private Seen newest() throws IOException {
    syncWhatWasNotConfirmed();
    Seen from = known;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Seen found = from == null ? fromList() : upFrom(from.number(), from);
      if (found != null) {
        remember(found);
        return found;
      }
      from = null;
    }
    throw new FileStoreFailure(path + " changes faster than it can be read; who leads is unknown");
  }

  /**
   * What we linked ourselves and could not confirm must be safe before it is read as the record.
   */
  private void syncWhatWasNotConfirmed() throws IOException {
    if (linkedNotSynced) {
      try {
        syncNames();
      } catch (NoSuchFileException e) {
        // The folder was removed by hand, and what we linked with it.
        linkedNotSynced = false;
      }
    }
  }

  /** The newest at a moment of this call, or null when there is no telling this time. */
  private @Nullable Seen upFrom(long start, @Nullable Seen cached) throws IOException {
    long number = start;
    for (int steps = 0; disk.exists(file(number + 1)); steps++) {
      if (steps == STEPS_MAX) {
        return null;
      }
      number++;
    }
    // Only now: that it is there proves something because its successor was missing before.
    if (cached != null && number == start) {
      return disk.exists(file(number)) ? cached : null;
    }
    try {
      return new Seen(number, open(file(number), number));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private @Nullable Seen fromList() throws IOException {
    List<String> names;
    try {
      if (!disk.isFolder(path)) {
        throw new FileStoreFailure(path + " is not a folder; nobody can lead; remove it");
      }
      names = disk.list(path);
    } catch (NoSuchFileException e) {
      directory.confirmThere();
      return Seen.NOTHING;
    }
    if (names.isEmpty()) {
      // Emptied or made by hand; the first write puts a whole folder in its place.
      return Seen.NOTHING;
    }
    long number = highestOf(names);
    if (number < 0) {
      throw new FileStoreFailure(
          path + " holds no version any more; nobody can lead; " + remedy("remove the folder"));
    }
    return upFrom(number, null);
  }

  private Stored open(Path file, long number) throws IOException {
    byte[] bytes = disk.read(file, LeaseFormat.BYTES_MAX + 1);
    try {
      Lease lease = LeaseFormat.decode(bytes);
      return lease == null ? Stored.ABSENT : new Stored(number, lease);
    } catch (UnreadableLease e) {
      throw new FileStoreFailure(
          "cannot read "
              + file
              + ": "
              + e.getMessage()
              + "; nobody can lead; "
              + remedy("unless a newer release wrote it, remove " + path),
          e);
    }
  }

  private String remedy(String step) {
    return "stop the electors of \""
        + election
        + "\" for one lease, "
        + step
        + ", start them again";
  }

  private void remember(Seen seen) {
    if (seen.number() < 0) {
      known = null;
      begunOnDisk = false;
      return;
    }
    if (seen.number() < highest) {
      throw new FileStoreFailure(
          path
              + " went back from version "
              + highest
              + " to "
              + seen.number()
              + ", as if restored from a copy; tokens would repeat; "
              + remedy("remove the folder"));
    }
    highest = seen.number();
    known = seen;
    Lease lease = seen.stored().lease();
    if (lease != null) {
      longestLeaseMillis = Math.max(longestLeaseMillis, lease.leaseMillis());
    }
  }

  private Path file(long version) {
    return path.resolve(VersionName.of(version));
  }

  private static long highestOf(List<String> names) {
    return names.stream().mapToLong(VersionName::version).max().orElse(-1);
  }

  /**
   * What was the newest at some moment.
   *
   * @param number the version in the file's name; negative when there is no folder
   * @param stored absent also in the version that an election begins with
   */
  private record Seen(long number, Stored stored) {
    static final Seen NOTHING = new Seen(-1, Stored.ABSENT);
  }
}
