package io.containerpatterns.elector.file;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseFormat;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.LeaseStoreContract;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileLeaseStoreTest extends LeaseStoreContract {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** On this clock everything written so far is old. */
  private static final InstantSource LATER =
      InstantSource.offset(InstantSource.system(), Duration.ofMinutes(30));

  @TempDir Path directory;
  private final List<LeaseStore> others = new ArrayList<>();

  @AfterEach
  void closeOthers() {
    others.forEach(LeaseStore::close);
  }

  @Override
  public LeaseStore open() {
    return FileLeaseStore.open(directory, LONGEST);
  }

  @Test
  void eachVersionIsAFileAndOneMoreThanTheOneBefore() throws IOException {
    long before = System.currentTimeMillis();
    long first = write(process(), "orders", 0, lease("a"));
    long second = write(process(), "orders", first, lease("b"));

    assertThat(first).isGreaterThan(before);
    assertThat(second).isEqualTo(first + 1);
    assertThat(names(directory)).containsExactly(".format", "orders");
    assertThat(names(directory.resolve("orders")))
        .containsExactly(VersionName.of(first - 1), VersionName.of(first), VersionName.of(second));
    assertThat(record(second)).hasBinaryContent(LeaseFormat.encode(lease("b")));
  }

  @Test
  void theNewestSixteenVersionsStayHoweverOld() throws IOException {
    var store = process(LATER);
    long last = writeMany(store, "orders", 0, 100);
    store.close();

    long sweptAt = last - last % 8;
    assertThat(names(directory.resolve("orders"))).isEqualTo(versions(sweptAt - 15, last));
  }

  @Test
  void versionsYoungerThanTheLongestLeaseStay() throws IOException {
    var store = process();
    long last = writeMany(store, "orders", 0, 60);
    store.close();

    assertThat(names(directory.resolve("orders"))).isEqualTo(versions(last - 60, last));
  }

  @Test
  void aLongerLeaseInARecordKeepsVersionsLonger() throws IOException {
    var longer = new Lease("a", "boot", 3_600_000, 0, 0, null, Map.of());
    var store = process(LATER);
    long last = write(store, "orders", 0, longer);
    for (int i = 0; i < 40; i++) {
      last = write(store, "orders", last, longer);
    }
    store.close();

    assertThat(names(directory.resolve("orders"))).isEqualTo(versions(last - 41, last));
  }

  @Test
  void aSweepRemovesAnnouncementsOfWritesThatCameTooLate() throws IOException {
    long version = write(process(), "orders", 0, lease("a"));
    Path late = directory.resolve("orders").resolve(VersionName.announcing(version, "dead", 1));
    Path due = directory.resolve("orders").resolve(VersionName.announcing(version + 90, "live", 1));
    Files.createFile(late);
    Files.createFile(due);

    var store = process(LATER);
    writeMany(store, "orders", version, 40);
    store.close();

    assertThat(late).doesNotExist();
    assertThat(due).exists();
  }

  @Test
  void anElectionDeletedByHandHasNoRecordAndItsVersionsGrowOn() throws IOException {
    var store = process(InstantSource.fixed(Instant.ofEpochMilli(1_000)));
    long version = writeMany(store, "orders", 0, 5);
    deleteTree(directory.resolve("orders"));

    assertThat(read(store, "orders")).isEqualTo(Stored.ABSENT);
    assertThat(swap(store, "orders", version, lease("b"))).isEqualTo(new Swap.Conflict());
    assertThat(write(store, "orders", 0, lease("c"))).isGreaterThan(version);
    assertThat(read(process(), "orders").lease()).isEqualTo(lease("c"));
  }

  @Test
  void anElectionDeletedByHandGrowsOnEvenForProcessesThatRememberNothing() throws IOException {
    long version = writeMany(process(), "orders", 0, 5);
    deleteTree(directory.resolve("orders"));

    assertThat(write(process(LATER), "orders", 0, lease("b"))).isGreaterThan(version);
  }

  @Test
  void anEmptyFolderMadeByHandIsNoRecord() throws IOException {
    Files.createDirectory(directory.resolve("orders"));

    assertThat(read(process(), "orders")).isEqualTo(Stored.ABSENT);
    assertThat(write(process(), "orders", 0, lease("a"))).isPositive();
  }

  @Test
  void aDirectoryEmptiedUnderUsIsNotTakenForAnAbsentRecord() throws IOException {
    var store = process();
    write(store, "orders", 0, lease("a"));
    deleteTree(directory);
    Files.createDirectory(directory);

    Path path = directory.toRealPath();
    assertFails(
        store.read("orders"),
        path
            + " was emptied or unmounted: .format is gone; nobody can lead; mount it again, or"
            + " start one elector anew to begin again from nothing");
    assertThat(read(process(), "orders")).isEqualTo(Stored.ABSENT);
    assertThat(read(store, "orders")).isEqualTo(Stored.ABSENT);
  }

  @Test
  void aRestoredCopyIsRefusedByWhoKnowsBetter() throws IOException {
    var store = process();
    long version = writeMany(store, "orders", 0, 5);
    Files.delete(record(version));
    Files.delete(record(version - 1));

    assertFails(
        store.read("orders"),
        folder()
            + " went back from version "
            + version
            + " to "
            + (version - 2)
            + ", as if restored from a copy; tokens would repeat; stop the electors of \"orders\""
            + " for one lease, remove the folder, start them again");
  }

  @Test
  void aDamagedRecordIsNeverTakenForNone() throws IOException {
    long version = write(process(), "orders", 0, lease("a"));

    for (String damage : List.of("", "{\"format\":1,\"holder\"", "\u0000".repeat(200))) {
      Files.writeString(record(version), damage);

      assertFails(
          process().read("orders"),
          "cannot read "
              + folder().resolve(VersionName.of(version))
              + ": not a JSON object; nobody can lead; stop the electors of \"orders\" for one"
              + " lease, unless a newer release wrote it, remove "
              + folder()
              + ", start them again");
      assertThatThrownBy(() -> get(process().compareAndSet("orders", 0, lease("b"))))
          .hasCauseInstanceOf(FileStoreFailure.class);
      assertThatThrownBy(() -> get(process().compareAndSet("orders", version, lease("b"))))
          .hasCauseInstanceOf(FileStoreFailure.class);
    }
    assertThat(names(directory.resolve("orders"))).hasSize(2);
  }

  @Test
  void whoKnewTheRecordBeforeItWasDamagedRenewsOverTheDamage() throws IOException {
    var leader = process();
    long version = write(leader, "orders", 0, lease("a"));
    Files.writeString(record(version), "damage");

    long renewed = write(leader, "orders", version, lease("a"));

    assertThat(read(process(), "orders")).isEqualTo(new Stored(renewed, lease("a")));
  }

  @Test
  void aRecordOfANewerFormatIsRefusedByName() throws IOException {
    long version = write(process(), "orders", 0, lease("a"));
    Files.writeString(record(version), "{\"format\":2,\"shape\":[]}");

    assertThatThrownBy(() -> get(process().read("orders")))
        .hasCauseInstanceOf(FileStoreFailure.class)
        .hasMessageContaining("format 2 of a newer release (expected: at most 1)");
  }

  @Test
  void aFolderThatIsALinkIsRefused() throws IOException {
    var elsewhere = Files.createDirectory(directory.resolve(".elsewhere"));
    Files.createSymbolicLink(directory.resolve("orders"), elsewhere);

    assertFails(
        process().read("orders"), folder() + " is not a folder; nobody can lead; remove it");
  }

  @Test
  void aFolderWithoutAnyVersionIsRefused() throws IOException {
    Files.createDirectory(directory.resolve("orders"));
    Files.createFile(directory.resolve("orders/note.txt"));

    assertFails(
        process().read("orders"),
        folder()
            + " holds no version any more; nobody can lead; stop the electors of \"orders\" for"
            + " one lease, remove the folder, start them again");
  }

  @Test
  void filesThatAreNotOursAreLeftAlone() throws IOException {
    long version = write(process(), "orders", 0, lease("a"));
    Path note = Files.createFile(directory.resolve("orders/note.txt"));

    var store = process(LATER);
    writeMany(store, "orders", version, 40);
    store.close();

    assertThat(note).exists();
  }

  @Test
  void noNameLeadsOutOfTheDirectory() {
    for (String name :
        List.of("", "..", ".format", "a/b", "../a", "A", "a\u0000", "x".repeat(64))) {
      assertThatThrownBy(() -> get(process().read(name)))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aCallWhileTheLastOneIsAtTheDiskIsRefusedAtOnceAndOtherElectionsGoOn() {
    var reached = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var store =
        process(
            InstantSource.system(),
            (call, path) -> {
              if (call.equals("link") && path.startsWith(folder())) {
                reached.countDown();
                awaitLatch(release);
              }
            });
    var slow = store.compareAndSet("orders", 0, lease("a"));
    awaitLatch(reached);

    assertFails(store.read("orders"), "an earlier call for \"orders\" is still under way");
    write(store, "billing", 0, lease("b"));
    release.countDown();

    assertThat(read(process(), "billing").lease()).isEqualTo(lease("b"));
    assertThat(versionOf(await(slow))).isPositive();
    assertThat(read(store, "orders").lease()).isEqualTo(lease("a"));
  }

  @Test
  void whatOneProcessMakesAllWhoMayUseTheDirectoryCanUse() throws IOException {
    Files.setAttribute(directory, "unix:mode", 02770);

    write(process(), "orders", 0, lease("a"));

    assertThat(mode(directory.resolve("orders"))).isEqualTo(02770);
    try (Stream<Path> files = Files.list(directory.resolve("orders"))) {
      assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(mode(file)).isEqualTo(0640));
    }
    assertThat(mode(directory.resolve(".format"))).isEqualTo(0640);
  }

  @Test
  void aLocalFileSystemIsExclusiveAndAnyOtherIsNot() throws Exception {
    try (var local = open();
        var network = onFileSystem("nfs4", (call, path) -> {})) {
      assertThat(local.guarantee()).isEqualTo(LeaseStore.Guarantee.EXCLUSIVE);
      assertThat(network.guarantee()).isEqualTo(LeaseStore.Guarantee.BEST_EFFORT);
    }
  }

  @Test
  void aFileServerThatAnswersALinkTwiceDeceivesNobody() {
    var twice = new AtomicBoolean();
    try (var store =
        onFileSystem(
            "nfs4",
            (call, path) -> {
              if (call.equals("link") && path.startsWith(folder()) && twice.getAndSet(false)) {
                try (Stream<Path> announced = Files.list(path.getParent())) {
                  Path ours =
                      announced
                          .filter(file -> file.getFileName().toString().startsWith(".tmp"))
                          .findFirst()
                          .orElseThrow();
                  Files.createLink(path, ours);
                }
                throw new FileAlreadyExistsException(path.toString());
              }
            })) {
      long version = write(store, "orders", 0, lease("a"));
      twice.set(true);

      assertThat(swap(store, "orders", version, lease("b")))
          .isEqualTo(new Swap.Written(version + 1));
      assertThat(read(process(), "orders")).isEqualTo(new Stored(version + 1, lease("b")));
    }
  }

  @Test
  void withoutAWatchBySystemTheFolderIsLookedAt() throws Exception {
    try (var store = onFileSystem("nfs4", (call, path) -> {})) {
      var heard = new Semaphore(0);
      store.watch("orders", hearing(heard::release));
      long version = 0;

      for (int i = 0; i < 2; i++) {
        assertThat(read(store, "orders").version()).isEqualTo(version);
        heard.drainPermits();
        version = write(process(), "orders", version, lease("holder-" + i));

        assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
      }
    }
  }

  @Test
  void aWatchOutlivesTheFolder() throws Exception {
    var store = process();
    var heard = new Semaphore(0);
    long version = write(store, "orders", 0, lease("a"));
    store.watch("orders", hearing(heard::release));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    deleteTree(directory.resolve("orders"));
    assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).isTrue();

    for (int i = 0; i < 3; i++) {
      heard.drainPermits();
      version = write(process(LATER), "orders", i == 0 ? 0 : version, lease("holder-" + i));
      assertThat(heard.tryAcquire(LIMIT_MILLIS, MILLISECONDS)).as("write %d", i).isTrue();
    }
  }

  private LeaseStore process(InstantSource clock) {
    return process(clock, (call, path) -> {});
  }

  private LeaseStore process(InstantSource clock, SteppedDisk.Before before) {
    var disk = new SteppedDisk(before);
    var store = FileLeaseStore.open(directory, LONGEST, disk, clock);
    others.add(store);
    return store;
  }

  private LeaseStore onFileSystem(String type, SteppedDisk.Before before) {
    var disk = new SteppedDisk(before).onFileSystem(type);
    return FileLeaseStore.open(directory, LONGEST, disk, InstantSource.system());
  }

  private Path folder() {
    try {
      return directory.toRealPath().resolve("orders");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path record(long version) {
    return directory.resolve("orders").resolve(VersionName.of(version));
  }

  private static long writeMany(LeaseStore store, String election, long from, int count) {
    long version = from;
    for (int i = 0; i < count; i++) {
      version = write(store, election, version, lease("holder-" + i));
    }
    return version;
  }

  private static List<String> versions(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(VersionName::of).toList();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & 07777;
  }

  private static void deleteTree(Path top) throws IOException {
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT_MILLIS, MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertFails(CompletionStage<?> call, String message) {
    assertThat(outcome(call)).isInstanceOf(FileStoreFailure.class);
    assertThat((Throwable) outcome(call)).hasMessage(message);
  }
}
