package io.containerpatterns.logshipper.identity;

import java.io.IOException;

/**
 * What a file found on disk is to one that we know.
 *
 * <p>Never wrong towards loss: a file is only gone on with behind its beginning when its content
 * there was seen before. Wrong towards duplicates only where two files agree in all that is looked
 * at.
 */
public sealed interface Recognition {
  /**
   * The same file.
   *
   * @param offset where to go on; lower than we were when the file has lost its end
   */
  record Same(long offset) implements Recognition {}

  /**
   * Another file with the same content: moved between file systems, copied and truncated, or
   * unpacked.
   *
   * @param offset where to go on
   */
  record Copy(long offset) implements Recognition {}

  /** The same place in the file system with other content: truncated, or its inode reused. */
  record Replaced() implements Recognition {}

  /** Nothing to do with each other. */
  record Stranger() implements Recognition {}

  /** Compares what is known with what is found. */
  static Recognition of(FileKey knownKey, Proof proof, Trail trail, FileKey foundKey, Content found)
      throws IOException {
    boolean samePlace = knownKey.agrees(foundKey);
    if (!samePlace && (proof.length() < Proof.COPY_MIN || trail.anchors().isEmpty())) {
      return new Stranger();
    }
    if (!proof.holds(found)) {
      return samePlace ? new Replaced() : new Stranger();
    }
    if (samePlace && trail.anchors().isEmpty()) {
      return new Same(0);
    }
    for (Anchor anchor : trail.anchors()) {
      if (anchor.holds(found)) {
        return samePlace ? new Same(anchor.offset()) : new Copy(anchor.offset());
      }
      if (!samePlace) {
        // A copy is made of the whole; one that lacks the newest is a copy of something else.
        return new Stranger();
      }
    }
    return new Replaced();
  }
}
