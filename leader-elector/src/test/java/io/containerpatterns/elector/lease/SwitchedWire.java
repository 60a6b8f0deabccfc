package io.containerpatterns.elector.lease;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A wire that a test can cut: then calls get lost and are never answered, and hints do not come.
 */
public final class SwitchedWire implements Wire {
  private final AtomicInteger lost = new AtomicInteger();
  private volatile boolean cut;

  public void cut() {
    cut = true;
  }

  public void mend() {
    cut = false;
  }

  /** How many calls got lost. */
  public int lost() {
    return lost.get();
  }

  @Override
  public <T> CompletionStage<T> call(Supplier<T> atStore) {
    if (cut) {
      lost.incrementAndGet();
      return new CompletableFuture<>();
    }
    return PERFECT.call(atStore);
  }

  @Override
  public void hint(LeaseStore.Watcher watcher, Stored reached) {
    if (!cut) {
      PERFECT.hint(watcher, reached);
    }
  }
}
