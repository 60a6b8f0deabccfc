package io.containerpatterns.logshipper.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Makes events for tests, each the same one filled anew, as it is on the way to an output. */
public final class EventOf {
  private final Event event;

  /** Of the file. */
  public EventOf(Origin origin) {
    event = new Event(origin);
  }

  /** The next one, without a time of its own, read at the second 1,764,077,352. */
  public EventOf text(String text, long offset) {
    return bytes(text.getBytes(StandardCharsets.UTF_8), offset);
  }

  /** The same of bytes that need not be text. */
  public EventOf bytes(byte[] text, long offset) {
    byte[] around = new byte[text.length + 2];
    System.arraycopy(text, 0, around, 1, text.length);
    event.begin(around, 1, text.length + 1, offset, text.length + 1, false);
    event.time(1_764_077_352, 0, false);
    return this;
  }

  /** It says that it happened then. */
  public EventOf at(String instant) {
    Instant at = Instant.parse(instant);
    event.time(at.getEpochSecond(), at.getNano(), true);
    return this;
  }

  /** It is that serious. */
  public EventOf severity(Severity severity) {
    event.severity(severity);
    return this;
  }

  /** It has a field of text. */
  public EventOf field(String name, String value) {
    return field(name, value, false);
  }

  /** It has a field of JSON. */
  public EventOf json(String name, String value) {
    return field(name, value, true);
  }

  private EventOf field(String name, String value, boolean json) {
    byte[] n = name.getBytes(StandardCharsets.UTF_8);
    byte[] v = value.getBytes(StandardCharsets.UTF_8);
    event.fields().add(n, 0, n.length, v, 0, v.length, json);
    return this;
  }

  /** It is not in the form that its file is said to have. */
  public EventOf unparsed() {
    event.unparsed();
    return this;
  }

  /** It is longer than it may be, and goes on. */
  public EventOf piece() {
    long seconds = event.seconds();
    event.begin(
        event.bytes(), event.start(), event.end(), event.offset(), event.length() - 1, true);
    event.time(seconds, 0, false);
    return this;
  }

  /** The event. */
  public Event get() {
    return event;
  }
}
