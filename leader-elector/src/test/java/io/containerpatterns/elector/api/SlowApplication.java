package io.containerpatterns.elector.api;

import io.containerpatterns.elector.election.Hooks;
import io.containerpatterns.elector.election.Status.LostReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An application that acknowledges at once that it leads, and that it has stopped when the test
 * says so.
 */
final class SlowApplication implements Hooks {
  private final CompletableFuture<Boolean> finished = new CompletableFuture<>();

  /** It has stopped now. */
  void finish() {
    finished.complete(true);
  }

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
    return finished;
  }
}
