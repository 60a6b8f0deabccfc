package io.containerpatterns.elector;

import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Hosts;
import io.containerpatterns.chassis.http.HttpServer;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The API while it is open: one thread, one address. Started and closed by the thread of the
 * service.
 */
final class ApiServer implements AutoCloseable {
  private static final Log log = Log.of(ApiServer.class);

  private final HostPort listen;
  private final Hosts hosts;
  private final boolean dynamic;
  private final Elections elections;
  private final Feed feed;
  private final Verbs verbs;
  private final Network network;
  private final InstantSource clock;
  private final RequestCounts counts;
  private @Nullable EventLoops loops;
  private @Nullable ElectorApi api;
  private @Nullable HttpServer server;

  ApiServer(
      ElectorConfig config,
      Elections elections,
      Feed feed,
      Verbs verbs,
      Network network,
      InstantSource clock,
      RequestCounts counts) {
    this.listen = config.listen();
    this.hosts = hosts(config.hosts());
    this.dynamic = config.dynamic();
    this.elections = elections;
    this.feed = feed;
    this.verbs = verbs;
    this.network = network;
    this.clock = clock;
    this.counts = counts;
  }

  private static Hosts hosts(List<String> more) {
    var names = new ArrayList<>(more);
    names.add(HostName.ours());
    return Hosts.of(names);
  }

  /**
   * Binds and serves.
   *
   * @throws java.net.BindException when the address is in use or not ours
   */
  void start() throws IOException {
    InetSocketAddress address = listen.resolve();
    EventLoops one = EventLoops.start("api", 1, network);
    loops = one;
    var serving = new ElectorApi(elections, feed, verbs, new SocketLoop(one), clock, dynamic);
    api = serving;
    server =
        serving
            .on(HttpServer.named("api"))
            .routes(counts.counted(serving.routes()))
            .listen(address)
            .hosts(hosts)
            .loops(one)
            .network(network)
            .start();
    log.info("listening", "listener", "api", "address", server.address());
    if (!address.getAddress().isLoopbackAddress()) {
      log.warn(
          "the API is open to other machines",
          "address",
          server.address(),
          "consequence",
          "whoever reaches it may resign for us; it asks for no password");
    }
  }

  /** Answers whoever waits, then closes. */
  @Override
  public void close() {
    if (api != null) {
      api.close();
    }
    if (server != null) {
      server.close();
    }
    if (loops != null) {
      loops.close();
    }
  }
}
