package io.containerpatterns.logshipper.output;

import io.containerpatterns.logshipper.encode.JsonString;
import io.containerpatterns.logshipper.encode.Rfc3339;
import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Fields;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An event as one JSON object, the form of every output that has no other:
 *
 * <pre>
 *   {"time":"2026-11-25T13:29:12.983Z","level":"info","message":"…",
 *    "file":"/logs/app.log","offset":1234,"app":"shop",
 *    "fields":{"user":"7"},"unparsed":true,"piece":true,"raw":"…"}
 * </pre>
 *
 * {@code level}, {@code fields}, {@code unparsed} and {@code piece} stand only where there is
 * something to say. {@code raw} is the text in Base64, where it is no UTF-8: in {@code message}
 * U+FFFD stands for each byte that is none. Confined to one thread.
 */
public final class JsonEvent {
  private static final byte[] TIME = ascii("{\"time\":\"");
  private static final byte[] LEVEL = ascii("\",\"level\":\"");
  private static final byte[] MESSAGE = ascii("\",\"message\":");
  private static final byte[] OFFSET = ascii(",\"offset\":");
  private static final byte[] FIELDS = ascii(",\"fields\":{");
  private static final byte[] UNPARSED = ascii(",\"unparsed\":true");
  private static final byte[] PIECE = ascii(",\"piece\":true");
  private static final byte[] RAW = ascii(",\"raw\":\"");

  private final Rfc3339 times = new Rfc3339();
  private @Nullable Origin origin; // the last one
  private byte[] originMembers = {};

  /** Appends the object, without a line end. */
  public void write(Event event, Sink to) {
    to.put(TIME);
    times.write(event.seconds(), event.nanos(), to);
    if (event.severity() != Severity.NONE) {
      to.put(LEVEL);
      to.put(event.severity().word());
    }
    to.put(MESSAGE);
    int invalid = JsonString.write(event.bytes(), event.start(), event.end(), to);
    to.put(membersOf(event.origin()));
    to.put(OFFSET);
    to.putDecimal(event.offset());
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
      raw(event, to);
    }
    to.put('}');
  }

  private static void fields(Fields fields, Sink to) {
    to.put(FIELDS);
    for (int i = 0; i < fields.count(); i++) {
      if (i > 0) {
        to.put(',');
      }
      JsonString.write(fields.nameBytes(i), fields.nameStart(i), fields.nameEnd(i), to);
      to.put(':');
      if (fields.isJson(i)) {
        to.put(fields.valueBytes(i), fields.valueStart(i), fields.valueEnd(i));
      } else {
        JsonString.write(fields.valueBytes(i), fields.valueStart(i), fields.valueEnd(i), to);
      }
    }
    to.put('}');
  }

  private static void raw(Event event, Sink to) {
    byte[] text = new byte[event.end() - event.start()];
    System.arraycopy(event.bytes(), event.start(), text, 0, text.length);
    to.put(RAW);
    to.put(Base64.getEncoder().encode(text));
    to.put('"');
  }

  /** What is the same in all events of a file: its name and labels. */
  private byte[] membersOf(Origin of) {
    if (of != origin) {
      var members = new Sink(128);
      member("file", of.path(), members);
      for (Origin.Label label : of.labels()) {
        member(label.name(), label.value(), members);
      }
      originMembers = java.util.Arrays.copyOf(members.array(), members.length());
      origin = of;
    }
    return originMembers;
  }

  private static void member(String name, String value, Sink to) {
    to.put(',');
    string(name, to);
    to.put(':');
    string(value, to);
  }

  private static void string(String text, Sink to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonString.write(bytes, 0, bytes.length, to);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
