package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Tells a loop that turns from one that stands still: a small task is put in its queue, and the
 * time until it runs is how far the loop lags behind. At most one such task is on its way.
 */
public final class Heartbeat {
  private final String name;
  private final Executor loop;
  private final Ticker ticker;
  private volatile long sentAt;
  private volatile long lagNanos;
  private volatile boolean waiting;

  Heartbeat(String name, Executor loop, Ticker ticker) {
    this.name = name;
    this.loop = loop;
    this.ticker = ticker;
  }

  /** The name of the loop. */
  public String name() {
    return name;
  }

  /**
   * Sends the next task unless one is still on its way. Called about once a second, by one thread.
   */
  public void beat() {
    if (waiting) {
      return;
    }
    sentAt = ticker.nanos();
    waiting = true;
    try {
      loop.execute(this::arrived);
    } catch (RejectedExecutionException ended) {
      // A loop that was shut down on purpose does not stand still.
      waiting = false;
    }
  }

  /** How long the last task waited, or the one on its way has waited so far. */
  public Duration lag() {
    return Duration.ofNanos(waiting ? ticker.nanos() - sentAt : lagNanos);
  }

  private void arrived() {
    lagNanos = ticker.nanos() - sentAt;
    waiting = false;
  }
}
