package io.containerpatterns.logshipper.otlp;

import io.containerpatterns.logshipper.event.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Which fields of an event are its trace and span (OpenTelemetry, "Trace Context in non-OTLP Log
 * Formats": {@code trace_id}, {@code span_id}). They have places of their own in a record. Confined
 * to one thread.
 */
final class TraceFields {
  static final int NONE = -1;
  static final int TRACE_BYTES = 16;
  static final int SPAN_BYTES = 8;

  private static final byte[] TRACE_ID = "trace_id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SPAN_ID = "span_id".getBytes(StandardCharsets.US_ASCII);

  private int trace = NONE;
  private int span = NONE;

  void find(Fields fields) {
    trace = NONE;
    span = NONE;
    for (int i = 0; i < fields.count(); i++) {
      if (trace == NONE && is(TRACE_ID, fields, i) && Hex.isId(fields, i, TRACE_BYTES)) {
        trace = i;
      } else if (span == NONE && is(SPAN_ID, fields, i) && Hex.isId(fields, i, SPAN_BYTES)) {
        span = i;
      }
    }
  }

  /** The field with the trace's id, or {@link #NONE}. */
  int trace() {
    return trace;
  }

  /** The field with the span's id, or {@link #NONE}. */
  int span() {
    return span;
  }

  private static boolean is(byte[] name, Fields fields, int index) {
    return Arrays.equals(
        name,
        0,
        name.length,
        fields.nameBytes(index),
        fields.nameStart(index),
        fields.nameEnd(index));
  }
}
