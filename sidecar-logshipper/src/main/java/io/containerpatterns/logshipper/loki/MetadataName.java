package io.containerpatterns.logshipper.loki;

import io.containerpatterns.logshipper.encode.Sink;

/**
 * A name as a query can say it: {@code [a-zA-Z_][a-zA-Z0-9_]*}. Every other byte becomes an
 * underscore, a digit in front gets one before it, and an empty name is one.
 */
final class MetadataName {
  private MetadataName() {}

  static void write(byte[] from, int start, int end, Sink to) {
    if (start == end || from[start] >= '0' && from[start] <= '9') {
      to.put('_');
    }
    for (int i = start; i < end; i++) {
      int b = from[i];
      int letter = b | 0x20;
      to.put(letter >= 'a' && letter <= 'z' || b >= '0' && b <= '9' ? b : '_');
    }
  }
}
