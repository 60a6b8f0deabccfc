package io.containerpatterns.elector.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The disk itself, through the file system of the JDK. */
final class LocalDisk implements Disk {
  private static final String MODE = "unix:mode";

  @Override
  public NewFile create(Path file, int mode) throws IOException {
    var channel = FileChannel.open(file, CREATE_NEW, WRITE);
    try {
      // Nobody looks at the file before it gets its final name, so this is one step with the first.
      Files.setAttribute(file, MODE, mode);
      return new LocalFile(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void createFolder(Path folder, int mode) throws IOException {
    Files.createDirectory(folder);
    // The group and its bit "new files take my group" come from the parent; they must survive.
    int inherited = (int) Files.getAttribute(folder, MODE) & 02000;
    Files.setAttribute(folder, MODE, mode | inherited);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    // Not Files.exists, which also says no when it is not allowed to look.
    return path.getFileSystem()
            .provider()
            .readAttributesIfExists(path, BasicFileAttributes.class, NOFOLLOW_LINKS)
        != null;
  }

  @Override
  public boolean isFolder(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).isDirectory();
  }

  @Override
  public byte[] read(Path file, int bytesMax) throws IOException {
    try (var in = Files.newInputStream(file, READ, NOFOLLOW_LINKS)) {
      return in.readNBytes(bytesMax);
    }
  }

  @Override
  public List<String> list(Path folder) throws IOException {
    var names = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  @Override
  public void link(Path file, Path name) throws IOException {
    Files.createLink(name, file);
  }

  @Override
  public boolean isSame(Path one, Path other) throws IOException {
    return Files.isSameFile(one, other);
  }

  @Override
  public void rename(Path folder, Path name) throws IOException {
    Files.move(folder, name, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public long writtenMillis(Path file) throws IOException {
    return Files.getLastModifiedTime(file, NOFOLLOW_LINKS).toMillis();
  }

  @Override
  public String fileSystem(Path folder) throws IOException {
    return Files.getFileStore(folder).type();
  }

  private record LocalFile(FileChannel channel) implements NewFile {
    @Override
    public void write(byte[] content) throws IOException {
      var left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }

    @Override
    public void sync() throws IOException {
      channel.force(true);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
