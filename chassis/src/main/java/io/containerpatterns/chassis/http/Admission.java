package io.containerpatterns.chassis.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request being read: whether it is let in is decided by its head, in this order: version,
 * target, Host, Origin, route, guard, length of the body. Owned by one event loop.
 */
final class Admission {
  private static final byte[] NOTHING = {};

  private final HttpRequest head;
  private final boolean chunked;
  private long length;
  private @Nullable Request request;
  private @Nullable Route route;
  private @Nullable Refusal refused;
  private byte[] body = NOTHING;
  private int read;

  private Admission(HttpRequest head) {
    this.head = head;
    this.chunked = HttpUtil.isTransferEncodingChunked(head);
  }

  static Admission of(HttpServer server, HttpRequest head, String method, InetSocketAddress peer) {
    var admission = new Admission(head);
    try {
      admission.decide(server, method, peer);
    } catch (Refusal refusal) {
      admission.refused = refusal;
    }
    return admission;
  }

  /** Null when the request is let in. */
  @Nullable Refusal refused() {
    return refused;
  }

  /** Whether a body follows the head. */
  boolean announcesBody() {
    return chunked || length > 0;
  }

  Request request() {
    return Objects.requireNonNull(request, "refused");
  }

  Route route() {
    return Objects.requireNonNull(route, "refused");
  }

  /** Takes a piece of the body; the caller keeps the buffer. A refusal when it became too long. */
  @Nullable Refusal append(ByteBuf piece) {
    int more = piece.readableBytes();
    if (refused == null && more > 0) {
      if (read + more > route().bodyBytesMax()) {
        return Refusals.tooLong(route());
      }
      if (read + more > body.length) {
        // Grown by what came, not by what was announced: an announcement costs the client nothing.
        long wanted = Math.max(read + more, Math.min(2L * body.length, route().bodyBytesMax()));
        body = Arrays.copyOf(body, (int) wanted);
      }
      piece.getBytes(piece.readerIndex(), body, read, more);
      read += more;
    }
    if (refused == null && request != null) {
      request.body(read == body.length ? body : Arrays.copyOf(body, read));
    }
    return null;
  }

  private void decide(HttpServer server, String method, InetSocketAddress peer) {
    length = HttpUtil.getContentLength(head, 0L);
    if (head.protocolVersion().majorVersion() != 1) {
      throw Refusal.of(
          505,
          "version_not_supported",
          "only HTTP/1.1 and HTTP/1.0 are spoken here; ask with one of them");
    }
    Target target = Target.parse(head.uri());
    String host = host(target);
    Routes.Match match;
    try {
      match = server.routes().find(method, target);
    } catch (Refusal unknown) {
      // A page that rebound its name learns nothing about our paths.
      checkHost(server, host);
      checkOrigin(server);
      throw unknown;
    }
    Route found = match.route();
    if (!found.anyHost()) {
      checkHost(server, host);
    }
    checkOrigin(server);
    var asked =
        new Request(
            method.equals("HEAD") ? "GET" : method,
            target,
            head.headers(),
            peer,
            match.variables());
    found.guard().check(asked);
    String expect = head.headers().get(HttpHeaderNames.EXPECT);
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      throw Refusal.of(
          417, "expectation_failed", "only Expect: 100-continue can be met; leave the header out");
    }
    if (length > found.bodyBytesMax()) {
      throw Refusals.tooLong(found);
    }
    route = found;
    request = asked;
  }

  private @Nullable String host(Target target) {
    HttpHeaders headers = head.headers();
    String host = headers.get(HttpHeaderNames.HOST);
    if (host == null) {
      if (head.protocolVersion().minorVersion() >= 1) {
        throw Refusal.badRequest("the Host header is missing; HTTP/1.1 demands one");
      }
      return target.authority();
    }
    List<String> all = headers.getAll(HttpHeaderNames.HOST);
    if (all.size() > 1) {
      throw Refusal.badRequest("the Host header is given " + all.size() + " times; send one");
    }
    return target.authority() != null ? target.authority() : host;
  }

  private static void checkHost(HttpServer server, @Nullable String host) {
    Hosts hosts = server.hosts();
    // Without a name there is nothing that a browser could have been tricked with.
    if (hosts != null && host != null) {
      hosts.check(host);
    }
  }

  private void checkOrigin(HttpServer server) {
    if (server.refusesOrigin() && head.headers().contains(HttpHeaderNames.ORIGIN)) {
      throw Refusal.of(
          403,
          "origin_refused",
          "the request carries an Origin header, so it was sent by a web page; ask from outside a"
              + " browser");
    }
  }
}
