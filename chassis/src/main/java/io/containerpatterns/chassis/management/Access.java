package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.http.Guard;
import io.containerpatterns.chassis.http.Refusal;
import io.containerpatterns.chassis.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Who may do what on the management port:
 *
 * <pre>
 *   probes, metrics, info, state of life      everyone
 *   a look inside, and every change           a peer on loopback, or the bearer token
 *   every change with MANAGEMENT_WRITES=off   nobody
 * </pre>
 */
final class Access {
  private static final String BEARER = "Bearer ";

  private final Token token;
  private final boolean writes;

  Access(Token token, boolean writes) {
    this.token = token;
    this.writes = writes;
  }

  /** Lets in who may look inside. */
  Guard inside() {
    return this::checkCaller;
  }

  /** Lets in who may change something, on a path that nobody can read. */
  Guard change() {
    return request -> {
      if (!writes) {
        throw off(403);
      }
      checkCaller(request);
    };
  }

  /** The same on a path that also answers GET. */
  Guard changeBesideRead() {
    return request -> {
      if (!writes) {
        throw off(405).header("Allow", "GET, HEAD");
      }
      checkCaller(request);
    };
  }

  private static Refusal off(int status) {
    return Refusal.of(
        status,
        "writes_off",
        "MANAGEMENT_WRITES=off removed every POST and PUT; set it to on and restart");
  }

  private void checkCaller(Request request) {
    if (request.fromLoopback()) {
      return;
    }
    Optional<byte[]> expected = token.bytes();
    if (expected.isEmpty()) {
      throw Refusal.of(
          403,
          "loopback_only",
          "only a peer on loopback may do this; ask from inside the pod, or set"
              + " MANAGEMENT_TOKEN_FILE and send its content as bearer token");
    }
    String given = request.header("authorization").orElse("");
    boolean bearer = given.regionMatches(true, 0, BEARER, 0, BEARER.length());
    byte[] presented = bearer ? bytes(given.substring(BEARER.length()).strip()) : new byte[0];
    // Takes equally long for a guess that is nearly right.
    if (!MessageDigest.isEqual(expected.get(), presented)) {
      throw Refusal.of(
              401,
              "token_required",
              "this needs the bearer token of MANAGEMENT_TOKEN_FILE; send it as Authorization:"
                  + " Bearer <token>")
          .header("WWW-Authenticate", "Bearer");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
