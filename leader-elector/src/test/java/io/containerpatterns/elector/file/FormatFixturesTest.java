package io.containerpatterns.elector.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Directories as every release left them are read by this one. A folder under the resources is
 * never changed once its format was released; a new format gets a folder of its own.
 */
final class FormatFixturesTest {
  @TempDir Path copy;

  @Test
  void format1() throws Exception {
    copy("format-1");
    var held =
        new Lease(
            "orders-0",
            "5f0c9a1b2c3d4e5f",
            10_000,
            1_785_000_000_001L,
            7,
            "orders-2",
            Map.of("url", "http://10.0.0.7:8080", "note", "läßt \"grüßen\" 🦊"));
    var released =
        new Lease("", "5f0c9a1b2c3d4e5f", 3_600_000, 1_785_000_000_003L, -1, null, Map.of());

    try (var store = FileLeaseStore.open(copy, Duration.ofSeconds(10))) {
      assertReadAndContinued(store, "held", new Stored(1_785_000_000_002L, held));
      assertReadAndContinued(store, "released", new Stored(1_785_000_000_004L, released));
      assertReadAndContinued(store, "begun", Stored.ABSENT);
    }
  }

  @Test
  void aRecordOfAFormatToComeIsRefusedByItsNumberAndStaysAsItIs() throws Exception {
    copy("format-of-a-newer-release");
    Path held = copy.resolve("held");
    Path record = held.resolve("0000001785000000007");
    byte[] before = Files.readAllBytes(record);

    try (var store = FileLeaseStore.open(copy, Duration.ofSeconds(10))) {
      Throwable read = failure(store.read("held"));
      Throwable written =
          failure(store.compareAndSet("held", 1_785_000_000_007L, StoreProcesses.lease("older")));

      assertThat(read)
          .isInstanceOf(FileStoreFailure.class)
          .hasMessage(
              "cannot read "
                  + record
                  + ": format 2 of a newer release (expected: at most 1); run that release; nobody"
                  + " can lead; stop the electors of \"held\" for one lease, unless a newer release"
                  + " wrote it, remove "
                  + held
                  + ", start them again");
      assertThat(written).hasMessage(read.getMessage());
    }
    try (Stream<Path> names = Files.list(held)) {
      assertThat(names).containsExactly(record);
    }
    assertThat(record).hasBinaryContent(before);
  }

  private static Throwable failure(CompletionStage<?> call) {
    return call.handle((answer, failure) -> failure).toCompletableFuture().join();
  }

  private static void assertReadAndContinued(LeaseStore store, String election, Stored expected) {
    assertThat(StoreProcesses.read(store, election)).isEqualTo(expected);
    var next = StoreProcesses.lease("next");

    long version = StoreProcesses.write(store, election, expected.version(), next);

    assertThat(version).isGreaterThan(expected.version());
    assertThat(StoreProcesses.read(store, election)).isEqualTo(new Stored(version, next));
  }

  private void copy(String fixture) throws IOException, URISyntaxException {
    Path from = Path.of(Objects.requireNonNull(getClass().getResource(fixture)).toURI());
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path to = copy.resolve(from.relativize(path).toString());
        if (!path.equals(from)) {
          Files.copy(path, to);
        }
      }
    }
  }
}
