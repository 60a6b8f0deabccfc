package io.containerpatterns.logshipper.elastic;

import io.containerpatterns.logshipper.encode.Base64Text;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;

/**
 * The id of a document: who the content of the file is and where in it the event begins, 16 bytes
 * as 22 letters. Ids of a file begin alike and ascend, which is what the index of ids is quick at
 * and stores small. Confined to one thread.
 */
final class DocumentId {
  private final byte[] bytes = new byte[2 * Long.BYTES];

  void write(Event event, Sink to) {
    put(event.origin().generation(), 0);
    put(event.offset(), Long.BYTES);
    Base64Text.URL.write(bytes, 0, bytes.length, to);
  }

  private void put(long value, int at) {
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[at + i] = (byte) (value >>> (Long.BYTES - 1 - i) * Byte.SIZE);
    }
  }
}
