package io.containerpatterns.elector.file;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.elector.lease.History;
import io.containerpatterns.elector.lease.History.Call;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One process meets trouble before each of its steps in turn: the disk fails, or it stands still
 * while another writes more versions than are kept. {@link FileLeaseStoreFaultIT} does the same to
 * real processes with signals, {@link ElectionFolderInterleavingTest} mixes the steps of several.
 */
final class ElectionFolderTest {
  private static final int STEPS_MAX = 60;
  private static final int BEYOND_SWEEP = 2 * Sweeper.KEPT + 8;

  @TempDir Path directory;
  private final AtomicLong time = new AtomicLong();

  /** What a process is doing when it meets trouble. */
  enum Doing {
    CREATE,
    SWAP,
    READ,
    READ_ANEW,
    SWEEP;

    String election(int step) {
      return name().toLowerCase(Locale.ROOT).replace('_', '-') + "." + step;
    }

    void prepare(FolderProcess victim, FolderProcess other) {
      if (this != CREATE) {
        other.write(Sweeper.KEPT + 4);
      }
      if (this == SWAP || this == READ || this == SWEEP) {
        victim.read();
      }
      if (this == SWEEP) {
        other.swap(victim.read().version());
        victim.read();
      }
    }

    void run(FolderProcess victim, long expected) {
      switch (this) {
        case CREATE, SWAP -> victim.swap(expected);
        case READ, READ_ANEW -> victim.read();
        case SWEEP -> victim.sweep();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProcessThatStandsStillBeforeAnyStepNeitherBlocksNorDeceives(Doing doing) throws Exception {
    int step = 0;
    while (standsStillBefore(doing, step)) {
      step++;
      assertThat(step).isLessThan(STEPS_MAX);
    }
    assertThat(step).isGreaterThanOrEqualTo(doing == Doing.READ ? 2 : 4);
  }

  private boolean standsStillBefore(Doing doing, int step) throws Exception {
    var history = new History();
    var trouble = new Trouble(step, null);
    var victim = process("victim", doing.election(step), trouble, history);
    var other = process("other", doing.election(step), Trouble.NONE, history);
    doing.prepare(victim, other);
    long expected = doing == Doing.CREATE ? 0 : other.read().version();

    trouble.armed = true;
    var call =
        CompletableFuture.runAsync(() -> doing.run(victim, expected), Thread::startVirtualThread);
    boolean stands = trouble.reachedBefore(call);
    other.write(BEYOND_SWEEP);
    trouble.goOn.countDown();
    call.get(20, SECONDS);
    trouble.armed = false;

    // The truth: an unknown outcome is only for who was stopped after its link.
    if (!history.wasSeen(victim.holder())) {
      assertThat(history.calls())
          .filteredOn(made -> made.swap() && made.process().equals("victim"))
          .allMatch(made -> made.outcome() == Call.CONFLICT || !stands, "conflict, step " + step);
    }
    assertThat(victim.read()).isEqualTo(other.read());
    victim.write(1);
    other.write(1);
    history.assertLinearizable();
    assertThat(versions(doing.election(step))).isGreaterThanOrEqualTo(Sweeper.KEPT);
    return stands;
  }

  @ParameterizedTest
  @EnumSource
  void aDiskThatFailsAtAnyStepLeavesTheTruthBehind(Doing doing) throws Exception {
    int step = 0;
    while (failsAt(doing, step)) {
      step++;
      assertThat(step).isLessThan(STEPS_MAX);
    }
    assertThat(step).isGreaterThanOrEqualTo(doing == Doing.READ ? 2 : 4);
  }

  private boolean failsAt(Doing doing, int step) throws IOException {
    var history = new History();
    var trouble = new Trouble(step, "No space left on device");
    var victim = process("victim", doing.election(step), trouble, history);
    var other = process("other", doing.election(step), Trouble.NONE, history);
    doing.prepare(victim, other);
    long expected = doing == Doing.CREATE ? 0 : other.read().version();

    trouble.armed = true;
    try {
      doing.run(victim, expected);
    } catch (FileStoreFailure e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
    trouble.armed = false;

    other.read();
    victim.read();
    for (int i = 0; i < BEYOND_SWEEP; i++) {
      (i % 2 == 0 ? victim : other).write(1);
    }
    history.assertLinearizable();
    try (Stream<Path> files = Files.list(directory.resolve(doing.election(step)))) {
      assertThat(files).allMatch(file -> VersionName.version(file.getFileName().toString()) > 0);
    }
    return trouble.failed;
  }

  @Test
  void aSweeperThatLeavesAnnouncementsLetsAStoppedWriterDeceive() throws Exception {
    assertThatThrownBy(() -> lateLink("faulty", name -> !name.startsWith(".tmp")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("an order for");

    lateLink("sound", name -> true);
  }

  /** A link that comes after its number was swept, while a reader remembers that number. */
  private void lateLink(String election, Predicate<String> sweeperSees) throws Exception {
    var history = new History();
    var trouble = new Trouble("link");
    var victim = process("victim", election, trouble, history);
    var reader = process("reader", election, Trouble.NONE, history);
    var disk = new SteppedDisk(Trouble.NONE).withoutSync().showing(sweeperSees);
    var other = new FolderProcess("other", directory, election, disk, history, time);
    other.write(1);
    long expected = victim.read().version();
    trouble.armed = true;
    var call = CompletableFuture.runAsync(() -> victim.swap(expected), Thread::startVirtualThread);
    trouble.reachedBefore(call);

    other.write(1);
    reader.read();
    other.write(BEYOND_SWEEP);
    trouble.goOn.countDown();
    call.get(20, SECONDS);

    reader.read();
    history.assertLinearizable();
  }

  private FolderProcess process(
      String name, String election, SteppedDisk.Before before, History history) {
    return new FolderProcess(
        name, directory, election, new SteppedDisk(before).withoutSync(), history, time);
  }

  private long versions(String election) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(election))) {
      return files.count();
    }
  }

  /** Stands still, or fails, before the given step after it was armed. */
  private static final class Trouble implements SteppedDisk.Before {
    static final SteppedDisk.Before NONE = (call, path) -> {};

    private final int at;
    private final @Nullable String atCall;
    private final @Nullable String failure;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private int steps;
    private volatile boolean armed;
    private volatile boolean failed;

    Trouble(int at, @Nullable String failure) {
      this.at = at;
      this.atCall = null;
      this.failure = failure;
    }

    Trouble(String atCall) {
      this.at = -1;
      this.atCall = atCall;
      this.failure = null;
    }

    @Override
    public void step(String call, Path path) throws IOException {
      if (!armed || (steps++ != at && !call.equals(atCall))) {
        return;
      }
      if (failure != null) {
        failed = true;
        throw new FileSystemException(path.toString(), null, failure);
      }
      reached.countDown();
      try {
        assertThat(goOn.await(20, SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /** Whether the step was reached, or the call ended without it. */
    boolean reachedBefore(CompletableFuture<?> call)
        throws ExecutionException, InterruptedException, TimeoutException {
      var first = CompletableFuture.runAsync(this::awaitReached, Thread::startVirtualThread);
      CompletableFuture.anyOf(first, call).get(20, SECONDS);
      boolean stands = reached.getCount() == 0;
      reached.countDown();
      return stands;
    }

    private void awaitReached() {
      try {
        reached.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
