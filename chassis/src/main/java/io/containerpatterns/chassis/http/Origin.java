package io.containerpatterns.chassis.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Whom a call goes to (RFC 9110 4.3.1): scheme, host and port.
 *
 * @param host a name or an IP literal without brackets
 */
record Origin(boolean tls, String host, int port) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** The one that an address names; empty when it is not one of http. */
  static Optional<Origin> of(URI uri) {
    String host = uri.getHost();
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    if (host == null || !(tls || "http".equalsIgnoreCase(uri.getScheme()))) {
      return Optional.empty();
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
    return port <= 65_535 ? Optional.of(new Origin(tls, host, port)) : Optional.empty();
  }

  /** The address, where the host is a literal: nobody has to be asked for it. */
  Optional<InetAddress> literal() {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of 4 or 16 bytes is one", impossible);
    }
  }
}
