package io.containerpatterns.elector.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreDirectoryTest {
  @TempDir Path above;

  @Test
  void aMissingDirectoryIsMadeAndMarked() {
    Path directory = above.resolve("leases");

    open(directory);

    assertThat(directory.resolve(".format")).hasContent("{\"format\":1}");
    assertThat(directory).isDirectoryNotContaining(path -> !path.endsWith(".format"));
  }

  @Test
  void aMissingDirectoryAboveIsReported() {
    Path directory = above.resolve("no/leases");

    assertRefused(
        directory,
        "ELECTOR_FILE_DIR: \""
            + directory
            + "\" (expected: a directory that exists); create it, or mount a volume there");
  }

  @Test
  void aFileIsReported() throws IOException {
    Path file = Files.createFile(above.resolve("leases"));

    assertRefused(
        file,
        "ELECTOR_FILE_DIR: \"" + file + "\" (expected: a directory; this is a file); name another");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"format\":2}", "{\"format\":2,\"and\":\"more\"}\n", "", "garbage"})
  void aDirectoryOfAnotherFormatIsRefusedAndNotTouched(String mark) throws IOException {
    Path directory = Files.createDirectories(above.resolve("leases"));
    Files.createDirectory(directory.resolve("orders"));
    Files.writeString(directory.resolve("orders/0000001785000000042"), "unheard of");
    Files.createDirectory(directory.resolve(".new-1-1"));
    Files.writeString(directory.resolve(".format"), mark);
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
      }
    }
    var before = tree(directory);

    assertRefused(
        directory,
        directory.resolve(".format")
            + ": \""
            + (mark.isEmpty() ? "an empty file" : mark.strip())
            + "\" (expected: {\"format\":1}, the newest format that this release knows); run the"
            + " release that wrote it, or name another directory in ELECTOR_FILE_DIR; nothing was"
            + " touched");

    assertThat(tree(directory)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "write", "sync", "link", "syncFolder"})
  void whatTheDirectoryCannotDoIsReportedBeforeTheStart(String impossible) throws IOException {
    Path directory = Files.createDirectory(above.resolve("leases"));
    Files.setAttribute(directory, "unix:mode", 0750);
    String wanted =
        switch (impossible) {
          case "link" -> "one on a file system that has hard links";
          case "syncFolder" -> "one on a file system that can fsync a directory";
          default -> "one that can be written";
        };
    var disk =
        new SteppedDisk((call, path) -> {
          if (call.equals(impossible)) {
            throw new FileSystemException(path.toString(), null, "Not this time");
          }
        });
    var uid = Files.getAttribute(directory, "unix:uid");
    var gid = Files.getAttribute(directory, "unix:gid");

    assertThatThrownBy(() -> open(directory, disk))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "ELECTOR_FILE_DIR: \"%s\" (expected: %s by uid %s; %s has mode 0750, uid %s, gid %s:"
                + " Not this time); make it writable for uid %s: in a pod with fsGroup, else by"
                + " chown",
            directory, wanted, uid, directory, uid, gid, uid);
  }

  @Test
  void whatKilledProcessesLeftBehindIsRemovedAfterAnHour() throws IOException {
    open(above);
    Path election = Files.createDirectory(above.resolve(".new-dead-1"));
    Files.createFile(election.resolve(VersionName.of(1)));
    Path probe = Files.createFile(above.resolve(".probe-dead-1"));

    open(above);
    assertThat(election).exists();
    assertThat(probe).exists();

    open(above, new LocalDisk(), InstantSource.offset(InstantSource.system(), Duration.ofHours(2)));
    assertThat(election).doesNotExist();
    assertThat(probe).doesNotExist();
    assertThat(above.resolve(".format")).exists();
  }

  @Test
  void twoThatMarkADirectoryAtOnceAgree() {
    var other =
        new SteppedDisk((call, path) -> {
          if (call.equals("link")) {
            open(above);
          }
        });

    open(above, other);

    assertThat(above.resolve(".format")).hasContent("{\"format\":1}");
    assertThat(above).isDirectoryNotContaining(path -> !path.endsWith(".format"));
  }

  private void assertRefused(Path directory, String message) {
    assertThatThrownBy(() -> open(directory))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(message);
  }

  private static void open(Path directory) {
    open(directory, new LocalDisk());
  }

  private static void open(Path directory, Disk disk) {
    open(directory, disk, InstantSource.system());
  }

  private static void open(Path directory, Disk disk, InstantSource clock) {
    FileLeaseStore.open(directory, Duration.ofSeconds(10), disk, clock).close();
  }

  /** Everything about every file, so that a touched one shows. */
  private static Map<String, String> tree(Path top) throws IOException {
    var tree = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.toList()) {
        var is =
            Files.readAttributes(path, "unix:mode,uid,gid,ino,nlink,size,lastModifiedTime,ctime");
        String content = Files.isRegularFile(path) ? Files.readString(path) : "";
        tree.put(top.relativize(path).toString(), new TreeMap<>(is) + content);
      }
    }
    return tree;
  }
}
