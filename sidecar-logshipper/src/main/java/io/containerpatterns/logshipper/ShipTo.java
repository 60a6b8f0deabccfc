package io.containerpatterns.logshipper;

import io.containerpatterns.logshipper.output.Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One destination as it stands in {@code LOGSHIPPER_SHIP_TO}:
 *
 * <pre>
 *   stdout:      file:/logs/all.ndjson      http://collector:8080/logs?token_file=/run/token&amp;id=main
 *   '-- kind     '-- kind                   '-- kind               '-- options
 * </pre>
 *
 * @param kind the scheme
 * @param uri where to, without options; of {@code stdout:} it is never used
 * @param options by name, decoded
 */
record ShipTo(String kind, URI uri, Map<String, String> options) {
  /** Options that every destination has. */
  private static final List<String> COMMON = List.of("id");

  /** Options of everything that is spoken to by HTTP. */
  private static final List<String> HTTP =
      List.of(
          "token_file",
          "user",
          "password_file",
          "compression",
          "timeout",
          "ca_file",
          "cert_file",
          "key_file");

  /** Options of what is spoken to over TLS. */
  private static final List<String> TLS = List.of("ca_file", "cert_file", "key_file");

  private static final Map<String, List<String>> KINDS = kinds();

  private static Map<String, List<String>> kinds() {
    var kinds = new LinkedHashMap<String, List<String>>();
    kinds.put("stdout", List.of());
    kinds.put("file", List.of());
    kinds.put("http", HTTP);
    kinds.put("https", HTTP);
    overHttp(kinds, "loki", "tenant", "format", "metadata");
    overHttp(kinds, "elastic");
    overHttp(kinds, "otlp", "encoding", "retry500");
    overHttp(
        kinds, "splunk", "ack", "ack_every", "ack_limit", "index", "sourcetype", "host", "fields");
    both(
        kinds,
        "forward",
        "tag",
        "compression",
        "shared_key_file",
        "user",
        "password_file",
        "hostname",
        "timeout");
    both(kinds, "syslog", "facility", "app", "hostname", "procid", "data_id", "timeout");
    both(
        kinds,
        "kafka",
        "brokers",
        "client_id",
        "compression",
        "sasl",
        "user",
        "password_file",
        "hostname",
        "timeout");
    return kinds;
  }

  /** A kind that is spoken to by HTTP, plain and over TLS. */
  private static void overHttp(Map<String, List<String>> kinds, String kind, String... options) {
    var all = new ArrayList<>(HTTP);
    all.addAll(List.of(options));
    kinds.put(kind + "+http", List.copyOf(all));
    kinds.put(kind + "+https", List.copyOf(all));
  }

  /** A kind, plain and over TLS. */
  private static void both(Map<String, List<String>> kinds, String kind, String... options) {
    kinds.put(kind, List.of(options));
    var secure = new ArrayList<>(List.of(options));
    secure.addAll(TLS);
    kinds.put(kind + "+tls", List.copyOf(secure));
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with what was expected
   */
  static ShipTo parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    List<String> known = KINDS.get(kind);
    if (known == null || colon < 0) {
      throw new IllegalArgumentException(
          "a URL that begins with one of " + String.join(":, ", KINDS.keySet()) + ":");
    }
    int question = text.indexOf('?');
    String place = question < 0 ? text : text.substring(0, question);
    Map<String, String> options = question < 0 ? Map.of() : options(text.substring(question + 1));
    checkOptions(kind, known, options.keySet());
    return new ShipTo(kind, uri(kind, place), options);
  }

  private static URI uri(String kind, String place) {
    if (kind.equals("stdout")) {
      return URI.create("stdout:/");
    }
    try {
      URI uri = new URI(place);
      boolean whole = kind.equals("file") ? uri.getPath() != null : uri.getHost() != null;
      if (whole) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        kind.equals("file")
            ? "a file such as file:/out/all.ndjson"
            : "a URL such as " + kind + "://collector:8080/");
  }

  private static void checkOptions(String kind, List<String> known, Set<String> given) {
    for (String option : given) {
      if (!known.contains(option) && !COMMON.contains(option)) {
        var all = new TreeSet<>(known);
        all.addAll(COMMON);
        throw new IllegalArgumentException(
            "behind the question mark only options of " + kind + ": " + String.join(", ", all));
      }
    }
  }

  private static Map<String, String> options(String query) {
    var options = new LinkedHashMap<String, String>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("options such as ?id=main&timeout=30s");
      }
      String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
      String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      if (options.put(name, value) != null) {
        throw new IllegalArgumentException("each option once; " + name + " is there twice");
      }
    }
    return options;
  }

  /**
   * Its name in the checkpoint: the one given, or else where it leads to, so that the order in the
   * list does not matter.
   */
  String id() {
    String given = options.get("id");
    if (given != null) {
      return given;
    }
    if (kind.equals("stdout")) {
      return kind;
    }
    return kind.equals("file")
        ? "file:" + uri.getPath()
        : kind
            + "://"
            + uri.getHost()
            + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
            + uri.getPath();
  }

  /** The URL of requests: without what tells the kind of store. */
  URI http() {
    return URI.create(uri.toString().substring(kind.indexOf('+') + 1));
  }

  /** An option, if it is given. */
  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /** The same for the packages of the stores. */
  Address address() {
    return new Address("LOGSHIPPER_SHIP_TO", kind, id(), uri, options);
  }
}
