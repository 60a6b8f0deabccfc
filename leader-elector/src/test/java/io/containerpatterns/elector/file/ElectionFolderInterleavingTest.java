package io.containerpatterns.elector.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.lease.History;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several processes at one folder, of which exactly one takes a step at a time, chosen by chance;
 * now and then one stands still for so long that the others sweep away all it knew.
 */
final class ElectionFolderInterleavingTest {
  private static final int PROCESSES = 4;
  private static final int STEPS = 4_000;

  @TempDir Path directory;

  static List<Long> seeds() {
    Long given = Long.getLong("containerpatterns.seed");
    if (given != null) {
      return List.of(given);
    }
    boolean isLong = Boolean.getBoolean("containerpatterns.long");
    return new SplittableRandom(20_260_101).longs(isLong ? 2_000 : 60).boxed().toList();
  }

  @ParameterizedTest(name = "-Dcontainerpatterns.seed={0}")
  @MethodSource("seeds")
  void noOrderOfStepsDeceivesAnybody(long seed) throws Exception {
    var history = new History();

    run(seed, history, name -> true);

    assertThat(history.calls()).hasSizeGreaterThan(50);
    history.assertLinearizable();
  }

  @Test
  void theStepsAreMixedWellEnoughToFindASweeperThatLeavesAnnouncements() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      var history = new History();
      run(seed, history, name -> !name.startsWith(".tmp"));
      try {
        history.assertLinearizable();
      } catch (AssertionError found) {
        return;
      }
    }
    throw new AssertionError("the fault was not found");
  }

  private void run(long seed, History history, Predicate<String> shown)
      throws InterruptedException {
    var random = new SplittableRandom(seed);
    var time = new AtomicLong();
    var players = new ArrayList<Player>();
    for (int i = 0; i < PROCESSES; i++) {
      var player = new Player(random.split());
      var disk = new SteppedDisk(player).withoutSync().showing(shown);
      String election =
          "seed" + Long.toUnsignedString(seed) + (shown.test(".tmp") ? "" : "-faulty");
      var process = new FolderProcess("p" + i, directory, election, disk, history, time);
      player.start(process);
      players.add(player);
    }
    for (int step = 0; step < STEPS; step++) {
      var player = players.get(random.nextInt(PROCESSES));
      if (player.standsUntil > step) {
        continue;
      }
      player.step();
      // Most of the danger lies before the one step that takes effect.
      if (random.nextInt(player.next.equals("link") ? 6 : 60) == 0) {
        player.standsUntil = step + (1L << random.nextInt(4, 12));
      }
    }
    for (var player : players) {
      player.finish();
    }
  }

  /** A process whose every step waits to be asked for. */
  private static final class Player implements SteppedDisk.Before {
    private final SplittableRandom random;
    private final Semaphore go = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private long standsUntil;
    private volatile String next = "";
    private volatile boolean stepping;
    private volatile boolean finishing;

    Player(SplittableRandom random) {
      this.random = random;
    }

    void start(FolderProcess process) {
      stepping = true;
      Thread.startVirtualThread(() -> {
        go.acquireUninterruptibly();
        while (!finishing) {
          switch (random.nextInt(8)) {
            case 0, 1, 2 -> process.read();
            case 3 -> process.sweep();
            default -> process.swap(process.read().version());
          }
        }
        done.release();
      });
    }

    /** Lets it do what it stands before, up to its next step. */
    void step() throws InterruptedException {
      go.release();
      done.acquire();
    }

    /** Lets it end its call undisturbed. */
    void finish() throws InterruptedException {
      finishing = true;
      step();
    }

    @Override
    public void step(String call, Path path) {
      next = call;
      if (stepping && !finishing) {
        done.release();
        go.acquireUninterruptibly();
      }
    }
  }
}
