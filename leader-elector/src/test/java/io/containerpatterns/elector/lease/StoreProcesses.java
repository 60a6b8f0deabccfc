package io.containerpatterns.elector.lease;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/**
 * Processes around one lease store, and the calls a test makes for them. Time limits are only there
 * so that a broken store fails instead of hanging; a store may be slow.
 */
public abstract class StoreProcesses {
  public static final long LIMIT_MILLIS = 20_000;
  private static final int WRITERS = 6;

  private final List<LeaseStore> opened = new ArrayList<>();

  /**
   * A new handle on the one store of this test, as another process would have it; each test begins
   * with a store that has no record. It is closed after the test.
   */
  protected abstract LeaseStore open() throws Exception;

  /** Whether the store has room for an election of this name; one that has none says so. */
  protected boolean takes(String election) {
    return true;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(LeaseStore::close);
  }

  /** A new process with a handle on the store of this test. */
  protected final LeaseStore process() {
    try {
      var store = open();
      opened.add(store);
      return store;
    } catch (Exception e) {
      throw new AssertionError("the store did not open", e);
    }
  }

  /** A watcher that only counts, whatever the hint tells. */
  public static LeaseStore.Watcher hearing(Runnable heard) {
    return new LeaseStore.Watcher() {
      @Override
      public void changed(long version) {
        heard.run();
      }

      @Override
      public void reached(Stored stored) {
        heard.run();
      }
    };
  }

  public static Lease lease(String holder) {
    return new Lease(
        holder, "boot of " + holder, 10_000, 0, 0, null, Map.of("url", "http://" + holder));
  }

  /** Leases with everything in them that an encoding could lose. */
  public static Stream<Lease> oddLeases() {
    var odd =
        Map.of(
            "url",
            "http://[::1]:80/?a=b&c=\"d\"",
            "läßt",
            "日本語 🦊\\\n\t/%2e",
            "",
            " ",
            "empty",
            "");
    return Stream.of(
        new Lease("a", "1", 500, 0, 0, null, Map.of()),
        new Lease("", "", 3_600_000, Long.MAX_VALUE, -1, "", Map.of()),
        new Lease("pod-ü-日本-🦊", "\"\\\n{}[],:'`$#%&<>", 10_000, 1, 100, "wanted 🦊", odd),
        new Lease(
            "h".repeat(253),
            "f".repeat(64),
            10_000,
            9_007_199_254_740_993L,
            0,
            "w".repeat(253),
            Map.of()),
        new Lease("a", "1", 10_000, 7, 0, "null", Map.of("k".repeat(24), "v".repeat(1000))),
        new Lease("a", "1", 10_000, 7, 0, null, Map.of("url", "ü".repeat(510))));
  }

  public static Stored read(LeaseStore store, String election) {
    return await(store.read(election));
  }

  public static Swap swap(LeaseStore store, String election, long expected, Lease next) {
    return await(store.compareAndSet(election, expected, next));
  }

  public static long write(LeaseStore store, String election, long expected, Lease next) {
    return versionOf(swap(store, election, expected, next));
  }

  public static long versionOf(Swap swap) {
    return switch (swap) {
      case Swap.Written(long version) -> version;
      case Swap.Conflict() -> throw new AssertionError("conflict where nobody else wrote");
    };
  }

  public static <T> T await(CompletionStage<T> call) {
    try {
      return get(call);
    } catch (Exception e) {
      throw new AssertionError("a call to the store did not succeed", e);
    }
  }

  /** What became of a call, value or failure. */
  public static Object outcome(CompletionStage<?> call) {
    return await(call.handle((value, failure) -> failure == null ? value : failure));
  }

  public static <T> T get(CompletionStage<T> call) throws Exception {
    var answer = new CompletableFuture<T>();
    call.whenComplete((value, failure) -> {
      if (failure == null) {
        answer.complete(value);
      } else {
        answer.completeExceptionally(failure);
      }
    });
    return answer.get(LIMIT_MILLIS, MILLISECONDS);
  }

  /**
   * Lets the writers loose at one moment, each with a handle and a thread of its own; what each of
   * them returned.
   */
  final <T> List<T> race(Contestant<T> contestant) throws Exception {
    var barrier = new CyclicBarrier(WRITERS);
    var threads = Executors.newFixedThreadPool(WRITERS);
    try {
      var running = new ArrayList<Future<T>>();
      for (int i = 0; i < WRITERS; i++) {
        var writer = new Writer(i, process());
        Callable<T> run =
            () -> {
              barrier.await();
              return contestant.run(writer);
            };
        running.add(threads.submit(run));
      }
      var results = new ArrayList<T>();
      for (Future<T> result : running) {
        results.add(result.get(3 * LIMIT_MILLIS, MILLISECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  record Writer(int number, LeaseStore store) {}

  @FunctionalInterface
  interface Contestant<T> {
    T run(Writer writer) throws Exception;
  }
}
