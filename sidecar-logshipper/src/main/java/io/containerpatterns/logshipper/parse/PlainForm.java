package io.containerpatterns.logshipper.parse;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.text.Timestamp;

/** Any text. It stays whole; only what stands at its beginning is looked at. */
final class PlainForm implements Form {
  private final Timestamp timestamp = new Timestamp();

  @Override
  public boolean read(Event event) {
    byte[] b = event.bytes();
    int start = event.start();
    int end = event.end();
    int from = start;
    if (timestamp.read(b, start, end, event.seconds())) {
      event.time(timestamp.seconds(), timestamp.nanos(), true);
      // The letter of klog is a part of the time.
      from = b[start] >= 'A' && b[start] <= 'Z' ? start : timestamp.end();
    }
    event.severity(SeverityWord.find(b, from, end));
    return true;
  }
}
