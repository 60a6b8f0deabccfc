package io.containerpatterns.logshipper.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileKeyTest {
  @TempDir Path folder;

  @Test
  void aRenameKeepsTheKeyAndAWriteDoes() throws Exception {
    Path file = Files.writeString(folder.resolve("a.log"), "one\n");
    FileKey before = FileKey.of(file);

    Files.writeString(file, "more\n");
    Path moved = Files.move(file, folder.resolve("a.log.1"));

    assertThat(FileKey.of(moved).agrees(before)).isTrue();
  }

  /**
   * As the clock of the kernel, which ticks in milliseconds, makes it of a file written at once.
   */
  @Test
  void aFileThatWasWrittenInTheMomentOfItsBirthHasOneAllTheSame() throws Exception {
    Path other = Files.writeString(folder.resolve("other.log"), "x");
    Files.setLastModifiedTime(other, FileTime.fromMillis(1_000));
    FileKey.of(other);
    Path file = Files.writeString(folder.resolve("a.log"), "one\n");
    Files.setLastModifiedTime(file, (FileTime) Files.getAttribute(file, "unix:creationTime"));

    assertThat(FileKey.of(file).birthMillis()).isNotEqualTo(FileKey.NO_BIRTH);
  }

  @Test
  void twoBirthsOnOneInodeAreTwoFiles() {
    var first = new FileKey(1, 2, 1_000);

    assertThat(first.agrees(new FileKey(1, 2, 1_001))).isFalse();
    assertThat(first.agrees(new FileKey(1, 2, FileKey.NO_BIRTH))).isTrue();
    assertThat(first.agrees(new FileKey(1, 3, 1_000))).isFalse();
  }
}
