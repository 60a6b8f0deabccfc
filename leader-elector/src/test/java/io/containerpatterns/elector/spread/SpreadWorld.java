package io.containerpatterns.elector.spread;

import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Conditions;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.FaultyWire;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Hooks;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.ManualLoop;
import io.containerpatterns.elector.election.Status;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.VirtualClocks;
import io.containerpatterns.elector.election.VirtualTime;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import io.containerpatterns.elector.lease.Wire;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Replicas in virtual time over one store, each with the same elections. Speaks up the moment two
 * lead one.
 */
final class SpreadWorld {
  static final Duration LEASE = Duration.ofSeconds(10);

  final VirtualTime time;
  final FakeLeaseStore.Memory memory;
  final List<Replica> replicas = new ArrayList<>();
  final List<String> names;

  /** How badly the network behaves, when {@link #faults} says that it can. */
  Conditions conditions = Conditions.calm(LEASE.toNanos());

  /** Whether replicas ask a leader of lower priority to step down. */
  boolean preempts;

  private @Nullable RandomGenerator random;

  /** How many elections were handed over for the sake of an even spread. */
  int moves;

  SpreadWorld(int elections) {
    this(elections, new VirtualTime(), new FakeLeaseStore.Memory());
  }

  /** The same store with another list of elections. */
  SpreadWorld(int elections, SpreadWorld beside) {
    this(elections, beside.time, beside.memory);
  }

  private SpreadWorld(int elections, VirtualTime time, FakeLeaseStore.Memory memory) {
    this.time = time;
    this.memory = memory;
    names = IntStream.range(0, elections).mapToObj(i -> "shard-" + i).toList();
  }

  /** From now on replicas are reached over a network that does as {@link #conditions} say. */
  void faults(RandomGenerator random) {
    this.random = random;
  }

  /** A replica that spreads, started. */
  Replica start(String id) {
    return start(id, 0);
  }

  Replica start(String id, int priority) {
    return new Replica(id, priority, AT_ONCE).start();
  }

  void leases(double count) {
    time.advance(Duration.ofNanos((long) (count * LEASE.toNanos())));
  }

  /** How many each of them leads. */
  static List<Integer> shares(Replica... replicas) {
    return List.of(replicas).stream().map(Replica::leads).toList();
  }

  /** By how many the shares of these differ at most. */
  static int unevenness(List<Integer> shares) {
    return shares.stream().mapToInt(Integer::intValue).max().orElseThrow()
        - shares.stream().mapToInt(Integer::intValue).min().orElseThrow();
  }

  static int sum(List<Integer> shares) {
    return shares.stream().mapToInt(Integer::intValue).sum();
  }

  /** One process. */
  final class Replica {
    final String id;
    final ManualLoop loop;
    final Switches wire = new Switches();
    private final @Nullable FaultyWire faulty;
    private final Deque<Runnable> arrived = new ArrayDeque<>();
    final Elections elections;
    final Spread spread;
    int live;

    private final VirtualClocks clocks = new VirtualClocks(time);
    private final FakeLeaseStore real;
    private final LeaseStore store = new Blindable();
    private final Candidate candidate;

    /** Whether the store fails for the seats alone. */
    boolean seatsFail;

    Replica(String id, int priority, Hooks hooks) {
      this.id = id;
      RandomGenerator chance = random;
      this.loop =
          chance == null
              ? new ManualLoop(time, clocks)
              : new ManualLoop(time, clocks, chance, LEASE.toNanos() / 1_000);
      this.faulty =
          chance == null
              ? null
              : new FaultyWire(
                  names.size(), time, chance, () -> conditions, this::arrive, () -> {});
      this.real = new FakeLeaseStore(memory, faulty == null ? wire : faulty);
      var feed = new Feed();
      this.candidate =
          new Candidate(
              id,
              "boot-" + id + "-" + replicas.size(),
              LEASE,
              Candidate.Mode.AUTO,
              priority,
              preempts,
              Duration.ZERO,
              LEASE,
              Map.of());
      this.elections =
          new Elections(
              names,
              "fake",
              true,
              loop,
              clocks,
              new Random(replicas.size()),
              hooks,
              feed,
              Elections.Attendance.both(NOBODY, NOBODY));
      this.spread = new Spread(elections, loop, clocks, count -> live = count);
      feed.subscribe(null, spread);
      feed.subscribe(null, this::happened);
      replicas.add(this);
    }

