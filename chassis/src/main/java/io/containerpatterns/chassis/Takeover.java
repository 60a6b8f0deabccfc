package io.containerpatterns.chassis;

import io.containerpatterns.chassis.settings.InvalidSettings;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The errand that hands new settings to a service, and what came of it for whoever waits. */
final class Takeover implements Turn.Errand {
  private final Runnable handOver;
  private final CompletableFuture<Optional<String>> outcome = new CompletableFuture<>();

  /** {@code handOver} makes the process use the settings, or throws. */
  Takeover(Runnable handOver) {
    this.handOver = handOver;
  }

  @Override
  public void run() {
    try {
      handOver.run();
      outcome.complete(Optional.empty());
    } catch (InvalidSettings e) {
      outcome.completeExceptionally(e);
    } finally {
      // Only reached undecided when something else was thrown, which ends the process.
      outcome.complete(Optional.of("the service failed to take them over"));
    }
  }

  @Override
  public void refused(String why) {
    outcome.complete(Optional.of(why));
  }

  /**
   * Waits; empty when the settings are in use, else why they are not.
   *
   * @throws InvalidSettings when the service cannot use them
   */
  Optional<String> await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof InvalidSettings invalid
          ? invalid
          : new IllegalStateException("only InvalidSettings is handed on", e);
    }
  }
}
