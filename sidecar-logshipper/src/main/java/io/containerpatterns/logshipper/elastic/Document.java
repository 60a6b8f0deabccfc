package io.containerpatterns.logshipper.elastic;

import io.containerpatterns.logshipper.encode.Base64Text;
import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.Rfc3339;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Fields;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.WeakHashMap;

/**
 * An event as a document, in the names of the Elastic Common Schema, so that the dashboards which
 * are there already show it:
 *
 * <pre>
 *   {"@timestamp":"2026-11-25T13:29:12.983Z","message":"…",
 *    "log":{"file":{"path":"/logs/app.log"},"offset":1234,"level":"info"},
 *    "labels":{"app":"shop"},"fields":{"user":"7"},
 *    "unparsed":true,"piece":true,"raw":"…"}
 * </pre>
 *
 * A dot in the name of a label becomes an underscore: an index takes it for a step into an object,
 * and would refuse {@code app} beside {@code app.kubernetes.io/name}. A field whose name an earlier
 * one has gets its place added to it, since an object that has a name twice is refused. {@code raw}
 * is the text in Base64, where it is no UTF-8. Confined to one thread.
 */
final class Document {
  private static final byte[] TIME = ascii("{\"@timestamp\":\"");
  private static final byte[] MESSAGE = ascii("\",\"message\":");
  private static final byte[] LOG = ascii(",\"log\":{\"file\":{\"path\":");
  private static final byte[] OFFSET = ascii("},\"offset\":");
  private static final byte[] LEVEL = ascii(",\"level\":\"");
  private static final byte[] LABELS = ascii(",\"labels\":{");
  private static final byte[] FIELDS = ascii(",\"fields\":{");
  private static final byte[] UNPARSED = ascii(",\"unparsed\":true");
  private static final byte[] PIECE = ascii(",\"piece\":true");
  private static final byte[] RAW = ascii(",\"raw\":\"");

  private final Rfc3339 times = new Rfc3339();
  private final FieldNames names = new FieldNames();
  private final WeakHashMap<Origin, Members> known = new WeakHashMap<>();

  /** What is the same in all documents of a file. */
  private record Members(byte[] path, byte[] labels) {}

  void write(Event event, Sink to) {
    Members members = membersOf(event.origin());
    to.put(TIME);
    times.write(event.seconds(), event.nanos(), to);
    to.put(MESSAGE);
    int invalid = JsonString.write(event.bytes(), event.start(), event.end(), to);
    to.put(members.path);
    to.put(OFFSET);
    to.putDecimal(event.offset());
    if (event.severity() != Severity.NONE) {
      to.put(LEVEL);
      to.put(event.severity().word());
      to.put('"');
    }
    to.put('}');
    to.put(members.labels);
    if (event.fields().count() > 0) {
      fields(event.fields(), to);
    }
    if (event.isUnparsed()) {
      to.put(UNPARSED);
    }
    if (event.isPiece()) {
      to.put(PIECE);
    }
    if (invalid > 0) {
      to.put(RAW);
      Base64Text.PADDED.write(event.bytes(), event.start(), event.end(), to);
      to.put('"');
    }
    to.put('}');
  }

  private void fields(Fields fields, Sink to) {
    to.put(FIELDS);
    for (int i = 0; i < fields.count(); i++) {
      if (i > 0) {
        to.put(',');
      }
      names.write(fields, i, to);
      to.put(':');
      byte[] value = fields.valueBytes(i);
      if (fields.isJson(i)) {
        oneLine(value, fields.valueStart(i), fields.valueEnd(i), to);
      } else {
        JsonString.write(value, fields.valueStart(i), fields.valueEnd(i), to);
      }
    }
    to.put('}');
  }

  /** An event of several lines may hold a value of several lines, but a document is one. */
  private static void oneLine(byte[] json, int start, int end, Sink to) {
    int begun = start;
    for (int i = start; i < end; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        to.put(json, begun, i);
        to.put(' '); // Between two tokens: a line end within a string is written as an escape.
        begun = i + 1;
      }
    }
    to.put(json, begun, end);
  }

  private Members membersOf(Origin origin) {
    Members members = known.get(origin);
    if (members == null) {
      members = made(origin);
      known.put(origin, members);
    }
    return members;
  }

  private static Members made(Origin origin) {
    var path = new Sink(64);
    path.put(LOG);
    string(origin.path(), path);
    var labels = new Sink(128);
    for (Origin.Label label : origin.labels()) {
      if (labels.length() == 0) {
        labels.put(LABELS);
      } else {
        labels.put(',');
      }
      string(label.name().replace('.', '_'), labels);
      labels.put(':');
      string(label.value(), labels);
    }
    if (labels.length() > 0) {
      labels.put('}');
    }
    return new Members(copy(path), copy(labels));
  }

  private static byte[] copy(Sink of) {
    return Arrays.copyOf(of.array(), of.length());
  }

  private static void string(String text, Sink to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonString.write(bytes, 0, bytes.length, to);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
