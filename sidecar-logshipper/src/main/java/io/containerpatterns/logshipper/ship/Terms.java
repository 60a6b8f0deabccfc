package io.containerpatterns.logshipper.ship;

import java.time.Duration;

/**
 * How an output reads and sends.
 *
 * @param batchBytes a batch with so many bytes is sent at once
 * @param batchEvents a batch with so many events is sent at once
 * @param batchWait a batch is sent after this time, however small
 * @param inFlight how many batches there are at most: being filled, waiting, under way
 * @param order whether a file has at most one batch under way
 * @param retryMin the first pause after a failure
 * @param retryMax the longest pause after a failure that does not say how long
 * @param denied how long to wait when somebody has to change a setting first
 * @param eventBytesMax a longer event comes in pieces
 * @param eventLinesMax an event of more lines comes in pieces
 * @param eventIdle how long the last event of a file waits for a line that belongs to it
 */
public record Terms(
    int batchBytes,
    int batchEvents,
    Duration batchWait,
    int inFlight,
    Order order,
    Duration retryMin,
    Duration retryMax,
    Duration denied,
    int eventBytesMax,
    int eventLinesMax,
    Duration eventIdle) {
  /** What may be under way at once. */
  public enum Order {
    /** One batch of each file: lines of a file arrive in order. */
    PER_FILE,
    /** As many as there are: lines of a file may overtake each other. */
    NONE
  }

  /** As most want it. */
  public static final Terms DEFAULT =
      new Terms(
          512 << 10,
          5_000,
          Duration.ofMillis(200),
          3,
          Order.PER_FILE,
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          256 << 10,
          1_000,
          Duration.ofSeconds(1));
}
