package io.containerpatterns.elector.file;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.elector.lease.LeaseFormat;
import io.containerpatterns.elector.lease.LeaseStore.Guarantee;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The directory that all electors of a host share.
 *
 * <pre>
 *   leases/
 *     .format                        {"format":1}
 *     orders/                        one {@link ElectionFolder} for each election
 *     .new-5f0c9a1b-3/               an election about to begin, see {@link #begin}
 *     .probe-5f0c9a1b-1              a look whether we may write and link here, gone in a moment
 * </pre>
 *
 * <p>Names of elections never begin with a dot. What is made here is open to the same users as the
 * directory itself, whatever the umask: several uids of one group share it when its mode lets them.
 */
final class StoreDirectory {
  private static final String SETTING = "ELECTOR_FILE_DIR";
  private static final String MARKER = ".format";
  private static final String MARK = "{\"format\":" + LeaseFormat.NEWEST + "}\n";
  private static final String STAGING = ".new-";
  private static final String PROBE = ".probe-";
  private static final Duration LEFT_BEHIND = Duration.ofHours(1);

  /** File systems of one kernel; what is not named here may be shared by hosts, or lie. */
  private static final Set<String> LOCAL =
      Set.of(
          "ext2",
          "ext3",
          "ext4",
          "xfs",
          "btrfs",
          "zfs",
          "f2fs",
          "bcachefs",
          "jfs",
          "tmpfs",
          "ramfs",
          "overlay",
          "apfs");

  private final Path path;
  private final Disk disk;
  private final String writer;
  private final String fileSystem;
  private final int mode;
  private final AtomicLong names = new AtomicLong();

  private StoreDirectory(Path path, Disk disk, String writer, String fileSystem, int mode) {
    this.path = path;
    this.disk = disk;
    this.writer = writer;
    this.fileSystem = fileSystem;
    this.mode = mode;
  }

  /**
   * Checks everything that the store will need. A directory of a newer format is left exactly as it
   * is.
   *
   * @param writer tells the names that this process makes from those of all others
   * @throws InvalidSettings when the directory cannot be used
   */
  static StoreDirectory open(Path setting, Disk disk, InstantSource clock, String writer) {
    Path path = setting.toAbsolutePath();
    StoreDirectory directory;
    try {
      if (!Files.exists(path)) {
        Files.createDirectory(path);
      }
      if (!Files.isDirectory(path)) {
        throw problem(setting, "a directory; this is a file", "name another");
      }
      directory =
          new StoreDirectory(
              path.toRealPath(),
              disk,
              writer,
              disk.fileSystem(path),
              (int) Files.getAttribute(path, "unix:mode"));
    } catch (NoSuchFileException e) {
      throw problem(setting, "a directory that exists", "create it, or mount a volume there");
    } catch (IOException e) {
      throw unusable(setting, "one that can be opened", e);
    }
    boolean marked = directory.checkMarker(setting);
    directory.probe(setting, !marked);
    directory.removeLeftBehind(clock);
    return directory;
  }

  Path path() {
    return path;
  }

  /** What leases here are worth: only one kernel sees to it that no name is linked twice. */
  Guarantee guarantee() {
    return LOCAL.contains(fileSystem) ? Guarantee.EXCLUSIVE : Guarantee.BEST_EFFORT;
  }

  /** The folder of an election, which may not be there yet. */
  Path folder(String election) {
    return path.resolve(election);
  }

  /** The permissions of a file that is written once and then read by all. */
  int fileMode() {
    return 0600 | (mode & 0444);
  }

  /** A name that no other process gives to its new file. */
  String announcing(long version) {
    return VersionName.announcing(version, writer, names.incrementAndGet());
  }

  /**
   * An election that has no folder has no record, but only while we see the directory itself: one
   * that was emptied or unmounted under us says nothing.
   */
  void confirmThere() throws IOException {
    if (!disk.exists(path.resolve(MARKER))) {
      throw new FileStoreFailure(
          path
              + " was emptied or unmounted: "
              + MARKER
              + " is gone; nobody can lead; mount it again, or start one elector anew to begin"
              + " again from nothing");
    }
  }

  /**
   * Gives an election its folder, holding one version without a lease. The folder appears with that
   * version in it in one step: were it empty for a moment, a process stopped in this moment could
   * later put the first version where others have long removed theirs. Of several that begin at
   * once the first is right and the others leave it alone.
   *
   * @param version the first version; the records of an election that was deleted by hand and
   *     begins again must have higher versions than before
   */
  void begin(String election, long version) throws IOException {
    Path staging = path.resolve(STAGING + writer + "-" + names.incrementAndGet());
    disk.createFolder(staging, mode & 0777);
    Path first = staging.resolve(VersionName.of(version));
    try {
      try (var file = disk.create(first, fileMode())) {
        file.write(LeaseFormat.encode(null));
        file.sync();
      }
      disk.syncFolder(staging);
      disk.rename(staging, folder(election));
    } catch (IOException e) {
      removeQuietly(first);
      removeQuietly(staging);
      if (!disk.exists(folder(election))) {
        throw e;
      }
    }
  }

  /** Makes the folders of new elections outlive a loss of power. */
  void sync() throws IOException {
    disk.syncFolder(path);
  }

  /** Whether the directory is marked with a format, which must be one that we know. */
  private boolean checkMarker(Path setting) {
    Path marker = path.resolve(MARKER);
    String mark;
    try {
      mark = new String(disk.read(marker, 256), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw unusable(setting, "one whose " + MARKER + " can be read", e);
    }
    if (!mark.equals(MARK)) {
      throw new InvalidSettings(
          new Problem(
              marker.toString(),
              mark.isBlank() ? "an empty file" : mark.strip(),
              MARK.strip() + ", the newest format that this release knows",
              "run the release that wrote it, or name another directory in "
                  + SETTING
                  + "; nothing was touched"));
    }
    return true;
  }

  /** Does once what each write will do: create, write, fsync, link, fsync the directory, remove. */
  private void probe(Path setting, boolean mark) {
    Path probe = path.resolve(PROBE + writer + "-" + names.incrementAndGet());
    Path linked = mark ? path.resolve(MARKER) : path.resolve(probe.getFileName() + "-linked");
    String wanted = "one that can be written";
    try {
      try (var file = disk.create(probe, fileMode())) {
        file.write(MARK.getBytes(StandardCharsets.UTF_8));
        file.sync();
      }
      wanted = "one on a file system that has hard links";
      link(probe, linked);
      wanted = "one on a file system that can fsync a directory";
      disk.syncFolder(path);
      if (!mark) {
        disk.delete(linked);
      }
      disk.delete(probe);
    } catch (IOException e) {
      throw unusable(setting, wanted, e);
    }
    if (mark) {
      checkMarker(setting);
    }
  }

  private void link(Path probe, Path linked) throws IOException {
    try {
      disk.link(probe, linked);
    } catch (FileAlreadyExistsException e) {
      // Two electors marked a new directory at once; the mark is read again below.
      return;
    } catch (IOException e) {
      disk.delete(probe);
      throw e;
    }
  }

  /** Removes what processes killed in {@link #begin} or in {@link #probe} left behind. */
  private void removeLeftBehind(InstantSource clock) {
    long before = clock.instant().minus(LEFT_BEHIND).toEpochMilli();
    try {
      for (String name : disk.list(path)) {
        Path left = path.resolve(name);
        if (name.startsWith(STAGING) && disk.writtenMillis(left) < before) {
          for (String inside : disk.list(left)) {
            disk.delete(left.resolve(inside));
          }
          disk.delete(left);
        } else if (name.startsWith(PROBE) && disk.writtenMillis(left) < before) {
          disk.delete(left);
        }
      }
    } catch (IOException e) {
      // Another elector removes them at this very moment, or may and we may not; they do no harm.
      return;
    }
  }

  private void removeQuietly(Path path) {
    try {
      disk.delete(path);
    } catch (IOException e) {
      // The next start removes it.
      return;
    }
  }

  private static InvalidSettings unusable(Path setting, String wanted, IOException e) {
    String remedy = "make it writable for uid " + uid() + ": in a pod with fsGroup, else by chown";
    return problem(
        setting,
        wanted + " by uid " + uid() + "; " + whatItIs(setting) + FileStoreFailure.reason(e),
        remedy);
  }

  private static InvalidSettings problem(Path setting, String expected, String remedy) {
    return new InvalidSettings(new Problem(SETTING, setting.toString(), expected, remedy));
  }

  /** Mode and owner of the directory, or of the one above where it should have been created. */
  private static String whatItIs(Path setting) {
    Path path = setting.toAbsolutePath();
    Path parent = path.getParent();
    Path shown = Files.exists(path) || parent == null ? path : parent;
    try {
      var is = Files.readAttributes(shown, "unix:uid,gid");
      int mode = (int) Files.getAttribute(shown, "unix:mode") & 07777;
      return "%s has mode %04o, uid %s, gid %s: "
          .formatted(shown, mode, is.get("uid"), is.get("gid"));
    } catch (IOException e) {
      return "";
    }
  }

  private static Object uid() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      return "of " + System.getProperty("user.name", "this process");
    }
  }
}
