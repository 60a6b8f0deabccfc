package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.text.Timestamp;

/**
 * Finds the end of a time before the name of a host, which is not a zone even if it begins with z.
 */
final class OldTime {
  private final Timestamp timestamp = new Timestamp();

  /** The index behind the time that begins at {@code from}, negative when none does. */
  int end(byte[] b, int from, int to, long readAt) {
    if (!timestamp.read(b, from, to, readAt)) {
      return -1;
    }
    int end = timestamp.end();
    boolean host = (b[end - 1] == 'Z' || b[end - 1] == 'z') && b[end - 2] == ' ';
    return host ? end - 2 : end;
  }
}
