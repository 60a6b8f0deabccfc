package io.containerpatterns.logshipper.identity;

import java.io.IOException;

/** The bytes of a file, as far as recognising it needs them; the file may change at any time. */
public interface Content {
  /** How many bytes there are now. */
  long size() throws IOException;

  /**
   * Fills {@code target} from its beginning with the bytes at {@code offset}; returns how many
   * there were, fewer only where the file ends.
   */
  int read(byte[] target, long offset) throws IOException;
}
