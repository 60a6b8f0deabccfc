package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.Exchange;
import io.containerpatterns.chassis.http.HttpStream;
import io.containerpatterns.chassis.http.Request;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Loop;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens the streams on which clients hear what happens. */
final class WatchCalls {
  private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store");

  private final Elections elections;
  private final Audience audience;
  private final Places streams;
  private final Loop loop;
  private final StatusJson json;

  WatchCalls(Elections elections, Audience audience, Places streams, Loop loop, StatusJson json) {
    this.elections = elections;
    this.audience = audience;
    this.streams = streams;
    this.loop = loop;
    this.json = json;
  }

  /** What happens to one election. */
  void one(Election election, Request request, Exchange exchange) {
    open(election.glance().election(), () -> List.of(election), from(request), request, exchange);
  }

  /** What happens to all of them, those that join later included. */
  void all(Request request, Exchange exchange) {
    open(null, elections::all, OptionalLong.empty(), request, exchange);
  }

  private void open(
      @Nullable String election,
      Supplier<List<Election>> which,
      OptionalLong from,
      Request request,
      Exchange exchange) {
    boolean sse = request.accepts("text/event-stream");
    var form = new WatchForm(json, sse, election != null);
    Places.Place place = streams.take();
    loop.execute(() -> {
      HttpStream out = exchange.stream(200, form.contentType(), HEADERS);
      new WatchStream(election, out, form, elections, audience, loop, place)
          .begin(which.get(), from);
    });
  }

  /** The version after which to go on, as a browser repeats it by itself or a client asks. */
  private static OptionalLong from(Request request) {
    if (request.query("from").isPresent()) {
      return OptionalLong.of(request.number("from", 0, 0, Long.MAX_VALUE));
    }
    return request.header("Last-Event-ID").map(WatchCalls::version).orElse(OptionalLong.empty());
  }

  /**
   * An id that is none of ours comes from another server behind this address; everything is new
   * then.
   */
  private static OptionalLong version(String id) {
    try {
      return OptionalLong.of(Long.parseLong(id));
    } catch (NumberFormatException foreign) {
      return OptionalLong.empty();
    }
  }
}
