package io.containerpatterns.logshipper.syslog;

import io.containerpatterns.logshipper.encode.JsonText;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.encode.Utf8;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Fields;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.wire.PerOrigin;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is known about an event, as one element of structured data (RFC 5424, 6.3):
 *
 * <pre>
 *   [log@32473 file="/logs/app.log" app="shop" offset="1234" user="7" unparsed="true" piece="true"]
 * </pre>
 *
 * Values that are JSON stand as their text, strings as the text that they stand for. Names are cut
 * to 32 characters and those that may not stand there are {@code _} (6.3.3), so that two may become
 * one, which the standard allows. Confined to one thread.
 */
final class StructuredData {
  private static final int NAME_MAX = 32;
  private static final byte[] OFFSET = ascii(" offset=\"");
  private static final byte[] UNPARSED = ascii(" unparsed=\"true\"");
  private static final byte[] PIECE = ascii(" piece=\"true\"");
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  private final byte[] open;
  private final Sink text = new Sink(256);
  private final PerOrigin origins = new PerOrigin(StructuredData::parameters);

  StructuredData(String id) {
    open = ascii("[" + id);
  }

  /** Appends the element. */
  void write(Event event, Sink to) {
    to.put(open);
    to.put(origins.of(event.origin()));
    to.put(OFFSET);
    to.putDecimal(event.offset());
    to.put('"');
    Fields fields = event.fields();
    for (int i = 0; i < fields.count(); i++) {
      field(fields, i, to);
    }
    if (event.isUnparsed()) {
      to.put(UNPARSED);
    }
    if (event.isPiece()) {
      to.put(PIECE);
    }
    to.put(']');
  }

  private void field(Fields fields, int index, Sink to) {
    name(fields.nameBytes(index), fields.nameStart(index), fields.nameEnd(index), to);
    byte[] value = fields.valueBytes(index);
    int start = fields.valueStart(index);
    int end = fields.valueEnd(index);
    boolean quoted = end - start >= 2 && value[start] == '"' && value[end - 1] == '"';
    if (fields.isJson(index) && quoted) {
      text.cutTo(0);
      if (JsonText.write(value, start + 1, end - 1, text)) {
        value(text.array(), 0, text.length(), to);
        return;
      }
    }
    value(value, start, end, to);
  }

  /** Appends a space, the name, and an equals sign. */
  static void name(byte[] from, int start, int end, Sink to) {
    to.put(' ');
    int stop = Math.min(end, start + NAME_MAX);
    for (int i = start; i < stop; i++) {
      byte b = from[i];
      to.put(b > ' ' && b < 0x7f && b != '=' && b != ']' && b != '"' ? b : '_');
    }
    if (start == stop) {
      to.put('_');
    }
    to.put('=');
  }

  /** Appends the value in its quotes; bytes that are no UTF-8 come out as U+FFFD. */
  static void value(byte[] from, int start, int end, Sink to) {
    to.put('"');
    int begun = start;
    int at = start;
    while (at < end) {
      byte b = from[at];
      int length = b >= 0 ? 1 : Utf8.sequence(from, at, end);
      if (length == 0) {
        to.put(from, begun, at);
        to.put(REPLACEMENT);
        at++;
        begun = at;
      } else {
        if (b == '"' || b == '\\' || b == ']') {
          to.put(from, begun, at);
          to.put('\\');
          begun = at;
        }
        at += length;
      }
    }
    to.put(from, begun, end);
    to.put('"');
  }

  private static byte[] parameters(Origin of) {
    var parameters = new Sink(128);
    parameter("file", of.path(), parameters);
    for (Origin.Label label : of.labels()) {
      parameter(label.name(), label.value(), parameters);
    }
    return Arrays.copyOf(parameters.array(), parameters.length());
  }

  private static void parameter(String name, String value, Sink to) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
    name(nameBytes, 0, nameBytes.length, to);
    value(valueBytes, 0, valueBytes.length, to);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
