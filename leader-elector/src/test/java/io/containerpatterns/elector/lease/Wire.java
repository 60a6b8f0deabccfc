package io.containerpatterns.elector.lease;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What lies between one process and the memory of a {@link FakeLeaseStore}: it carries a call there
 * and the answer back. The store is correct by itself; everything that can go wrong goes wrong
 * here.
 */
public interface Wire {
  /** Nothing is ever delayed or lost; calls are done on the caller's thread. */
  Wire PERFECT =
      new Wire() {
        @Override
        public <T> CompletionStage<T> call(Supplier<T> atStore) {
          return CompletableFuture.completedFuture(atStore.get());
        }

        @Override
        public void hint(LeaseStore.Watcher watcher, Stored reached) {
          watcher.changed(reached.version());
        }
      };

  /**
   * Runs {@code atStore} at the store, at some time, once, more than once or never, and completes
   * with what it returned the first time, or exceptionally, or never.
   */
  <T> CompletionStage<T> call(Supplier<T> atStore);

  /**
   * Tells {@code watcher} in its process, at some time, once, more than once or never, that the
   * record has changed, with or without what it became.
   */
  void hint(LeaseStore.Watcher watcher, Stored reached);
}
