package io.containerpatterns.logshipper.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWatchTest {
  @TempDir Path folder;

  @Test
  void aNewNameIsToldOnce() throws Exception {
    try (var watch = FolderWatch.open()) {
      watch.follow(folder);
      assertThat(watch.changed()).isFalse();

      Files.createFile(folder.resolve("app.log"));

      Await.until("it is told", watch::changed);
      assertThat(watch.changed()).isFalse();
    }
  }

  @Test
  void aRenameMakesANewNameAndAWriteDoesNot() throws Exception {
    Path log = Files.createFile(folder.resolve("app.log"));
    try (var watch = FolderWatch.open()) {
      watch.follow(folder);

      Files.writeString(log, "line\n");
      assertThat(watch.changed()).isFalse();
      Files.move(log, folder.resolve("app.log.1"));

      Await.until("it is told", watch::changed);
    }
  }

  @Test
  void aFolderThatWasMadeAnewIsWatchedAgain() throws Exception {
    Path logs = Files.createDirectory(folder.resolve("logs"));
    try (var watch = FolderWatch.open()) {
      watch.follow(logs);
      Files.delete(logs);
      Files.createDirectory(logs);
      Await.until(
          "a new name in it is told",
          () -> {
            watch.changed();
            watch.follow(logs);
            return isTold(watch, logs);
          });
    }
  }

  @Test
  void aLookWatchesEveryFolderThatItWentThrough() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("a/b"));
    try (var discovery =
        new Discovery(
            PathPatterns.of(List.of(folder + "/**/*.log"), List.of()), FolderWatch.open())) {
      discovery.look();

      Files.createFile(deep.resolve("app.log"));

      Await.until("it is told", discovery::changed);
    }
  }

  private static boolean isTold(FolderWatch watch, Path logs) {
    try {
      Files.delete(Files.createTempFile(logs, "app", ".log"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return watch.changed();
  }
}
