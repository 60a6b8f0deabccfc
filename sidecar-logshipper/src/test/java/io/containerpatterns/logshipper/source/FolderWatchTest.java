package io.containerpatterns.logshipper.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWatchTest {
  @TempDir Path folder;

  @Test
  void aNameThatAppearsIsToldAndWhatIsWrittenIsNot() throws Exception {
    var told = new AtomicInteger();
    Path known = Files.writeString(folder.resolve("known.log"), "x");
    try (FolderWatch watch = FolderWatch.start(told::incrementAndGet)) {
      watch.follow(List.of(folder));

      Files.writeString(known, "more");
      Files.writeString(folder.resolve("new.log"), "");
      Await.until("the new name is told", () -> told.get() == 1);
      Files.move(known, folder.resolve("moved.log"));
      Await.until("so is one that a rename makes", () -> told.get() == 2);
    }
  }

  @Test
  void aFolderThatIsNotFollowedAnyMoreIsSilent() throws Exception {
    var told = new AtomicInteger();
    Path other = Files.createDirectory(folder.resolve("other"));
    Path kept = Files.createDirectory(folder.resolve("kept"));
    try (FolderWatch watch = FolderWatch.start(told::incrementAndGet)) {
      watch.follow(List.of(other, kept));
      watch.follow(List.of(kept));

      Files.writeString(other.resolve("a.log"), "");
      Files.writeString(kept.resolve("b.log"), "");
      Await.until("the folder that is followed tells", () -> told.get() == 1);
      Files.writeString(kept.resolve("c.log"), "");
      Await.until("and again", () -> told.get() == 2);

      assertThat(told).hasValue(2);
    }
  }

  @Test
  void aFolderThatIsGoneIsNoError() throws Exception {
    try (FolderWatch watch = FolderWatch.start(() -> {})) {
      watch.follow(List.of(folder.resolve("nowhere")));
    }
  }
}
