package io.containerpatterns.logshipper.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who a file is for its file system. Survives a rename; not a copy, and not the file's end: an
 * inode number is given to the next file as soon as it is free, which the time of birth tells apart
 * where the file system keeps one.
 *
 * @param device of the file system
 * @param inode unique in it at one moment
 * @param birthMillis when the inode was made, in milliseconds since 1970; {@link #NO_BIRTH} where
 *     the file system does not say
 */
public record FileKey(long device, long inode, long birthMillis) {
  private static final Set<Long> DEVICES_WITH_BIRTHS = ConcurrentHashMap.newKeySet();

  /** No time of birth is known; such a key agrees with every birth. */
  public static final long NO_BIRTH = Long.MIN_VALUE;

  /** Reads the key of what {@code path} leads to, links followed. */
  public static FileKey of(Path path) throws IOException {
    Times times = Times.of(path);
    boolean known = times.bornApart() || knowsBirths(times.device(), path);
    return new FileKey(times.device(), times.inode(), known ? times.born().toMillis() : NO_BIRTH);
  }

  /**
   * Whether the birth that equals the last change is one. The JDK answers with the time of the last
   * change where the kernel knows no birth, and a birth that moves with the content would make
   * every written file a new one. A file system that has shown another birth than the last change,
   * of whatever file or of the folder, knows births.
   */
  private static boolean knowsBirths(long device, Path path) throws IOException {
    if (DEVICES_WITH_BIRTHS.contains(device)) {
      return true;
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      return false;
    }
    Times times = Times.of(folder);
    return times.bornApart() && times.device() == device;
  }

  private record Times(long device, long inode, FileTime born, boolean bornApart) {
    static Times of(Path path) throws IOException {
      Map<String, Object> unix =
          Files.readAttributes(path, "unix:dev,ino,creationTime,lastModifiedTime");
      if (unix.get("dev") instanceof Long device
          && unix.get("ino") instanceof Long inode
          && unix.get("creationTime") instanceof FileTime born
          && unix.get("lastModifiedTime") instanceof FileTime modified) {
        boolean apart = !born.equals(modified);
        if (apart) {
          DEVICES_WITH_BIRTHS.add(device);
        }
        return new Times(device, inode, born, apart);
      }
      throw new IOException(path + ": the system does not say which file it is: " + unix);
    }
  }

  /** The key of a file that is open: nobody else gets its inode, whenever it was born. */
  public FileKey withoutBirth() {
    return new FileKey(device, inode, NO_BIRTH);
  }

  /** Whether both may be the same file. */
  public boolean agrees(FileKey other) {
    return device == other.device
        && inode == other.inode
        && (birthMillis == other.birthMillis
            || birthMillis == NO_BIRTH
            || other.birthMillis == NO_BIRTH);
  }
}