    Replica start() {
      spread.start(store);
      return startAlone();
    }

    /** Starts it as a version would that knows nothing of spreading. */
    Replica startAlone() {
      elections.start(store, candidate, spread);
      return this;
    }

    int leads() {
      int leads = 0;
      for (Election election : elections.all()) {
        leads += loop.isRunning() && election.glance().leader() ? 1 : 0;
      }
      return leads;
    }

    /** Cuts a replica with a faulty network off, or ends that. */
    void cut(boolean cut) {
      if (faulty != null) {
        faulty.cut(cut);
      }
    }

    /** What reaches a stopped process waits for it. */
    private void arrive(Runnable task) {
      if (loop.isRunning()) {
        while (!arrived.isEmpty()) {
          arrived.remove().run();
        }
        task.run();
      } else {
        arrived.add(task);
      }
    }

    void crash() {
      loop.kill();
      store.close();
    }

    void drain() {
      spread.leave();
      elections.pauseAll(LostReason.PAUSED);
    }

    void resume() {
      elections.resumeAll();
      spread.resume();
    }

    private void happened(Event event, Status status) {
      if (event == Event.LOST && status.lostReason() == LostReason.SPREAD) {
        moves++;
      }
      if (event == Event.ACQUIRED) {
        for (Replica other : replicas) {
          Election same = other.elections.find(status.election());
          if (other != this && same != null && same.glance().leader()) {
            throw new AssertionError(id + " and " + other.id + " both lead " + status.election());
          }
        }
      }
    }

    private final class Blindable implements LeaseStore {
      private boolean fails(String name) {
        return seatsFail && Elections.isReserved(name);
      }

      @Override
      public CompletionStage<Stored> read(String name) {
        return fails(name)
            ? CompletableFuture.failedStage(new IllegalStateException("told to fail"))
            : real.read(name);
      }

      @Override
      public CompletionStage<Swap> compareAndSet(String name, long expected, Lease next) {
        return fails(name)
            ? CompletableFuture.failedStage(new IllegalStateException("told to fail"))
            : real.compareAndSet(name, expected, next);
      }

      @Override
      public Watch watch(String name, Watcher watcher) {
        return real.watch(name, watcher);
      }

      @Override
      public Guarantee guarantee() {
        return real.guarantee();
      }

      @Override
      public void close() {
        real.close();
      }
    }
  }

  /** Carries every call at once, or none. */
  static final class Switches implements Wire {
    boolean cut;

    @Override
    public <T> CompletionStage<T> call(Supplier<T> atStore) {
      return cut ? new CompletableFuture<>() : PERFECT.call(atStore);
    }

    @Override
    public void hint(LeaseStore.Watcher watcher, Stored reached) {
      if (!cut) {
        watcher.reached(reached);
      }
    }
  }

  private static final Elections.Attendance NOBODY =
      new Elections.Attendance() {
        @Override
        public void joined(String name, Election election) {}

        @Override
        public void left(String name) {}
      };

  /** An application that stops at once and says so. */
  static final Hooks AT_ONCE = new Answering(CompletableFuture.completedFuture(true));

  /** An application whose word that it has stopped comes with {@code stopped}. */
  record Answering(CompletableFuture<Boolean> stopped) implements Hooks {
    @Override
    public boolean gates() {
      return false;
    }

    @Override
    public boolean confirmsLoss() {
      return true;
    }

    @Override
    public CompletionStage<Boolean> acquired(String election, long token) {
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Boolean> lost(String election, long token, LostReason reason) {
      return stopped;
    }
  }
}
