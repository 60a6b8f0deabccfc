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
  /** How many bytes before the offset are looked at. */
  public static final int REACH = 64;

  /** The beginning of every file. */
  public static final Anchor BEGINNING = new Anchor(0, 0);

  /** Of {@code offset} in a file that is at least as long. */
  public static Anchor of(Content content, long offset) throws IOException {
    return offset == 0 ? BEGINNING : new Anchor(offset, before(content, offset));
  }

  /**
   * Of {@code offset} in a file whose bytes before it stand in {@code bytes} before {@code end}:
   * the last {@link #reach} of them at least.
   */
  public static Anchor of(long offset, byte[] bytes, int end) {
    return offset == 0
        ? BEGINNING
        : new Anchor(offset, ContentHash.of(bytes, end - reach(offset), end));
  }

  /** How many bytes are looked at before {@code offset}: fewer near the beginning of a file. */
  public static int reach(long offset) {
    return (int) Math.min(REACH, offset);
  }

  /** Whether the bytes before {@code end} are those that stood before the offset. */
  public boolean holds(byte[] bytes, int end) {
    return offset == 0 || ContentHash.of(bytes, end - reach(offset), end) == hash;
  }

  /** Whether {@code content} has the same bytes before the offset. */
  public boolean holds(Content content) throws IOException {
    return offset == 0 || (content.size() >= offset && before(content, offset) == hash);
  }

  private static long before(Content content, long offset) throws IOException {
    byte[] bytes = new byte[reach(offset)];
    int length = content.read(bytes, offset - bytes.length);
    return ContentHash.of(bytes, length);
  }
}
