package io.containerpatterns.chassis.http;

import io.netty.util.NetUtil;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names under which a client may address us.
 *
 * <p>A page in somebody's browser can make its own name resolve to 127.0.0.1 and then talk to us as
 * if we were its server (DNS rebinding). It needs a name for that, so every IP literal is accepted,
 * and of the names only those that are surely ours.
 */
public final class Hosts {
  private final Set<String> names;

  private Hosts(Set<String> names) {
    this.names = names;
  }

  /**
   * Accepts {@code localhost}, IP literals, and {@code names}, such as our host name and what the
   * operator listed.
   */
  public static Hosts of(Collection<String> names) {
    var lower = new HashSet<String>();
    lower.add("localhost");
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return new Hosts(Set.copyOf(lower));
  }

  /** Whether a Host header is one of ours; a port behind it does not matter. */
  public boolean accept(String host) {
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end > 0 && isPort(host, end + 1) && NetUtil.isValidIpV6Address(host.substring(1, end));
    }
    int colon = host.indexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    if (colon >= 0 && !isPort(host, colon)) {
      return false;
    }
    return NetUtil.isValidIpV4Address(name) || names.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Refuses a foreign name.
   *
   * @throws Refusal 421
   */
  void check(String host) {
    if (!accept(host)) {
      String shown = host.length() <= 80 ? host : host.substring(0, 80) + "...";
      throw Refusal.of(
          421,
          "bad_host",
          "the Host header names \""
              + shown
              + "\", which is not us; use localhost or an IP address, or add the name to the"
              + " accepted hosts");
    }
  }

  private static boolean isPort(String host, int from) {
    if (from == host.length()) {
      return true;
    }
    if (host.charAt(from) != ':' || host.length() - from > 6) {
      return false;
    }
    for (int i = from + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
