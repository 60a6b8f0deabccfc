package io.containerpatterns.logshipper.identity;

import java.io.IOException;

/**
 * What stands right before an offset. An offset alone fits every file that is long enough; with its
 * anchor it fits one content.
 *
 * @param offset in bytes, at least 0
 * @param hash of the {@value #REACH} bytes before it, or of all of them when there are fewer
 */
public record Anchor(long offset, long hash) {
  private static final int REACH = 64;

  /** Of {@code offset} in a file that is at least as long. */
  public static Anchor of(Content content, long offset) throws IOException {
    return new Anchor(offset, before(content, offset));
  }

  /** Whether {@code content} has the same bytes before the offset. */
  public boolean holds(Content content) throws IOException {
    return offset == 0 || (content.size() >= offset && before(content, offset) == hash);
  }

  private static long before(Content content, long offset) throws IOException {
    byte[] bytes = new byte[(int) Math.min(REACH, offset)];
    int length = content.read(bytes, offset - bytes.length);
    return ContentHash.of(bytes, length);
  }
}
