package io.containerpatterns.elector.lease;

import io.containerpatterns.elector.election.Election;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where the lease records live. A driver knows nothing of leases, clocks or leaders: it reads, it
 * compares and sets, it may hint that something changed.
 *
 * <p>What {@link Election} relies on, for each election by itself:
 *
 * <ol>
 *   <li><b>Linearizable.</b> A read returns the newest record of some moment between its call and
 *       its answer, and so does the comparison in a compare-and-set. What was written is never
 *       rolled back.
 *   <li><b>Versions only grow.</b> Each successful write gets a version higher than all before it,
 *       whoever wrote.
 *   <li><b>Unknown is said.</b> A stage that completes exceptionally says nothing about the
 *       outcome: the write may have been applied, may be applied later, or never. It can be applied
 *       at most once, and never after another write has succeeded on the expected version.
 *   <li><b>Bounded.</b> The caller has at most one call per election under way, or several when it
 *       gave up waiting for earlier ones; a driver then fails the surplus at once instead of
 *       queueing without bound.
 * </ol>
 *
 * <p>Methods may be called from any thread and never block; stages complete on any thread.
 */
public interface LeaseStore extends AutoCloseable {
  /** The newest record. */
  CompletionStage<Stored> read(String election);

  /**
   * Writes {@code next} if the record still has the version {@code expected}, 0 standing for no
   * record.
   *
   * @return {@link Swap.Written} or {@link Swap.Conflict}; completes exceptionally when the outcome
   *     is unknown
   */
  CompletionStage<Swap> compareAndSet(String election, long expected, Lease next);

  /**
   * Tells {@code watcher} soon after the record may have changed. Hints only: they may come late,
   * twice, out of order, for nothing or never, so whoever watches also reads from time to time.
   * Closing ends it.
   */
  Watch watch(String election, Watcher watcher);

  /** What a lease in this store is worth. */
  Guarantee guarantee();

  /**
   * What works less well than it should, in a sentence for the operator; null when nothing does.
   * Such as a store that has not answered since the start, and why. Any thread, without waiting.
   */
  default @Nullable String trouble() {
    return null;
  }

  /** Ends all watches and gives up all calls under way. */
  @Override
  void close();

  /** Is told of changes, on any thread, and does not block. */
  @FunctionalInterface
  interface Watcher {
    /**
     * The record changed.
     *
     * @param version a version that it has reached, 0 when that is not known
     */
    void changed(long version);

    /**
     * The record reached this state, for stores whose hints carry it: it saves the watcher a read.
     * One that is gone, of version 0, has to be read all the same.
     */
    default void reached(Stored stored) {
      changed(stored.version());
    }
  }

  /** Ends when closed. */
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** What a lease is worth. */
  enum Guarantee {
    /**
     * Two processes never hold one election at one instant while the assumptions of the README
     * hold.
     */
    EXCLUSIVE,
    /** They hardly ever do; the store cannot promise it. */
    BEST_EFFORT
  }
}
