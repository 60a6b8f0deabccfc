package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an event was told, as one value to compare.
 *
 * @param time null when the text did not say
 * @param fields such as {@code name=text} and {@code name:json}
 */
record Told(
    @Nullable String time, Severity severity, String text, List<String> fields, boolean parsed) {
  static final long NOW = Instant.parse("2026-11-25T14:00:00Z").getEpochSecond();

  static Told plain(String text) {
    return new Told(null, Severity.NONE, text, List.of(), true);
  }

  static Told unparsed(String text) {
    return new Told(null, Severity.NONE, text, List.of(), false);
  }

  static Told by(Parser parser, String text) {
    return by(parser, text.getBytes(StandardCharsets.UTF_8));
  }

  static Told by(Parser parser, byte[] text) {
    return of(event(parser, text));
  }

  /** The text lies within other bytes, which are none of its business. */
  static Event event(Parser parser, byte[] text) {
    byte[] around = new byte[text.length + 6];
    around[0] = '"';
    around[1] = '{';
    around[2] = '\\';
    System.arraycopy(text, 0, around, 3, text.length);
    around[text.length + 3] = '"';
    around[text.length + 4] = '}';
    around[text.length + 5] = '1';
    var event = new Event(new Origin("/logs/a.log", List.of()));
    event.begin(around, 3, 3 + text.length, 0, text.length, false);
    event.time(NOW, 7, false);
    parser.parse(event);
    return event;
  }

  static Told of(Event event) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < event.fields().count(); i++) {
      var f = event.fields();
      fields.add(
          string(f.nameBytes(i), f.nameStart(i), f.nameEnd(i))
              + (f.isJson(i) ? ":" : "=")
              + string(f.valueBytes(i), f.valueStart(i), f.valueEnd(i)));
    }
    return new Told(
        event.isTimed() ? Instant.ofEpochSecond(event.seconds(), event.nanos()).toString() : null,
        event.severity(),
        string(event.bytes(), event.start(), event.end()),
        fields,
        !event.isUnparsed());
  }

  private static String string(byte[] b, int start, int end) {
    return new String(b, start, end - start, StandardCharsets.UTF_8);
  }
}
