package io.containerpatterns.chassis.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.settings.Durations;
import io.containerpatterns.chassis.settings.Problem;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request, read whole. Typed reads of what the client chose throw a {@link Refusal} 400 that
 * names what was given, what was expected and what to do. Not changed after it was handed to a
 * handler; any thread may read it.
 */
public final class Request {
  private static final byte[] NOTHING = {};
  private static final List<String> NO_PARAMETERS = List.of();

  private final String method;
  private final Target target;
  private final HttpHeaders headers;
  private final InetSocketAddress peer;
  private final List<String> variables;
  private byte[] body =
      NOTHING; // written once, on the event loop before the handler sees the request
  private @Nullable List<String>
      parameters; // computed when first asked, the same by whoever computes it

  Request(
      String method,
      Target target,
      HttpHeaders headers,
      InetSocketAddress peer,
      List<String> variables) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.peer = peer;
    this.variables = variables;
  }

  /** The method; a HEAD is shown as the GET whose headers it asks for. */
  public String method() {
    return method;
  }

  /** The path, percent-decoded, without the query. */
  public String path() {
    return target.path();
  }

  /** The decoded value of {@code {name}} in the pattern of the route. */
  public String variable(String name) {
    for (int i = 0; i < variables.size(); i += 2) {
      if (variables.get(i).equals(name)) {
        return variables.get(i + 1);
      }
    }
    throw new IllegalArgumentException("the route has no variable " + name);
  }

  /** The decoded value of a query parameter; empty text for a bare name. */
  public Optional<String> query(String name) {
    List<String> pairs = parameters();
    String found = null;
    for (int i = 0; i < pairs.size(); i += 2) {
      if (pairs.get(i).equals(name)) {
        if (found != null) {
          throw Refusal.badRequest(
              new Problem(
                  "?" + name, pairs.get(i + 1), "the parameter once", "leave one of them out"));
        }
        found = pairs.get(i + 1);
      }
    }
    return Optional.ofNullable(found);
  }

  /** A switch: true when bare or {@code true}. */
  public boolean flag(String name) {
    String value = query(name).orElse("false");
    return switch (value) {
      case "", "true" -> true;
      case "false" -> false;
      default ->
          throw Refusal.badRequest(
              new Problem("?" + name, value, "true or false", "leave it out for false"));
    };
  }

  /** A whole number within bounds. */
  public long number(String name, long fallback, long min, long max) {
    Optional<String> value = query(name);
    if (value.isEmpty()) {
      return fallback;
    }
    try {
      long number = Long.parseLong(value.get());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, like a number out of bounds.
    }
    throw Refusal.badRequest(
        new Problem(
            "?" + name,
            value.get(),
            "a whole number from " + min + " to " + max,
            "leave it out for " + fallback));
  }

  /** A duration such as {@code 500ms}, {@code 30s} or {@code 2m}, from zero to {@code max}. */
  public Duration duration(String name, Duration fallback, Duration max) {
    Optional<String> value = query(name);
    if (value.isEmpty()) {
      return fallback;
    }
    try {
      Duration duration = Durations.parse(value.get());
      if (duration.compareTo(max) <= 0) {
        return duration;
      }
    } catch (IllegalArgumentException notADuration) {
      // Told below, like one that is too long.
    }
    throw Refusal.badRequest(
        new Problem(
            "?" + name,
            value.get(),
            "a duration such as 30s, at most " + Durations.text(max),
            "leave it out for " + Durations.text(fallback)));
  }

  /** One of {@code choices}, which are lower case; the value may be in any case of letters. */
  public String choice(String name, String fallback, List<String> choices) {
    String value = query(name).orElse(fallback);
    String lower = value.toLowerCase(Locale.ROOT);
    if (!choices.contains(lower)) {
      throw Refusal.badRequest(
          new Problem(
              "?" + name,
              value,
              "one of " + String.join(", ", choices),
              "leave it out for " + fallback));
    }
    return lower;
  }

  /** The first header of this name, in any case of letters. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /**
   * Whether the Accept header names this type, such as {@code text/event-stream}; wildcards do not
   * count.
   */
  public boolean accepts(String contentType) {
    String accept = headers.get("accept");
    return accept != null && accept.toLowerCase(Locale.ROOT).contains(contentType);
  }

  /** The bytes of the body, not a copy; empty where there is none. */
  public byte[] body() {
    return body;
  }

  /** The body as one JSON value; 400 when it is not. */
  public JsonNode json() {
    return Json.parse(body);
  }

  /**
   * The body as a JSON object with no other members than these; an empty body is an empty object.
   */
  public JsonMembers members(String... known) {
    return JsonMembers.of(body, known);
  }

  /** Where the connection comes from. */
  public InetSocketAddress peer() {
    return peer;
  }

  /** Whether the peer runs in our network namespace: our own pod, or the same machine. */
  public boolean fromLoopback() {
    var address = peer.getAddress();
    return address != null && address.isLoopbackAddress();
  }

  Target target() {
    return target;
  }

  void body(byte[] bytes) {
    this.body = bytes;
  }

  private List<String> parameters() {
    List<String> pairs = parameters;
    if (pairs == null) {
      pairs = target.query().isEmpty() ? NO_PARAMETERS : parse(target.query());
      parameters = pairs;
    }
    return pairs;
  }

  private static List<String> parse(String query) {
    var pairs = new ArrayList<String>();
    int from = 0;
    while (from <= query.length()) {
      int end = query.indexOf('&', from);
      end = end < 0 ? query.length() : end;
      if (end > from) {
        int equals = query.indexOf('=', from);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        pairs.add(Target.decodeParameter(query.substring(from, nameEnd)));
        pairs.add(nameEnd == end ? "" : Target.decodeParameter(query.substring(nameEnd + 1, end)));
      }
      from = end + 1;
    }
    return pairs;
  }
}
