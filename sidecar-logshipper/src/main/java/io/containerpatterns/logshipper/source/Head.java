package io.containerpatterns.logshipper.source;

import io.containerpatterns.logshipper.identity.Content;
import io.containerpatterns.logshipper.identity.Proof;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one file begins with, to be compared with thousands of others without reading it for each.
 * As it was when this was made.
 */
final class Head {
  private final byte[] bytes = new byte[Proof.HEAD_MAX];
  private final int length;
  private final @Nullable Proof[] proofs = new Proof[Proof.HEAD_MAX + 1]; // by their length

  Head(Content file) throws IOException {
    length = file.read(bytes, 0);
  }

  /** Whether it begins with what {@code proof} is of. */
  boolean beginsWith(Proof proof) {
    if (proof.length() > length) {
      return false;
    }
    Proof ours = proofs[proof.length()];
    if (ours == null) {
      ours = Proof.of(bytes, proof.length());
      proofs[proof.length()] = ours;
    }
    return ours.equals(proof);
  }
}
