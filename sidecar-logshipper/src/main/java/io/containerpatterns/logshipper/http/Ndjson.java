package io.containerpatterns.logshipper.http;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.output.JsonEvent;

/** One JSON object a line, for whoever takes them ({@code application/x-ndjson}). */
public final class Ndjson implements Dialect {
  private final JsonEvent json = new JsonEvent();

  /** For one output. */
  public Ndjson() {}

  @Override
  public String path() {
    return "/";
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public void encode(Event event, Sink to) {
    json.write(event, to);
    to.put('\n');
  }
}
