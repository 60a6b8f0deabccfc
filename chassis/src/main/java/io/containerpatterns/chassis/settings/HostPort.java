package io.containerpatterns.chassis.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An address to listen on or to call, as people write it; its text parses to an equal value.
 *
 * <pre>
 *   :9474             every address of this machine
 *   127.0.0.1:4040    localhost:4040    [::1]:4040
 * </pre>
 *
 * @param host a name or an IP literal without brackets; empty means every address
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {
  /** Refuses what could not be written down again. */
  public HostPort {
    if (port < 0 || port > 65_535 || !isHost(host)) {
      throw expected();
    }
  }

  /** The address that {@code text} names. */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw expected();
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (host.indexOf(':') < 0) {
        throw expected();
      }
    } else if (host.indexOf(':') >= 0) {
      // Without brackets nobody can tell the port from the last group of an IPv6 address.
      throw expected();
    }
    return new HostPort(host, port(text, colon + 1));
  }

  private static int port(String text, int from) {
    int length = text.length() - from;
    if (length < 1 || length > 5) {
      throw expected();
    }
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        throw expected();
      }
      port = port * 10 + digit - '0';
    }
    return port;
  }

  private static boolean isHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._:%".indexOf(c) >= 0;
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  private static IllegalArgumentException expected() {
    return new IllegalArgumentException("an address such as 127.0.0.1:4040, [::1]:4040 or :4040");
  }

  /** The socket address to bind or to call; looks the host up when it is a name. */
  public InetSocketAddress resolve() throws UnknownHostException {
    return host.isEmpty()
        ? new InetSocketAddress(port)
        : new InetSocketAddress(InetAddress.getByName(host), port);
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
