package io.containerpatterns.logshipper.identity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A content in memory. */
record Bytes(byte[] bytes) implements Content {
  static Bytes of(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Numbered lines, so that no two places look alike. */
  static Bytes lines(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append("line ").append(i).append(" of the log\n");
    }
    return of(text.toString());
  }

  Bytes first(long length) {
    return new Bytes(Arrays.copyOf(bytes, (int) length));
  }

  Bytes and(Bytes more) {
    byte[] all = Arrays.copyOf(bytes, bytes.length + more.bytes.length);
    System.arraycopy(more.bytes, 0, all, bytes.length, more.bytes.length);
    return new Bytes(all);
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int read(byte[] target, long offset) {
    int length = (int) Math.clamp(bytes.length - offset, 0, target.length);
    System.arraycopy(bytes, (int) Math.min(offset, bytes.length), target, 0, length);
    return length;
  }
}
