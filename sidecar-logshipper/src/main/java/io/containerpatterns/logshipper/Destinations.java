package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.Version;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.PoolLimits;
import io.containerpatterns.chassis.settings.Durations;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import io.containerpatterns.logshipper.elastic.Bulk;
import io.containerpatterns.logshipper.forward.ForwardOutput;
import io.containerpatterns.logshipper.forward.ForwardTarget;
import io.containerpatterns.logshipper.http.Credentials;
import io.containerpatterns.logshipper.http.Dialect;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.HttpOutput.Compression;
import io.containerpatterns.logshipper.http.Ndjson;
import io.containerpatterns.logshipper.local.FileOutput;
import io.containerpatterns.logshipper.local.StdoutOutput;
import io.containerpatterns.logshipper.loki.JsonPush;
import io.containerpatterns.logshipper.loki.ProtobufPush;
import io.containerpatterns.logshipper.loki.PushSettings;
import io.containerpatterns.logshipper.otlp.ExportRules;
import io.containerpatterns.logshipper.otlp.JsonLogs;
import io.containerpatterns.logshipper.otlp.ProtobufLogs;
import io.containerpatterns.logshipper.output.Opener;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.splunk.AcknowledgedOutput;
import io.containerpatterns.logshipper.splunk.HecEvents;
import io.containerpatterns.logshipper.splunk.HecSettings;
import io.containerpatterns.logshipper.syslog.SyslogHeader;
import io.containerpatterns.logshipper.syslog.SyslogOutput;
import io.containerpatterns.logshipper.wire.Peer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/** Makes outputs of what the settings say. Nothing is sent before the first batch. */
final class Destinations {
  private static final PoolLimits CONNECTIONS =
      new PoolLimits(4, 64, Duration.ofSeconds(30), Duration.ofMinutes(5));

  /** By their numbers (RFC 5424, 6.2.1). */
  private static final List<String> FACILITIES =
      List.of(
          "kern",
          "user",
          "mail",
          "daemon",
          "auth",
          "syslog",
          "lpr",
          "news",
          "uucp",
          "cron",
          "authpriv",
          "ftp",
          "ntp",
          "audit",
          "alert",
          "clock",
          "local0",
          "local1",
          "local2",
          "local3",
          "local4",
          "local5",
          "local6",
          "local7");

  private final Surroundings around;

  /**
   * What destinations stand on.
   *
   * @param timeout of a request, where a destination does not say
   * @param hostname what we call ourselves where a store asks
   */
  record Surroundings(
      EventLoops loops,
      Network network,
      Ticker ticker,
      InstantSource clock,
      Duration timeout,
      String hostname) {}

  Destinations(Surroundings around) {
    this.around = around;
  }

  /**
   * Opens one.
   *
   * @throws InvalidSettings when an option is wrong or a file that it names cannot be used
   */
  Output open(ShipTo to) {
    return switch (to.kind()) {
      case "stdout" -> new StdoutOutput();
      case "file" -> new FileOutput(Path.of(to.uri().getPath()));
      case "loki+http", "loki+https" -> http(to, loki(to), "Bearer");
      case "elastic+http", "elastic+https" -> elastic(to);
      case "otlp+http", "otlp+https" -> http(to, otlp(to), "Bearer");
      case "splunk+http", "splunk+https" -> splunk(to);
      case "forward" -> forward(to, Optional.empty());
      case "forward+tls" -> forward(to, Optional.of(tls(to)));
      case "syslog" -> syslog(to, SyslogOutput.PORT, Optional.empty());
      case "syslog+tls" -> syslog(to, SyslogOutput.TLS_PORT, Optional.of(tls(to)));
      case "kafka" -> ofVariant(to, Optional.empty(), "kafka");
      case "kafka+tls" -> ofVariant(to, Optional.of(tls(to)), "kafka");
      default -> http(to, new Ndjson(), "Bearer");
    };
  }

  private Dialect loki(ShipTo to) {
    var settings = new PushSettings(to.option("tenant"), isOn(to, "metadata", true));
    return word(to, "format", "protobuf", "json").equals("json")
        ? new JsonPush(settings, around.clock())
        : new ProtobufPush(settings, around.clock());
  }

  private Dialect otlp(ShipTo to) {
    var rules = new ExportRules(isOn(to, "retry500", true), around.clock());
    return word(to, "encoding", "protobuf", "json").equals("json")
        ? new JsonLogs(rules)
        : new ProtobufLogs(rules);
  }

