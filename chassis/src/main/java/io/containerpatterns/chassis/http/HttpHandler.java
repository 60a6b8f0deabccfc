package io.containerpatterns.chassis.http;

/** Answers one kind of request. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers now or later through {@code exchange}, exactly once. Called on the event loop of the
   * connection, so it must not block: what waits or computes long goes to a virtual thread and
   * replies from there.
   *
   * @throws Refusal to answer with its problem document; any other exception is answered 500 and
   *     logged
   */
  void handle(Request request, Exchange exchange);
}
