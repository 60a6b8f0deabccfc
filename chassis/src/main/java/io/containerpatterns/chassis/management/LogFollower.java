package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.http.HttpStream;
import io.containerpatterns.chassis.log.LogEvent;
import io.containerpatterns.chassis.log.LogRing;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Carries events from the ring to one client until it goes away. A client that is slower than the
 * log loses events and is told how many; one that takes nothing at all is cut off by the server.
 */
final class LogFollower implements Runnable {
  private static final long UNSENT_MAX = 64 * 1024;
  private static final long PING_SECONDS = 15;
  private static final long SLOW_MILLIS = 50;

  private final HttpStream stream;
  private final LogRing.Watcher watcher;
  private final Semaphore available;
  private final long seen;
  private final boolean events;
  private final Semaphore never = new Semaphore(0);

  /**
   * A follower.
   *
   * @param seen the number of the last event that the client has already
   * @param events whether it reads server-sent events
   */
  LogFollower(
      HttpStream stream, LogRing.Watcher watcher, Semaphore available, long seen, boolean events) {
    this.stream = stream;
    this.watcher = watcher;
    this.available = available;
    this.seen = seen;
    this.events = events;
  }

  @Override
  public void run() {
    try (watcher) {
      boolean open = true;
      while (open) {
        if (stream.unsentBytes() > UNSENT_MAX) {
          // Meanwhile events wait in the watcher, which is bounded.
          never.tryAcquire(SLOW_MILLIS, TimeUnit.MILLISECONDS);
          open = stream.unsentBytes() > 0 || stream.write(new byte[0]);
        } else {
          LogEvent event = watcher.poll();
          open = event != null ? send(event) : await();
        }
      }
    } catch (InterruptedException gone) {
      stream.close();
    }
  }

  private boolean send(LogEvent event) {
    long lost = watcher.takeDropped();
    if (lost > 0) {
      String json = "{\"lost\":" + lost + "}";
      stream.write(LogEndpoint.bytes(events ? "event: lost\ndata: " + json + "\n\n" : json + "\n"));
    }
    return event.number() <= seen
        || stream.write(LogEndpoint.bytes(LogEndpoint.line(event, events)));
  }

  /** Waits for more; a ping now and then is how a client that vanished is noticed. */
  private boolean await() throws InterruptedException {
    if (available.tryAcquire(PING_SECONDS, TimeUnit.SECONDS)) {
      available.drainPermits();
      return true;
    }
    return stream.write(LogEndpoint.bytes(events ? ": ping\n\n" : "\n"));
  }
}
