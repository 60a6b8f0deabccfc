package io.containerpatterns.logshipper.checkpoint;

import io.containerpatterns.logshipper.identity.FileKey;
import io.containerpatterns.logshipper.identity.Proof;
import io.containerpatterns.logshipper.identity.Trail;

/** One change of what is known; the unit that is stored whole or not at all. */
public sealed interface Entry {
  /** The file it is about: a number of ours, which is never given twice in one state directory. */
  long file();

  /**
   * How a file is recognised, and what it was last called.
   *
   * @param path for people; it may have another name by now
   */
  record Identity(long file, FileKey key, Proof proof, String path) implements Entry {}

  /**
   * How far an output has acknowledged a file.
   *
   * @param output its id in the settings
   */
  record Position(long file, String output, Trail trail) implements Entry {}

  /** A file that will not come back. */
  record Gone(long file) implements Entry {}
}
