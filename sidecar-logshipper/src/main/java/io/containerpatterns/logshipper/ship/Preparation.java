package io.containerpatterns.logshipper.ship;

import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.text.Encoding;
import io.containerpatterns.logshipper.text.Grouping;

/**
 * What a file's head has told about it.
 *
 * @param encoding how its characters are written
 * @param grouping how its lines become events
 * @param stage what happens to them then
 */
public record Preparation(Encoding encoding, Grouping grouping, Stage stage) {
  /** Makes one for each file. Confined to the output's thread. */
  @FunctionalInterface
  public interface Maker {
    /**
     * For a file that begins with the first {@code length} bytes of {@code head}; asked again while
     * the file is young and its head grows.
     *
     * @param readAt seconds since 1970
     */
    Preparation prepare(Origin origin, byte[] head, int length, long readAt);
  }
}
