package io.containerpatterns.logshipper.ship;

/** Whoever writes down how far the outputs got. Any thread. */
@FunctionalInterface
interface Progress {
  /** An output has acknowledged more of a file; ask {@link Cursor#toSave}. */
  void moved(Cursor cursor);
}
