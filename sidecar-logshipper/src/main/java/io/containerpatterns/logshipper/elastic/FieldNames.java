package io.containerpatterns.logshipper.elastic;

import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Fields;
import java.util.Arrays;

/**
 * The names of an event's fields, none empty, and one that an earlier field has with its place
 * behind it: {@code a, a, ""} become {@code a, a_1, _2}. Confined to one thread.
 */
final class FieldNames {
  private final Sink scratch = new Sink(64);

  /** Appends the name of field {@code index} as a string of JSON. */
  void write(Fields fields, int index, Sink to) {
    byte[] name = fields.nameBytes(index);
    int start = fields.nameStart(index);
    int end = fields.nameEnd(index);
    if (start < end && !isKnown(fields, index)) {
      JsonString.write(name, start, end, to);
      return;
    }
    scratch.cutTo(0);
    scratch.put(name, start, end);
    scratch.put('_');
    scratch.putDecimal(index);
    JsonString.write(scratch.array(), 0, scratch.length(), to);
  }

  private static boolean isKnown(Fields fields, int index) {
    for (int i = 0; i < index; i++) {
      if (Arrays.equals(
          fields.nameBytes(i),
          fields.nameStart(i),
          fields.nameEnd(i),
          fields.nameBytes(index),
          fields.nameStart(index),
          fields.nameEnd(index))) {
        return true;
      }
    }
    return false;
  }
}
