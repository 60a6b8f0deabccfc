package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Status.LostReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tells the application that its leadership begins and ends. Called on the loop of the election;
 * calls for one election reach the application in the order in which they were made, one after the
 * other. Answers may complete on any thread, and do so in bounded time.
 */
public interface Hooks {
  /** Whether we answer "leader" only after {@link #acquired} was acknowledged. */
  boolean gates();

  /**
   * Whether the answer to {@link #lost} is the application's own word that it has stopped. Without
   * such a word the lease is held until every answer that we gave has run out.
   */
  boolean confirmsLoss();

  /** We lead; completes with whether the application acknowledged it. */
  CompletionStage<Boolean> acquired(String election, long token);

  /**
   * We lead no longer; completes with whether the application acknowledged that it stopped, which
   * permits the release.
   */
  CompletionStage<Boolean> lost(String election, long token, LostReason reason);

  /** No application to tell. */
  Hooks NONE =
      new Hooks() {
        @Override
        public boolean gates() {
          return false;
        }

        @Override
        public boolean confirmsLoss() {
          return false;
        }

        @Override
        public CompletionStage<Boolean> acquired(String election, long token) {
          return CompletableFuture.completedStage(true);
        }

        @Override
        public CompletionStage<Boolean> lost(String election, long token, LostReason reason) {
          return CompletableFuture.completedStage(true);
        }
      };
}
