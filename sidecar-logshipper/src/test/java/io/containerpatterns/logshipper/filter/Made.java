package io.containerpatterns.logshipper.filter;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Origin;
import io.containerpatterns.logshipper.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events for tests. */
final class Made {
  private Made() {}

  static Event event(String text) {
    return event("/logs/a.log", 0, text);
  }

  static Event event(String path, long offset, String text) {
    var event = new Event(new Origin(path, List.of()));
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    event.begin(b, 0, b.length, offset, b.length + 1L, false);
    return event;
  }

  static Event event(Severity severity) {
    var event = event("x");
    event.severity(severity);
    return event;
  }

  /** With a field. */
  static Event event(String name, String value, boolean isJson) {
    var event = event("x");
    byte[] n = name.getBytes(StandardCharsets.UTF_8);
    byte[] v = value.getBytes(StandardCharsets.UTF_8);
    event.fields().add(n, 0, n.length, v, 0, v.length, isJson);
    return event;
  }

  static String text(Event event) {
    return string(event.bytes(), event.start(), event.end());
  }

  static String value(Event event, int index) {
    var f = event.fields();
    return string(f.valueBytes(index), f.valueStart(index), f.valueEnd(index));
  }

  private static String string(byte[] b, int start, int end) {
    return new String(b, start, end - start, StandardCharsets.UTF_8);
  }
}
