package io.containerpatterns.chassis.http;

/**
 * One method on one path.
 *
 * @param method such as {@code GET}; a GET answers HEAD as well
 * @param pattern such as {@code /v1/elections/{election}}; a variable stands for one non-empty
 *     segment
 * @param handler answers
 * @param bodyBytesMax a longer body is refused with 413
 * @param anyHost whether every Host is accepted, as probes need that come by pod address
 * @param guard is asked before the body is read
 */
public record Route(
    String method,
    String pattern,
    HttpHandler handler,
    int bodyBytesMax,
    boolean anyHost,
    Guard guard) {
  /**
   * What a body may hold where nothing else is said: enough for any command, too little to hurt.
   */
  public static final int BODY_BYTES_DEFAULT = 4096;

  // Here and not in Guard: the AOT cache keeps no lambda of an interface that has something to
  // initialize.
  private static final Guard OPEN = request -> {};

  /** Checks that the pattern is a path. */
  public Route {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("a path begins with a slash: " + pattern);
    }
  }

  /** A route of any method. */
  public static Route of(String method, String pattern, HttpHandler handler) {
    return new Route(method, pattern, handler, BODY_BYTES_DEFAULT, false, OPEN);
  }

  /** A read. */
  public static Route get(String pattern, HttpHandler handler) {
    return of("GET", pattern, handler);
  }

  /** An action. */
  public static Route post(String pattern, HttpHandler handler) {
    return of("POST", pattern, handler);
  }

  /** A replacement. */
  public static Route put(String pattern, HttpHandler handler) {
    return of("PUT", pattern, handler);
  }

  /** A removal. */
  public static Route delete(String pattern, HttpHandler handler) {
    return of("DELETE", pattern, handler);
  }

  /** The same with another limit for the body. */
  public Route bodyBytesMax(int max) {
    return new Route(method, pattern, handler, max, anyHost, guard);
  }

  /** The same for every Host. */
  public Route forAnyHost() {
    return new Route(method, pattern, handler, bodyBytesMax, true, guard);
  }

  /** The same behind one more guard, asked after those it has. */
  public Route behind(Guard further) {
    return new Route(method, pattern, handler, bodyBytesMax, anyHost, guard.and(further));
  }
}
