package io.containerpatterns.logshipper.wire;

import io.containerpatterns.chassis.tls.ClientTls;
import java.time.Duration;
import java.util.Optional;

/**
 * Whom a link goes to.
 *
 * @param name of the upstream, in the statistics
 * @param host a name or an IP literal without brackets; looked up for every connection
 * @param tls without it everything goes as it is
 * @param limit over all that happens to one letter: name, connection, handshake, writing, proof
 */
public record Peer(String name, String host, int port, Optional<ClientTls> tls, Duration limit) {
  /** Refuses what can be no peer. */
  public Peer {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
    }
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: more than none)");
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
