package io.containerpatterns.logshipper.http;

import io.containerpatterns.logshipper.encode.Sink;

/** A content coding of HTTP (RFC 9110, 8.4). Confined to one thread. */
interface Coding extends AutoCloseable {
  /** Its name in {@code Content-Encoding}. */
  String name();

  /** Appends {@code from}, coded. */
  void code(byte[] from, int start, int end, Sink to);

  /** Gives back what is not on the heap. */
  @Override
  void close();
}
