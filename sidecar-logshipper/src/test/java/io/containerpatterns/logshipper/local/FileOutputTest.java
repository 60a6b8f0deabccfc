package io.containerpatterns.logshipper.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.logshipper.event.EventOf;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.output.Batch;
import io.containerpatterns.logshipper.output.Parcel;
import io.containerpatterns.logshipper.output.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileOutputTest {
  private static final Origin FILE = new Origin("/logs/app.log", List.of(), 1);

  @TempDir Path folder;

  @Test
  void parcelsAreAppendedAndTakenAtOnce() throws Exception {
    Path file = folder.resolve("all.ndjson");
    try (var output = new FileOutput(file)) {
      assertThat(sent(output, Parcel.of(batch(output, "a", "b")))).isEqualTo(Verdict.Taken.ALL);
      sent(output, Parcel.of(batch(output, "c", "d", "e")).pick(new int[] {0, 2}));

      assertThat(messages(file)).containsExactly("a", "b", "c", "e");
    }
  }

  @Test
  void aFileThatWasRotatedAwayIsBegunAnew() throws Exception {
    Path file = folder.resolve("all.ndjson");
    try (var output = new FileOutput(file)) {
      sent(output, Parcel.of(batch(output, "a")));
      Files.move(file, folder.resolve("all.ndjson.1"));
      sent(output, Parcel.of(batch(output, "b")));

      assertThat(messages(folder.resolve("all.ndjson.1"))).containsExactly("a");
      assertThat(messages(file)).containsExactly("b");
    }
  }

  @Test
  void whatAKillHasLeftOfALineDoesNotSpoilTheNextOne() throws Exception {
    Path file = Files.writeString(folder.resolve("all.ndjson"), "{\"message\":\"x\"}\n{\"mess");
    try (var output = new FileOutput(file)) {
      sent(output, Parcel.of(batch(output, "a")));

      assertThat(messages(file)).containsExactly("x", "{\"mess", "a");
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsTriedAgain() throws Exception {
    Path file = folder.resolve("missing/all.ndjson");
    try (var output = new FileOutput(file)) {
      Verdict before = sent(output, Parcel.of(batch(output, "a")));
      Files.createDirectories(file.getParent());

      assertThat(before).isInstanceOf(Verdict.Again.class);
      assertThat(sent(output, Parcel.of(batch(output, "a")))).isEqualTo(Verdict.Taken.ALL);
      assertThat(messages(file)).containsExactly("a");
    }
  }

  private static List<String> messages(Path file) throws Exception {
    return Files.readAllLines(file).stream()
        .map(line -> line.replaceFirst(".*\"message\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  private static Verdict sent(FileOutput output, Parcel parcel) {
    var verdicts = new ArrayList<Verdict>();
    output.send(parcel, verdicts::add);
    assertThat(verdicts).hasSize(1);
    return verdicts.getFirst();
  }

  private static Batch batch(FileOutput output, String... texts) {
    var batch = new Batch(100);
    for (String text : texts) {
      batch.add(new EventOf(FILE).text(text, 0).get(), output);
    }
    return batch;
  }
}
