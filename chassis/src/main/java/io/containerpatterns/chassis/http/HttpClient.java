package io.containerpatterns.chassis.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Calls others over plain http: hooks, health checks, the management port of another process. One connection per call,
 * one limit of time over all of it, a bounded answer, no redirects.
 */
public final class HttpClient {

  /** A client on threads that somebody else owns. */
  public HttpClient(EventLoops loops, Network network) {}

  /** Calls; fails with an {@link java.io.IOException} whose message says who did not do what within which time. */
  public CompletionStage<Answer> send(Call call) {
    throw new UnsupportedOperationException();
  }

  /**
   * One call.
   *
   * @param upstream its name in the statistics, such as {@code hook}
   * @param timeout over everything: name, connection, request and answer
   * @param answerBytesMax a longer answer is a failure
   */
  public record Call(
      String upstream,
      String method,
      URI uri,
      Map<String, String> headers,
      byte[] body,
      Duration timeout,
      int answerBytesMax) {
    private static final int ANSWER_BYTES_DEFAULT = 64 * 1024;
    private static final byte[] NOTHING = {};

    /** A read. */
    public static Call get(String upstream, URI uri, Duration timeout) {
      return new Call(upstream, "GET", uri, Map.of(), NOTHING, timeout, ANSWER_BYTES_DEFAULT);
    }

    /** An action with a JSON body. */
    public static Call post(String upstream, URI uri, byte[] json, Duration timeout) {
      return new Call(
          upstream,
          "POST",
          uri,
          Map.of("Content-Type", "application/json"),
          json,
          timeout,
          ANSWER_BYTES_DEFAULT);
    }

    /** The same with one more header, such as {@code traceparent} passed on for somebody. */
    public Call header(String name, String value) {
      var more = new java.util.LinkedHashMap<>(headers);
      more.put(name, value);
      return new Call(upstream, method, uri, more, body, timeout, answerBytesMax);
    }
  }

  /** What came back, whatever its status. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    /** Whether the status is one of success. */
    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** A header, by its lower-case name. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }
}
