package io.containerpatterns.logshipper.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.logshipper.identity.Anchor;
import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Proof;
import io.containerpatterns.logshipper.identity.Trail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointFileTest {
  private static final String SETTING = "LOGSHIPPER_STATE_DIR";

  @TempDir Path directory;

  @Test
  void whatWasWrittenIsKnownAfterwards() throws Exception {
    var identity = identity(1, "/logs/a.log");
    try (var file = open()) {
      file.write(List.of(identity, position(1, "main", 100), position(1, "archive", 40)));
      file.write(List.of(position(1, "main", 250)));
    }

    try (var file = open()) {
      assertThat(file.files())
          .containsExactly(
              new KnownFile(identity, Map.of("main", trail(250), "archive", trail(40))));
    }
  }

  @Test
  void aNumberIsNeverGivenTwice() throws Exception {
    try (var file = open()) {
      assertThat(file.nextFile()).isEqualTo(1);
      file.write(List.of(identity(1, "/a"), identity(2, "/b"), new Entry.Gone(2)));
    }

    try (var file = open()) {
      assertThat(file.nextFile()).isEqualTo(3);
      assertThat(file.files()).extracting(known -> known.identity().file()).containsExactly(1L);
    }
  }

  /** Every state that a crash in the middle of a write can leave behind. */
  @Test
  void cutAtAnyByteTheEntriesBeforeItAreKnownAndTheNextOnesCanBeWritten() throws Exception {
    List<Entry> entries =
        List.of(
            identity(1, "/logs/a.log"),
            position(1, "main", 10),
            position(1, "main", 20),
            identity(2, "/logs/b.log"),
            position(2, "main", 5),
            new Entry.Gone(1));
    try (var file = open()) {
      file.write(entries);
    }
    byte[] whole = Files.readAllBytes(directory.resolve("checkpoint"));

    for (int length = 0; length <= whole.length; length++) {
      Files.write(directory.resolve("checkpoint"), Arrays.copyOf(whole, length));

      List<KnownFile> known;
      try (var file = open()) {
        known = file.files();
        file.write(List.of(identity(9, "/logs/later.log")));
      }

      assertThat(prefixes(entries)).as("cut at %d", length).contains(known);
      try (var file = open()) {
        assertThat(file.files()).as("cut at %d", length).hasSize(known.size() + 1);
      }
    }
  }

  @Test
  void aByteThatIsWrongEndsTheFileWhereItStands() throws Exception {
    try (var file = open()) {
      file.write(List.of(identity(1, "/logs/a.log"), position(1, "main", 10)));
    }
    Path path = directory.resolve("checkpoint");
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - 3] ^= 1;
    Files.write(path, bytes);

    try (var file = open()) {
      assertThat(file.files()).containsExactly(new KnownFile(identity(1, "/logs/a.log"), Map.of()));
    }
  }

  @Test
  void aFileThatHasGrownIsRewrittenWithWhatStillCounts() throws Exception {
    try (var file = open()) {
      file.write(List.of(identity(1, "/logs/a.log")));
      for (int i = 1; i <= 40_000; i++) {
        file.write(List.of(position(1, "main", i)));
      }
    }

    assertThat(Files.size(directory.resolve("checkpoint"))).isLessThan(1 << 20);
    assertThat(directory.resolve("checkpoint.new")).doesNotExist();
    try (var file = open()) {
      assertThat(file.files().getFirst().positions()).isEqualTo(Map.of("main", trail(40_000)));
    }
  }

  @Test
  void whatNewerVersionsWroteIsRefusedAndNotTouched() throws Exception {
    try (var file = open()) {
      file.write(List.of(identity(1, "/logs/a.log")));
    }
    Path path = directory.resolve("checkpoint");
    byte[] bytes = Files.readAllBytes(path);
    bytes[EntryFormat.MAGIC.length + 1] = 2;
    Files.write(path, bytes);

    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("is of version 1; it is of version 2")
        .hasMessageContaining("run the version that wrote it");
    assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
  }

  @Test
  void whatIsNotOursIsRefusedAndNotTouched() throws Exception {
    Path path = directory.resolve("checkpoint");
    Files.writeString(path, "somebody else's file, and of some length; forty-two bytes at least\n");

    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("it is something else");
    assertThat(path).content().startsWith("somebody else's");
  }

  @Test
  void twoProcessesNeverUseOneDirectory() throws Exception {
    try (var first = open()) {
      assertThat(first.files()).isEmpty();
      assertThatThrownBy(this::open)
          .isInstanceOf(InvalidSettings.class)
          .hasMessageContaining("a directory that no other process uses");
    }
    open().close();
  }

  @Test
  void anyEntryIsReadAsItWasWritten() throws Exception {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      var proof = new Proof(random.nextInt(1, Proof.HEAD_MAX + 1), random.nextLong());
      var key = new FileKey(random.nextLong(), random.nextLong(), random.nextLong());
      entries.add(new Entry.Identity(i, key, proof, "/logs/ü/" + random.nextLong()));
      List<Anchor> anchors = new ArrayList<>();
      long offset = Long.MAX_VALUE;
      for (int a = random.nextInt(Trail.LENGTH_MAX + 1); a > 0; a--) {
        offset = random.nextLong(offset);
        anchors.add(new Anchor(offset, random.nextLong()));
      }
      entries.add(new Entry.Position(i, "output-" + random.nextInt(3), new Trail(anchors)));
    }
    List<KnownFile> written;
    try (var file = open()) {
      file.write(entries);
      written = file.files();
    }

    try (var file = open()) {
      assertThat(file.files()).as("seed %d", seed).isEqualTo(written);
    }
  }

  private static List<List<KnownFile>> prefixes(List<Entry> entries) {
    List<List<KnownFile>> prefixes = new ArrayList<>();
    Ledger ledger = new Ledger();
    prefixes.add(ledger.files());
    for (Entry entry : entries) {
      ledger.apply(entry);
      prefixes.add(ledger.files());
    }
    return prefixes;
  }

  private CheckpointFile open() {
    return CheckpointFile.open(directory, SETTING);
  }

  private static Entry.Identity identity(long file, String path) {
    return new Entry.Identity(file, new FileKey(1, file, 7), new Proof(3, 99), path);
  }

  private static Entry.Position position(long file, String output, long offset) throws IOException {
    return new Entry.Position(file, output, trail(offset));
  }

  private static Trail trail(long offset) {
    return new Trail(List.of(new Anchor(offset, offset * 31)));
  }
}
