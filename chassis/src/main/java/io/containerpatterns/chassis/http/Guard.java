package io.containerpatterns.chassis.http;

/** Decides, from what stands in front of the body, whether a request is let in. */
@FunctionalInterface
public interface Guard {
  /**
   * Returns to let the request in. Called on the event loop before the body is read, so that nobody
   * uploads in vain; {@link Request#body()} is empty then.
   *
   * @throws Refusal to keep it out
   */
  void check(Request request);

  /** This guard, then {@code next}. */
  default Guard and(Guard next) {
    return request -> {
      check(request);
      next.check(request);
    };
  }
}
