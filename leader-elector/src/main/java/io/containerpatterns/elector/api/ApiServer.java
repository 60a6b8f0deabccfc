package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Hosts;
import io.containerpatterns.chassis.http.HttpServer;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.HostPort;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The API while it is open: one thread, one address. Started and closed by the thread of the
 * service.
 */
public final class ApiServer implements AutoCloseable {
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

  /**
   * @param hosts the names that it answers to
   * @param dynamic whether elections may be joined and left at run time
   */
  public ApiServer(
      HostPort listen,
      Hosts hosts,
      boolean dynamic,
      Elections elections,
      Feed feed,
      Verbs verbs,
      Network network,
      InstantSource clock,
      RequestCounts counts) {
    this.listen = listen;
    this.hosts = hosts;
    this.dynamic = dynamic;
    this.elections = elections;
    this.feed = feed;
    this.verbs = verbs;
    this.network = network;
    this.clock = clock;
    this.counts = counts;
  }

  /**
   * Binds and serves.
   *
   * @throws java.net.BindException when the address is in use or not ours
   */
  public void start() throws IOException {
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
