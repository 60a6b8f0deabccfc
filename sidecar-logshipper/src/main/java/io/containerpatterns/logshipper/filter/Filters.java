package io.containerpatterns.logshipper.filter;

import io.containerpatterns.logshipper.event.Event;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Filters one behind the other, for one file. Confined to one thread, but for {@link #dropped}.
 *
 * <pre>
 *   if (filters.delayNanos() > 0) -> the event is not taken yet; its file waits, nothing is lost
 *   else if (filters.pass(event)) -> to the outputs
 *   else                          -> counted, and done with
 * </pre>
 */
public final class Filters {
  private final Filter[] filters;
  private final AtomicLongArray dropped = new AtomicLongArray(DropReason.values().length);

  /** In this order. */
  public Filters(List<Filter> filters) {
    this.filters = filters.toArray(Filter[]::new);
  }

  /** Whether {@code event} goes on. The first filter that leaves it out ends the matter. */
  public boolean pass(Event event) {
    for (Filter filter : filters) {
      if (!filter.pass(event)) {
        int reason = filter.reason().ordinal();
        // Only this thread writes.
        dropped.setRelease(reason, dropped.getPlain(reason) + 1);
        return false;
      }
    }
    return true;
  }

  /**
   * For how many nanoseconds the next event must not be given to {@link #pass}, 0 when it may be
   * now. Asked before the event is known: one that would be left out waits like any other.
   */
  public long delayNanos() {
    long delay = 0;
    for (Filter filter : filters) {
      delay = Math.max(delay, filter.delayNanos());
    }
    return delay;
  }

  /** How many events were left out for that reason. Any thread. */
  public long dropped(DropReason reason) {
    return dropped.getAcquire(reason.ordinal());
  }
}
