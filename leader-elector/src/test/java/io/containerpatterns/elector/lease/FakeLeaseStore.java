package io.containerpatterns.elector.lease;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One process's handle on a lease store in memory.
 *
 * <pre>
 *   Election -> FakeLeaseStore -> Wire -> Memory <- Wire <- FakeLeaseStore <- Election
 *                 (process a)     faults  the truth  faults    (process b)
 * </pre>
 *
 * <p>With {@link Wire#PERFECT} it keeps the whole {@link LeaseStoreContract} on real threads; what
 * a faulty wire does to calls, answers and hints is its own business.
 */
public final class FakeLeaseStore implements LeaseStore {
  private final Memory memory;
  private final Wire wire;
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /** A store of its own, without faults. */
  public FakeLeaseStore() {
    this(new Memory(), Wire.PERFECT);
  }

  public FakeLeaseStore(Memory memory, Wire wire) {
    this.memory = memory;
    this.wire = wire;
  }

  @Override
  public CompletionStage<Stored> read(String election) {
    return call(() -> memory.read(election));
  }

  @Override
  public CompletionStage<Swap> compareAndSet(String election, long expected, Lease next) {
    return call(() -> memory.compareAndSet(election, expected, next));
  }

  @Override
  public Watch watch(String election, Watcher watcher) {
    var silenced = new Silenced(watcher);
    Watch registered = memory.watch(election, reached -> wire.hint(silenced, reached));
    Watch watch =
        () -> {
          // First: a hint may be on the wire already.
          silenced.closed = true;
          registered.close();
        };
    watches.add(watch);
    return watch;
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.EXCLUSIVE;
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(Watch::close);
    underWay.forEach(call -> call.completeExceptionally(new IllegalStateException("closed")));
  }

  private <T> CompletionStage<T> call(Supplier<T> atStore) {
    if (closed) {
      return CompletableFuture.failedStage(new IllegalStateException("closed"));
    }
    var answer = new CompletableFuture<T>();
    underWay.add(answer);
    wire.call(atStore)
        .whenComplete((value, failure) -> {
          underWay.remove(answer);
          if (failure == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(failure);
          }
        });
    return answer;
  }

  /** A watcher that hears nothing after its watch was closed. */
  private static final class Silenced implements Watcher {
    private final Watcher watcher;
    private volatile boolean closed;

    Silenced(Watcher watcher) {
      this.watcher = watcher;
    }

    @Override
    public void changed(long version) {
      if (!closed) {
        watcher.changed(version);
      }
    }

    @Override
    public void reached(Stored stored) {
      if (!closed) {
        watcher.reached(stored);
      }
    }
  }

  /**
   * The records themselves, which no fault touches: linearizable, because one lock guards them;
   * versions are counted over all elections, as etcd and Kubernetes do, so that nobody relies on
   * steps of one.
   */
  public static final class Memory {
    private final Map<String, Stored> records = new HashMap<>(); // guarded by this
    private final Map<String, List<Consumer<Stored>>> watchers = new ConcurrentHashMap<>();
    private long versions; // guarded by this

    /** The newest record; tests look here to see the truth. */
    public synchronized Stored read(String election) {
      return records.getOrDefault(election, Stored.ABSENT);
    }

    public Swap compareAndSet(String election, long expected, Lease next) {
      long written;
      synchronized (this) {
        if (read(election).version() != expected) {
          return new Swap.Conflict();
        }
        written = ++versions;
        records.put(election, new Stored(written, next));
      }
      // Outside the lock: a watcher may call the store at once.
      watchersOf(election).forEach(watcher -> watcher.accept(new Stored(written, next)));
      return new Swap.Written(written);
    }

    /** Removes the record, as a person does by hand. */
    public void delete(String election) {
      synchronized (this) {
        records.remove(election);
      }
      hintForNothing(election);
    }

    /** Tells all watchers of an election although nothing changed. */
    public void hintForNothing(String election) {
      Stored stored = read(election);
      watchersOf(election).forEach(watcher -> watcher.accept(stored));
    }

    /** Tells {@code changed} of each write, at once, on the writing thread. */
    public Watch watch(String election, Consumer<Stored> changed) {
      watchersOf(election).add(changed);
      return () -> watchersOf(election).remove(changed);
    }

    private List<Consumer<Stored>> watchersOf(String election) {
      return watchers.computeIfAbsent(election, name -> new CopyOnWriteArrayList<>());
    }
  }
}