  private Output elastic(ShipTo to) {
    String path = to.uri().getRawPath();
    String index = path == null ? "" : path.replace("/", "");
    if (index.isEmpty()) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_SHIP_TO",
              to.id(),
              "the name of the index or data stream as the path",
              "write it as " + to.kind() + "://host:9200/logs"));
    }
    var dialect = new Bulk(index, around.clock());
    return output(to, to.http().resolve(dialect.path()), dialect, "ApiKey");
  }

  private Output splunk(ShipTo to) {
    var settings =
        new HecSettings(
            to.option("index"),
            to.option("sourcetype"),
            to.option("host"),
            isOn(to, "fields", true));
    var dialect = new HecEvents(settings, around.clock());
    if (!isOn(to, "ack", false)) {
      return http(to, dialect, "Splunk");
    }
    return new AcknowledgedOutput(
        target(to, path(to.http(), dialect), "Splunk"),
        settings,
        client(to),
        around.clock(),
        around.loops().group().next(),
        around.ticker(),
        option(to, "ack_every", Durations::parse).orElse(Duration.ofSeconds(2)),
        option(to, "ack_limit", Durations::parse).orElse(Duration.ofMinutes(5)));
  }

  private Output forward(ShipTo to, Optional<ClientTls> tls) {
    Optional<ForwardTarget.Login> login =
        option(to, "password_file", Path::of)
            .map(file -> new ForwardTarget.Login(to.option("user").orElse(""), file));
    String us = to.option("hostname").orElse(around.hostname());
    var target =
        new ForwardTarget(
            peer(to, ForwardTarget.PORT, tls),
            to.option("tag").orElse("logs"),
            compression(to, "none", "gzip") == Compression.GZIP,
            option(to, "shared_key_file", Path::of)
                .map(file -> new ForwardTarget.Hello(us, file, login)));
    return new ForwardOutput(target, around.loops(), around.network(), around.ticker());
  }

  private Output syslog(ShipTo to, int port, Optional<ClientTls> tls) {
    var header =
        new SyslogHeader(
            option(to, "facility", Destinations::facility).orElse(SyslogHeader.USER),
            to.option("hostname").orElse(around.hostname()),
            to.option("app").orElse(""),
            to.option("procid").orElse(""),
            to.option("data_id").orElse(SyslogHeader.DATA_ID));
    return new SyslogOutput(
        peer(to, port, tls), header, around.loops(), around.network(), around.ticker());
  }

  /** A kind that only the image has whose tag ends with {@code -variant}. */
  private Output ofVariant(ShipTo to, Optional<ClientTls> tls, String variant) {
    var here =
        new Opener.Surroundings(
            around.network(),
            around.ticker(),
            timeout(to),
            tls,
            compression(to, "none", "gzip") == Compression.GZIP,
            around.hostname());
    for (Opener opener : ServiceLoader.load(Opener.class)) {
      if (opener.opens(to.kind())) {
        return opener.open(to.address(), here);
      }
    }
    throw new InvalidSettings(
        new Problem(
            "LOGSHIPPER_SHIP_TO",
            to.id(),
            "a destination that this image can speak to",
            "take the image whose tag ends with -"
                + variant
                + ", such as containerpatterns/sidecar-logshipper:"
                + Version.current().number()
                + "-"
                + variant));
  }

  private Peer peer(ShipTo to, int port, Optional<ClientTls> tls) {
    String host = to.uri().getHost();
    return new Peer(
        to.id(),
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        to.uri().getPort() < 0 ? port : to.uri().getPort(),
        tls,
        timeout(to));
  }

  private Output http(ShipTo to, Dialect dialect, String word) {
    return output(to, path(to.http(), dialect), dialect, word);
  }

  private Output output(ShipTo to, URI uri, Dialect dialect, String word) {
    return new HttpOutput(target(to, uri, word), dialect, client(to), around.clock());
  }

  /** A URL without a path of its own has that of the store. */
  private static URI path(URI uri, Dialect dialect) {
    boolean bare = uri.getRawPath() == null || uri.getRawPath().length() <= 1;
    return bare ? uri.resolve(dialect.path()) : uri;
  }

  private HttpOutput.Target target(ShipTo to, URI uri, String word) {
    return new HttpOutput.Target(
        to.id(),
        uri,
        credentials(to, word),
        Map.of("User-Agent", "containerpatterns-logshipper"),
        compression(to, "none", "gzip", "zstd"),
        timeout(to));
  }

  private HttpClient client(ShipTo to) {
    HttpClient.Builder client =
        HttpClient.on(around.loops(), around.network()).keepConnections(CONNECTIONS);
    if (to.kind().endsWith("https")) {
      client.tls(tls(to));
    }
    return client.build();
  }

  private Duration timeout(ShipTo to) {
    return option(to, "timeout", Durations::parse).orElse(around.timeout());
  }

  private static Credentials credentials(ShipTo to, String word) {
    Optional<Path> token = option(to, "token_file", Path::of);
    if (token.isPresent()) {
      return Credentials.token(word, token.get());
    }
    Optional<Path> password = option(to, "password_file", Path::of);
    return password.isPresent()
        ? Credentials.basic(to.option("user").orElse(""), password.get())
        : Credentials.NONE;
  }

  /** On this machine the bytes are free and the processor is not. */
  private static Compression compression(ShipTo to, String... words) {
    if (to.option("compression").isEmpty()) {
      return isLoopback(to.uri().getHost()) ? Compression.NONE : Compression.GZIP;
    }
    var compression = Compression.valueOf(word(to, "compression", words).toUpperCase(Locale.ROOT));
    try {
      compression.load();
    } catch (LinkageError e) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_SHIP_TO",
              "compression=zstd",
              "a machine on which zstd's library can be loaded; the system says: " + e.getMessage(),
              "write compression=gzip, or give the process a writable /tmp"));
    }
    return compression;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  /** The files are read now, so that a wrong one is told at the start. */
  private static ClientTls tls(ShipTo to) {
    try {
      var files =
          new TlsFiles(
              option(to, "ca_file", Path::of),
              option(to, "cert_file", Path::of),
              option(to, "key_file", Path::of));
      ClientTls tls = ClientTls.of(files);
      tls.check();
      return tls;
    } catch (IllegalArgumentException e) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_SHIP_TO", to.id(), "cert_file and key_file together", "add the other"));
    }
  }

  private static int facility(String name) {
    int facility = FACILITIES.indexOf(name);
    if (facility < 0) {
      throw new IllegalArgumentException("one of " + String.join(", ", FACILITIES));
    }
    return facility;
  }

  private static boolean isOn(ShipTo to, String name, boolean standard) {
    return standard
        ? word(to, name, "on", "off").equals("on")
        : word(to, name, "off", "on").equals("on");
  }

  /** One of these words, the first where the destination does not say. */
  private static String word(ShipTo to, String name, String... words) {
    return to.address().word(name, words);
  }

  private static <T> Optional<T> option(ShipTo to, String name, Function<String, T> parser) {
    return to.address().option(name, parser);
  }
}
