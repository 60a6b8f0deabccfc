package io.containerpatterns.elector.postgresql;

import io.containerpatterns.chassis.settings.HostPort;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a database is, as {@code psql} takes it, but never with a password:
 *
 * <pre>
 *   postgresql://elector@db:5432/leases?sslmode=verify-full&amp;sslrootcert=/etc/ca.crt
 *   postgresql://elector@db-1:5432,db-2:5432/leases                      whichever is the primary
 * </pre>
 *
 * Of the parameters only those are taken that mean something here, because the driver would ignore
 * a misspelt one in silence, and {@code sslmode} is not a word to lose.
 *
 * @param hosts tried in this order; 5432 is the port of those that name none
 * @param parameters by name, as the driver knows them
 */
public record PostgresqlUrl(
    String user, List<HostPort> hosts, String database, Map<String, String> parameters) {
  private static final String EXAMPLE =
      "a URL such as postgresql://elector@db:5432/leases?sslmode=verify-full";
  private static final Pattern FORM =
      Pattern.compile("postgres(?:ql)?://([^@/?]*)@([^@/?]+)/([^/?#]+)(?:\\?([^#]*))?");
  private static final Pattern PASSWORD_OF_PARAMETER =
      Pattern.compile("([?&][^=&]*password=)[^&]*", Pattern.CASE_INSENSITIVE);
  private static final List<String> KNOWN =
      List.of(
          "ApplicationName",
          "channelBinding",
          "currentSchema",
          "sslcert",
          "sslkey",
          "sslmode",
          "sslnegotiation",
          "sslrootcert",
          "targetServerType");
  private static final int PORT = 5432;
  private static final int HOSTS_MAX = 16;

  /** Refuses what names nobody to connect as, or nowhere to connect to. */
  public PostgresqlUrl {
    hosts = List.copyOf(hosts);
    parameters = Map.copyOf(parameters);
  }

  /**
   * The URL that {@code text} is.
   *
   * @throws IllegalArgumentException with what was expected; it never repeats a password
   */
  public static PostgresqlUrl parse(String text) {
    if (!withoutPassword(text).equals(text)) {
      throw new IllegalArgumentException(
          EXAMPLE + ", without a password: that stands in ELECTOR_POSTGRESQL_PASSWORD_FILE");
    }
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || parts.group(1).isEmpty()) {
      throw new IllegalArgumentException(EXAMPLE);
    }
    String query = parts.group(4);
    return new PostgresqlUrl(
        decoded(parts.group(1)),
        hosts(parts.group(2)),
        decoded(parts.group(3)),
        parameters(query == null ? "" : query));
  }

  /** {@code text} as it may be shown, also where it is no URL of ours. */
  public static String withoutPassword(String text) {
    int begin = text.indexOf("//") + 2;
    int colon = text.indexOf(':', begin);
    int last = text.lastIndexOf('@');
    // A colon before the first @ begins a password, which may itself have one in it.
    boolean hasPassword = begin > 1 && colon >= 0 && colon < text.indexOf('@', begin);
    String shown = hasPassword ? text.substring(0, colon + 1) + "***" + text.substring(last) : text;
    return PASSWORD_OF_PARAMETER.matcher(shown).replaceAll("$1***");
  }

  private static List<HostPort> hosts(String text) {
    var hosts = new ArrayList<HostPort>();
    for (String part : text.split(",", -1)) {
      boolean hasPort = part.matches(".*:[0-9]+") && (part.contains("]:") || !part.contains("::"));
      HostPort host = HostPort.parse(hasPort ? part : part + ":" + PORT);
      if (host.host().isEmpty() || hosts.size() == HOSTS_MAX) {
        throw new IllegalArgumentException(EXAMPLE + ", with 1 to " + HOSTS_MAX + " hosts");
      }
      hosts.add(host);
    }
    return hosts;
  }

  private static Map<String, String> parameters(String query) {
    var parameters = new TreeMap<String, String>();
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (name.isEmpty() && equals < 0) {
        continue;
      }
      if (!KNOWN.contains(name) || equals < 0) {
        throw new IllegalArgumentException(
            "parameters of the form name=value, of " + String.join(", ", KNOWN));
      }
      parameters.put(name, decoded(part.substring(equals + 1)));
    }
    return parameters;
  }

  private static String decoded(String text) {
    // A plus is a plus here; only forms write blanks so.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Whether the database may be at one of several hosts. */
  boolean hasSeveralHosts() {
    return hosts.size() > 1;
  }

  /** Where it is, as the driver takes it. */
  String jdbc() {
    return "jdbc:postgresql://"
        + places()
        + "/"
        + URLEncoder.encode(database, StandardCharsets.UTF_8);
  }

  private String places() {
    return hosts.stream().map(HostPort::toString).collect(Collectors.joining(","));
  }

  /** What else the driver is told; without the password. */
  Properties properties() {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("ApplicationName", "leader-elector");
    if (hasSeveralHosts()) {
      properties.setProperty("targetServerType", "primary");
    }
    parameters.forEach(properties::setProperty);
    if ("system".equals(parameters.get("sslrootcert"))) {
      // As psql takes it: the certificates that the machine trusts anyway, which are the JDK's.
      properties.remove("sslrootcert");
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    return properties;
  }

  /** Who, where and which, for the log and for sentences. */
  @Override
  public String toString() {
    return user + "@" + places() + "/" + database;
  }
}
