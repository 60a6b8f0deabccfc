package io.containerpatterns.elector.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The system calls of the file store, one a method, so that a test can stop or kill the process
 * before any of them, or let it fail.
 */
interface Disk {
  /**
   * Creates a file that is not there yet.
   *
   * @param mode its permissions, whatever the umask
   */
  NewFile create(Path file, int mode) throws IOException;

  /** Creates a folder that is not there yet, with these permissions. */
  void createFolder(Path folder, int mode) throws IOException;

  /** Whether there is something of this name; an exception when that cannot be told. */
  boolean exists(Path path) throws IOException;

  /** Whether it is a folder itself, not a link to one. */
  boolean isFolder(Path path) throws IOException;

  /** The first bytes of a file, at most {@code bytesMax}. */
  byte[] read(Path file, int bytesMax) throws IOException;

  /** All names in a folder, in no order. */
  List<String> list(Path folder) throws IOException;

  /** Gives a file a second name, which must be free. */
  void link(Path file, Path name) throws IOException;

  /** Whether two names are of one file. */
  boolean isSame(Path one, Path other) throws IOException;

  /** Renames a folder in one step; a folder already of that name must be empty. */
  void rename(Path folder, Path name) throws IOException;

  /** Makes the names in a folder outlive a loss of power. */
  void syncFolder(Path folder) throws IOException;

  /** Removes a name if it is there. */
  void delete(Path path) throws IOException;

  /** When the file was last written, in wall-clock milliseconds. */
  long writtenMillis(Path file) throws IOException;

  /** The type of the file system, such as ext4 or nfs4. */
  String fileSystem(Path folder) throws IOException;

  /** A file being written. */
  interface NewFile extends Closeable {
    void write(byte[] content) throws IOException;

    /** Makes the content outlive a loss of power. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
  }
}
