package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.log.Log;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@link Routes} on one address.
 *
 * <p>Room is kept for newcomers: when all connections are taken, the one that has waited longest
 * for a request is closed, because an idle client loses nothing by it and a flood of silent ones
 * must not lock out a probe. Only when every one is being answered is the newcomer told 503.
 */
public final class HttpServer implements AutoCloseable {
  private static final Log log = Log.of(HttpServer.class);
  private static final int BACKLOG = 256;
  private static final int READ_BYTES_MAX = 16 * 1024;
  private static final long CLOSE_MILLIS = 1000;

  private final Builder with;
  private final Traffic traffic;
  private final DateHeader date;
  private final EventLoops loops;
  private final boolean ownLoops;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private final Channel channel;
  private volatile boolean draining;

  private HttpServer(Builder with) throws BindException {
    this.with = with;
    this.traffic = with.network.listener(with.name);
    this.date = new DateHeader(with.clock);
    this.ownLoops = with.loops == null;
    this.loops = with.loops != null ? with.loops : EventLoops.start(with.name, 1, with.network);
    this.channel = bind();
  }

  /**
   * Begins to describe a server; {@code name} is its name in statistics and logs, such as {@code
   * api}.
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Where it listens, with the port that was bound when 0 was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /**
   * Accepts no new connection and lets each open one end with its next answer; complete when
   * nothing is in flight.
   */
  public CompletionStage<Void> drain() {
    draining = true;
    channel.close().awaitUninterruptibly(CLOSE_MILLIS);
    if (inFlight.get() == 0) {
      quiet.complete(null);
    }
    return quiet;
  }

  /** Requests that wait for their answer. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Cuts what is still open and gives the port back. */
  @Override
  public void close() {
    draining = true;
    channel.close().awaitUninterruptibly(CLOSE_MILLIS);
    connections.forEach(Connection::cut);
    if (ownLoops) {
      loops.close();
    }
  }

  // ---- asked by the connections, on their event loops

  HttpLimits limits() {
    return with.limits;
  }

  Routes routes() {
    return with.routes;
  }

  @Nullable Hosts hosts() {
    return with.hosts;
  }

  boolean refusesOrigin() {
    return with.refusesOrigin;
  }

  Traffic traffic() {
    return traffic;
  }

  Ticker ticker() {
    return with.ticker;
  }

  boolean isDraining() {
    return draining;
  }

  byte[] date(long nanos) {
    return date.at(nanos);
  }

  void opened(Connection connection) {
    traffic.opened();
    connections.add(connection);
    if (open.incrementAndGet() > with.limits.connections()) {
      makeRoom(connection);
    }
  }

  void closed(Connection connection, boolean unanswered) {
    if (connections.remove(connection)) {
      traffic.closed();
      open.decrementAndGet();
    }
    if (unanswered) {
      ended();
    }
  }

  void began() {
    inFlight.incrementAndGet();
  }

  void ended() {
    if (inFlight.decrementAndGet() == 0 && draining) {
      quiet.complete(null);
    }
  }

  void fault(String message, Throwable cause) {
    log.error(message, "listener", with.name, "cause", cause);
  }

  private void makeRoom(Connection newcomer) {
    traffic.dropped();
    Connection longest = null;
    long now = with.ticker.nanos();
    long waited = -1;
    for (Connection connection : connections) {
      long since = connection.waitingSince();
      if (connection != newcomer && since != 0 && now - since > waited) {
        longest = connection;
        waited = now - since;
      }
    }
    if (longest != null) {
      longest.makeRoom();
    } else {
      newcomer.turnAway();
    }
  }

  private Channel bind() throws BindException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(512, 2048, READ_BYTES_MAX))
            .childHandler(new Pipeline(this))
            .bind(with.address)
            .awaitUninterruptibly();
    Throwable failure = bound.cause();
    if (failure != null) {
      if (ownLoops) {
        loops.close();
      }
      var refused = new BindException(shown(with.address) + ": " + reason(failure));
      refused.initCause(failure);
      throw refused;
    }
    return bound.channel();
  }

  private static String shown(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  // The native transport puts the name of the system call in front: "bind(..) failed with
  // error(-98): Address ...".
  private static String reason(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("bind(") ? message.substring(message.lastIndexOf(": ") + 2) : message;
  }

  private static final class Pipeline extends ChannelInitializer<Channel> {
    private final HttpServer server;

    Pipeline(HttpServer server) {
      this.server = server;
    }

    @Override
    protected void initChannel(Channel channel) {
      var connection = new Connection(server);
      channel.pipeline().addLast(connection.decoder(), connection);
    }
  }

  /** What a server is made of. */
  public static final class Builder {
    private final String name;
    private InetSocketAddress address = new InetSocketAddress("127.0.0.1", 0);
    private Routes routes = Routes.of(List.of());
    private HttpLimits limits = HttpLimits.DEFAULT;
    private @Nullable Hosts hosts;
    private boolean refusesOrigin;
    private @Nullable EventLoops loops;
    private Ticker ticker = Ticker.system();
    private Network network = new Network(ticker);
    private InstantSource clock = InstantSource.system();

    private Builder(String name) {
      this.name = name;
    }

    /** The address; port 0 takes any free one, which is also the default, on 127.0.0.1. */
    public Builder listen(InetSocketAddress address) {
      this.address = address;
      return this;
    }

    /** What it serves. */
    public Builder routes(Routes routes) {
      this.routes = routes;
      return this;
    }

    /** Other limits than {@link HttpLimits#DEFAULT}. */
    public Builder limits(HttpLimits limits) {
      this.limits = limits;
      return this;
    }

    /**
     * Refuses foreign Host names with 421, except on routes for any host; without this every Host
     * is accepted.
     */
    public Builder hosts(Hosts hosts) {
      this.hosts = hosts;
      return this;
    }

    /** Refuses with 403 whatever a web page sends: every request that carries an Origin. */
    public Builder refuseOrigin() {
      this.refusesOrigin = true;
      return this;
    }

    /** Where to count. */
    public Builder network(Network network) {
      this.network = network;
      return this;
    }

    /**
     * Threads shared with others, which this server does not close; without this it has one of its
     * own.
     */
    public Builder loops(EventLoops loops) {
      this.loops = loops;
      return this;
    }

    /** Other time than that of this machine. */
    public Builder time(Ticker ticker, InstantSource clock) {
      this.ticker = ticker;
      this.clock = clock;
      return this;
    }

    /**
     * Binds and serves.
     *
     * @throws BindException that names the address, when it is in use or not ours
     */
    public HttpServer start() throws BindException {
      return new HttpServer(this);
    }
  }
}
