package io.containerpatterns.chassis.log;

import java.time.Instant;
import java.util.List;

/**
 * One thing that happened.
 *
 * @param number counts the events of this process from 1
 * @param message constant, so that equal events can be counted
 * @param pairs what differs from event to event, in order
 */
public record LogEvent(
    long number, Instant time, Level level, String logger, String message, List<Pair> pairs) {
  /** A name and a value; the value is cut to a bounded length. */
  public record Pair(String key, String value) {}

  /** The event as one line of text, without a line end. */
  public String text() {
    return TextLine.of(this);
  }

  /** The event as one JSON object, without a line end. */
  public String json() {
    return JsonLine.of(this);
  }

  /** About how much memory the event takes. */
  int bytes() {
    int bytes = 200 + message.length();
    for (Pair pair : pairs) {
      bytes += 64 + pair.key().length() + pair.value().length();
    }
    return bytes;
  }
}
