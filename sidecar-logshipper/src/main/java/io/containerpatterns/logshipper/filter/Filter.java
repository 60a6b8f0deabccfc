package io.containerpatterns.logshipper.filter;

import io.containerpatterns.logshipper.event.Event;

/** One thing that is done to the events of one file. Confined to one thread, allocates nothing. */
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
