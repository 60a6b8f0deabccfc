package io.containerpatterns.logshipper.identity;

import java.io.IOException;

/**
 * What a file begins with. Grows with a young file up to {@link #HEAD_MAX} and then stays; an empty
 * file has an empty proof, which every file fulfils.
 *
 * @param length how many bytes are covered, 0 to {@link #HEAD_MAX}
 * @param hash of them
 */
public record Proof(int length, long hash) {
  /** How much of a head is looked at. */
  public static final int HEAD_MAX = 1_024;

  /**
   * How much of a head must agree before another inode is taken for a copy: fewer bytes are what
   * every file of one application begins with.
   */
  static final int COPY_MIN = 256;

  /** Of a file of which nothing is known. */
  public static final Proof NONE = new Proof(0, 0);

  /** Of the file as it is now. */
  public static Proof of(Content content) throws IOException {
    byte[] head = new byte[HEAD_MAX];
    int length = content.read(head, 0);
    return of(head, length);
  }

  /** Of a file that begins with the first {@code length} bytes of {@code head}. */
  public static Proof of(byte[] head, int length) {
    return length == 0 ? NONE : new Proof(length, ContentHash.of(head, length));
  }

  /** Whether {@code content} begins with what was seen. */
  public boolean holds(Content content) throws IOException {
    if (length == 0) {
      return true;
    }
    byte[] head = new byte[length];
    return content.read(head, 0) == length && ContentHash.of(head, length) == hash;
  }

  /** Whether it covers less than it could. */
  public boolean isYoung() {
    return length < HEAD_MAX;
  }
}
