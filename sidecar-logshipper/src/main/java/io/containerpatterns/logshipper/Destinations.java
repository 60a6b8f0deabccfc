package io.containerpatterns.logshipper;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.PoolLimits;
import io.containerpatterns.chassis.settings.Durations;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import io.containerpatterns.logshipper.http.Credentials;
import io.containerpatterns.logshipper.http.Dialect;
import io.containerpatterns.logshipper.http.HttpOutput;
import io.containerpatterns.logshipper.http.HttpOutput.Compression;
import io.containerpatterns.logshipper.http.Ndjson;
import io.containerpatterns.logshipper.local.FileOutput;
import io.containerpatterns.logshipper.local.StdoutOutput;
import io.containerpatterns.logshipper.output.Output;
import io.containerpatterns.logshipper.syslog.SyslogOutput;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes outputs of what the settings say. */
final class Destinations {
  private static final PoolLimits CONNECTIONS =
      new PoolLimits(4, 64, Duration.ofSeconds(30), Duration.ofMinutes(5));

  /** By their numbers; what has no name of its own is not among them. */
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

  private final EventLoops loops;
  private final Network network;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Duration timeout;
  private final String hostname;

  /**
   * @param timeout of a request, where a destination does not say
   * @param hostname what we call ourselves where a store asks
   */
  Destinations(
      EventLoops loops,
      Network network,
      InstantSource clock,
      Ticker ticker,
      Duration timeout,
      String hostname) {
    this.loops = loops;
    this.network = network;
    this.clock = clock;
    this.ticker = ticker;
    this.timeout = timeout;
    this.hostname = hostname;
  }

  /**
   * Opens one; nothing is sent yet.
   *
   * @throws InvalidSettings when an option is wrong or a file that it names cannot be used
   */
  Output open(ShipTo to) {
    return switch (to.kind()) {
      case "stdout" -> new StdoutOutput();
      case "file" -> new FileOutput(Path.of(to.uri().getPath()));
      case "forward" -> forward(to, Optional.empty());
      case "forward+tls" -> forward(to, Optional.of(tls(to)));
      case "syslog" -> syslog(to, SyslogOutput.PORT, Optional.empty());
      case "syslog+tls" -> syslog(to, SyslogOutput.TLS_PORT, Optional.of(tls(to)));
      default -> http(to, to.uri(), new Ndjson());
    };
  }

  private Output http(ShipTo to, URI uri, Dialect dialect) {
    boolean bare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
    var target =
        new HttpOutput.Target(
            to.id(),
            bare ? uri.resolve(dialect.path()) : uri,
            credentials(to, "Bearer"),
            Map.of("User-Agent", "containerpatterns-logshipper"),
            compression(to),
            option(to, "timeout", Durations::parse).orElse(timeout));
    ClientTls tls = ClientTls.of(tlsFiles(to));
    if ("https".equals(uri.getScheme())) {
      tls.check();
    }
    HttpClient client = HttpClient.on(loops, network).tls(tls).keepConnections(CONNECTIONS).build();
    return new HttpOutput(target, dialect, client, clock);
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
  private static Compression compression(ShipTo to) {
    return option(to, "compression", text -> Compression.valueOf(text.toUpperCase(Locale.ROOT)))
        .orElse(isLoopback(to.uri().getHost()) ? Compression.NONE : Compression.GZIP);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private static TlsFiles tlsFiles(ShipTo to) {
    try {
      return new TlsFiles(
          option(to, "ca_file", Path::of),
          option(to, "cert_file", Path::of),
          option(to, "key_file", Path::of));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_SHIP_TO",
              to.id(),
              String.valueOf(e.getMessage()),
              "add the other option"));
    }
  }

  private static <T> Optional<T> option(ShipTo to, String name, Function<String, T> parser) {
    Optional<String> text = to.option(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text.get()));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettings(
          new Problem(
              "LOGSHIPPER_SHIP_TO",
              name + "=" + text.get(),
              "another value of " + name + ": " + e.getMessage(),
              "correct it, or leave it out"));
    }
  }
}
