package io.containerpatterns.logshipper.filter;

import io.containerpatterns.logshipper.event.Event;

/**
 * One thing that is done to events. Confined to one thread. All but {@link Throttle} keep nothing
 * from one event to the next, so that one object serves all files of a thread. Allocates nothing
 * for an event, once it has seen one as long; but a pattern takes some 30 bytes for a search.
 */
public sealed interface Filter permits Redaction, SeverityFloor, Match, Sample, Throttle {
  /** Whether {@code event}, perhaps changed, goes on; false when it is left out. */
  boolean pass(Event event);

  /** Why it leaves events out. */
  DropReason reason();

  /** For how many nanoseconds the next event of the file must not be given to {@link #pass}. */
  default long delayNanos() {
    return 0;
  }
}
