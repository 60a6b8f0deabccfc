package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.event.Event;

/**
 * What happens to the events of one file before they are encoded. Confined to the output's thread.
 */
@FunctionalInterface
public interface Stage {
  /** Every event as it is. */
  Stage NONE = event -> true;

  /** Finds out more about an event or changes it; false when it is to be left out. */
  boolean pass(Event event);

  /** For how many nanoseconds the next event of the file is not to be read; 0 when it may be. */
  default long delayNanos() {
    return 0;
  }
}
