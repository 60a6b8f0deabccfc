package io.containerpatterns.chassis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WritableFolderTest {
  @TempDir Path folder;

  @Test
  void aWritableFolderIsLeftAsItWas() throws Exception {
    assertThat(WritableFolder.require("TOY_DIR", folder)).isEqualTo(folder);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aMissingFolderNamesWhoWeAre() throws Exception {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");

    assertThatThrownBy(() -> WritableFolder.require("TOY_DIR", folder.resolve("gone")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "TOY_DIR: \"%s/gone\" (expected: a folder that exists); create it or mount a volume there, writable for uid %s"
                .formatted(folder, uid));
  }

  @Test
  void aFileIsNoFolder() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> WritableFolder.require("TOY_DIR", file))
        .hasMessage("TOY_DIR: \"%s\" (expected: a folder, not a file)".formatted(file));
  }

  @Test
  void aFolderThatCannotBeWrittenNamesOwnerModeAndRemedy() throws Exception {
    // /proc refuses every new file, also to root.
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");

    assertThatThrownBy(() -> WritableFolder.require("TOY_DIR", Path.of("/proc")))
        .hasMessage(
            ("TOY_DIR: \"/proc\" (expected: a folder that uid %s can write to; it belongs to uid 0,"
                 + " gid 0 with mode r-xr-xr-x); make it writable for uid %s, in a pod by fsGroup,"
                 + " or mount it without readOnly")
                .formatted(uid, uid));
  }
}
