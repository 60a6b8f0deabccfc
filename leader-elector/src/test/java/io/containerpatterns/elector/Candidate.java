package io.containerpatterns.elector;

import java.io.IOException;
import java.time.Duration;

/** A process that stands in an election, ours or of another kind, as a benchmark treats it. */
interface Candidate extends AutoCloseable {
  /** Starts one more for the same election; {@code n} differs from that of every other one. */
  @FunctionalInterface
  interface Start {
    Candidate candidate(int n) throws IOException, InterruptedException;
  }

  /** Waits until it follows somebody, or leads, and is ready to be measured. */
  void awaitStanding() throws InterruptedException;

  /**
   * Waits until it leads.
   *
   * @return when it was seen to, as of {@link System#nanoTime}
   * @throws AssertionError when {@code most} has passed
   */
  long awaitLeading(Duration most) throws InterruptedException;

  /** Sends SIGKILL. */
  void kill();

  /** Sends SIGTERM. */
  void terminate();

  /** Requests that it has made of its store so far. */
  long requests();

  /** Ends it, and waits for that. */
  @Override
  void close() throws InterruptedException;
}
