package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;

/**
 * What happens to the events of one file before they are encoded. Confined to the output's thread.
 */
@FunctionalInterface
public interface Stage {
  /** Every event as it is. */
  Stage NONE = event -> true;

  /** Finds out more about an event or changes it; false when it is to be left out. */
  boolean pass(Event event);

  /** Makes one for each file. */
  @FunctionalInterface
  interface Maker {
    /**
     * For a file that begins with the first {@code length} bytes of {@code head}; asked again while
     * the file is young and its head grows.
     */
    Stage stageFor(Origin origin, byte[] head, int length);
  }
}
