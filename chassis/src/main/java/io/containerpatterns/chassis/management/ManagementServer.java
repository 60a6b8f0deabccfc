package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.Managed;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.Heartbeat;
import io.containerpatterns.chassis.http.Hosts;
import io.containerpatterns.chassis.http.HttpLimits;
import io.containerpatterns.chassis.http.HttpServer;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.http.Routes;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.settings.ManagementConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The upward API of a process: how it is, what it does, and the few things it can be told. On a
 * thread of its own, so that it answers when everything else is at its limit.
 *
 * <pre>
 *   everyone              GET  /livez /readyz /startupz /healthz /metrics          any Host
 *                         GET  / /info /openapi.yaml /lifecycle
 *   loopback or token     GET  /config /threads /contention /network /heap /loggers /logs /lifecycle/checkpoint
 *                         POST /config/check /config/reload /profile /heap/dump
 *                         POST /lifecycle/drain resume stop checkpoint replicate
 *                         PUT  /loggers/{name} /lifecycle/restore /lifecycle/priority
 * </pre>
 *
 * Nobody gets in with an Origin header, and under a name that is not ours only to the first line.
 */
public final class ManagementServer implements AutoCloseable {
  private static final Log log = Log.of(ManagementServer.class);
  private static final String NAME = "management";
  private static final HttpLimits LIMITS =
      HttpLimits.DEFAULT
          .withConnections(256)
          .withTimes(Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(30));
  private static final long CLOSE_MILLIS = 500;
  private static final int DEADLOCK_BEATS = 10;

  private final Managed managed;
  private final Network network;
  private final Vitals vitals;
  private final Token token;
  private final Recorder recorder;
  private final EventLoops loops;
  private final List<Route> routes;
  private final HttpServer server;
  private final AtomicBoolean atWork = new AtomicBoolean();
  private int beats; // event loop only

  private ManagementServer(Managed managed) throws IOException {
    this.managed = managed;
    this.network = managed.network();
    this.vitals = new Vitals(network);
    ManagementConfig config = managed.configuration().process().management();
    this.token = token(managed);
    this.recorder = new Recorder(config.profileDir());
    managed.probes().vital(vitals::loops);
    managed.probes().vital(vitals::deadlocks);
    this.routes = List.copyOf(routes(config));
    this.loops = EventLoops.start(NAME, 1, network);
    try {
      this.server = listen(config);
    } catch (IOException e) {
      loops.close();
      throw e;
    }
    loops.group().scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * Binds and answers from then on.
   *
   * @throws java.net.BindException when the address is in use or not ours
   */
  public static ManagementServer start(Managed managed) throws IOException {
    return new ManagementServer(managed);
  }

  /** The address it is bound to. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** Closes it, after answers under way were sent; a recording under way ends with what it has. */
  @Override
  public void close() {
    recorder.end();
    try {
      server.drain().toCompletableFuture().get(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("requests are cut off", "inFlight", server.inFlight());
    }
    server.close();
    loops.close();
  }

  /** What it serves, for the one who compares it with its description. */
  List<Route> routes() {
    return routes;
  }

  private HttpServer listen(ManagementConfig config) throws IOException {
    return HttpServer.named(NAME)
        .listen(config.listen().resolve())
        .routes(Routes.of(routes).hint("GET / lists what is there"))
        .limits(LIMITS)
        .hosts(hosts(config))
        .refuseOrigin()
        .network(network)
        .loops(loops)
        .time(managed.ticker(), managed.clock())
        .start();
  }

  private List<Route> routes(ManagementConfig config) {
    var access = new Access(token, config.writes());
    var all = new ArrayList<Route>();
    all.addAll(new ProbeEndpoints(managed.probes()).routes());
    all.addAll(
        new MetricsEndpoint(managed.metrics(), new NetworkMetrics(managed.metrics(), network))
            .routes());
    all.addAll(new ConfigEndpoints(managed.configuration(), access).routes());
    all.addAll(new ThreadsEndpoint(access).routes());
    all.addAll(new ProfileEndpoints(recorder, access).routes());
    all.addAll(new NetworkEndpoint(network, access).routes());
    all.addAll(new HeapEndpoints(config, access).routes());
    all.addAll(new LoggerEndpoints(managed.loggers(), access).routes());
    all.addAll(new LogEndpoint(managed.logs(), access).routes());
    all.addAll(new LifecycleEndpoints(managed, access).routes());
    all.addAll(new CheckpointEndpoints(managed, access).routes());
    for (Route route : managed.routes()) {
      all.add(route.behind(access.inside()));
    }
    all.addAll(new InfoEndpoints(managed, List.copyOf(all)).routes());
    return all;
  }

  private Hosts hosts(ManagementConfig config) {
    var names = new ArrayList<>(config.hosts());
    Optional.ofNullable(managed.environment().get("HOSTNAME")).ifPresent(names::add);
    return Hosts.of(names);
  }

  private static Token token(Managed managed) {
    Optional<Path> file =
        Optional.ofNullable(managed.environment().get("MANAGEMENT_TOKEN_FILE"))
            .filter(text -> !text.isEmpty())
            .map(Path::of);
    return new Token(file, () -> managed.configuration().process().management().token());
  }

  /**
   * Once a second: pings every loop; what blocks follows aside, and is left out while the last one
   * is not done.
   */
  private void beat() {
    network.loops().forEach(Heartbeat::beat);
    beats++;
    boolean search = beats % DEADLOCK_BEATS == 0;
    if (atWork.compareAndSet(false, true)) {
      Thread.ofVirtual().name("management-beat").start(() -> lookAfter(search));
    }
  }

  private void lookAfter(boolean search) {
    try {
      token.readAgain();
      if (search) {
        vitals.search();
        // Reading turns the windows of the quantiles.
        network.listeners();
        network.upstreams();
      }
    } finally {
      atWork.set(false);
    }
  }
}
