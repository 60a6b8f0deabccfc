package io.containerpatterns.logshipper.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

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
  /** No time of birth is known; such a key agrees with every birth. */
  public static final long NO_BIRTH = Long.MIN_VALUE;

  /** Reads the key of what {@code path} leads to, links followed. */
  public static FileKey of(Path path) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(path, "unix:dev,ino,creationTime,lastModifiedTime");
    if (unix.get("dev") instanceof Long device
        && unix.get("ino") instanceof Long inode
        && unix.get("creationTime") instanceof FileTime born
        && unix.get("lastModifiedTime") instanceof FileTime modified) {
      // The JDK answers with the time of the last change where the kernel does not know a birth; a
      // birth that moves with the content would make every written file a new one.
      return new FileKey(device, inode, born.equals(modified) ? NO_BIRTH : born.toMillis());
    }
    throw new IOException(path + ": the system does not say which file it is: " + unix);
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
