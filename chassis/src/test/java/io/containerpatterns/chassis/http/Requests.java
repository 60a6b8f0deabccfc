package io.containerpatterns.chassis.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.InetSocketAddress;
import java.util.List;

/** Requests that no socket brought, such as one from an address that a test machine cannot have. */
public final class Requests {
  private Requests() {}

  /** From {@code peer}, with names and values of headers in turn. */
  public static Request from(String peer, String method, String target, String... headers) {
    var all = new DefaultHttpHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    return new Request(
        method, Target.parse(target), all, new InetSocketAddress(peer, 40_000), List.of());
  }
}
