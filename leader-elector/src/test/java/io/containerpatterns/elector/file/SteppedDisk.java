package io.containerpatterns.elector.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A local disk where something can happen before any step: a fault, a pause, the end of the
 * process.
 */
final class SteppedDisk implements Disk {
  private final Disk disk = new LocalDisk();
  private final Before before;
  private @Nullable String fileSystem;
  private boolean syncing = true;
  private Predicate<String> shown = name -> true;

  SteppedDisk(Before before) {
    this.before = before;
  }

  /** What happens before a step; an exception takes its place. */
  @FunctionalInterface
  interface Before {
    void step(String call, Path path) throws IOException;
  }

  /** Says that it is of this type. */
  SteppedDisk onFileSystem(String type) {
    fileSystem = type;
    return this;
  }

  /** Takes the step of a sync without the wait, where power is not the question. */
  SteppedDisk withoutSync() {
    syncing = false;
    return this;
  }

  /** Lists only these names. */
  SteppedDisk showing(Predicate<String> names) {
    shown = names;
    return this;
  }

  @Override
  public NewFile create(Path file, int mode) throws IOException {
    before.step("create", file);
    var created = disk.create(file, mode);
    return new NewFile() {
      @Override
      public void write(byte[] content) throws IOException {
        before.step("write", file);
        created.write(content);
      }

      @Override
      public void sync() throws IOException {
        before.step("sync", file);
        if (syncing) {
          created.sync();
        }
      }

      @Override
      public void close() throws IOException {
        created.close();
      }
    };
  }

  @Override
  public void createFolder(Path folder, int mode) throws IOException {
    before.step("createFolder", folder);
    disk.createFolder(folder, mode);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    before.step("exists", path);
    return disk.exists(path);
  }

  @Override
  public boolean isFolder(Path path) throws IOException {
    before.step("isFolder", path);
    return disk.isFolder(path);
  }

  @Override
  public byte[] read(Path file, int bytesMax) throws IOException {
    before.step("read", file);
    return disk.read(file, bytesMax);
  }

  /**
   * Promises no more than POSIX does: what is there all the time is listed; of what comes or goes
   * meanwhile, some is and some is not.
   */
  @Override
  public List<String> list(Path folder) throws IOException {
    before.step("list", folder);
    List<String> first = disk.list(folder);
    before.step("list on", folder);
    List<String> second = disk.list(folder);
    var names = new ArrayList<String>();
    first.stream().filter(name -> name.hashCode() % 2 == 0).forEach(names::add);
    second.stream().filter(name -> name.hashCode() % 2 != 0).forEach(names::add);
    return names.stream().filter(shown).toList();
  }

  @Override
  public void link(Path file, Path name) throws IOException {
    before.step("link", name);
    disk.link(file, name);
  }

  @Override
  public boolean isSame(Path one, Path other) throws IOException {
    before.step("isSame", other);
    return disk.isSame(one, other);
  }

  @Override
  public void rename(Path folder, Path name) throws IOException {
    before.step("rename", name);
    disk.rename(folder, name);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    before.step("syncFolder", folder);
    if (syncing) {
      disk.syncFolder(folder);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    before.step("delete", path);
    disk.delete(path);
  }

  @Override
  public long writtenMillis(Path file) throws IOException {
    before.step("writtenMillis", file);
    return disk.writtenMillis(file);
  }

  @Override
  public String fileSystem(Path folder) throws IOException {
    return fileSystem == null ? disk.fileSystem(folder) : fileSystem;
  }
}
