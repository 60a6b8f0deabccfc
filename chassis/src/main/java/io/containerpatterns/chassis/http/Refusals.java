package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.settings.Durations;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/** What a server says to clients that do not get as far as a handler, or whose handler failed. */
final class Refusals {
  private Refusals() {}

  /** What the decoder could not read. */
  static Refusal malformed(Throwable cause, HttpLimits limits) {
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.of(
          414,
          "uri_too_long",
          "the request line is longer than "
              + limits.lineBytes()
              + " bytes; shorten path and query");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Refusal.of(
          431,
          "headers_too_large",
          "the headers are larger than " + limits.headerBytes() + " bytes; send fewer");
    }
    return Refusal.badRequest("this is not a well-formed HTTP/1.1 request; check the client");
  }

  static Refusal cutShort() {
    return Refusal.badRequest("the request ended before it was whole; send it again");
  }

  static Refusal tooSlow(HttpLimits limits) {
    return Refusal.of(
        408,
        "request_timeout",
        "the request was not whole after " + Durations.text(limits.read()) + "; send it at once");
  }

  static Refusal tooLong(Route route) {
    return Refusal.of(
        413,
        "body_too_large",
        "the body is longer than the "
            + route.bodyBytesMax()
            + " bytes that "
            + route.method()
            + " "
            + route.pattern()
            + " takes; send less");
  }

  static Refusal noRoom(HttpLimits limits) {
    return Refusal.of(
            503,
            "too_many_connections",
            "all " + limits.connections() + " connections are busy; ask again later")
        .retryAfterMs(1000);
  }

  static Refusal internalError() {
    return Refusal.of(
        500,
        "internal_error",
        "the request could not be answered by a fault of ours; our log tells more");
  }
}
