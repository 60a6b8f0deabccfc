package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.chassis.tls.TlsFiles;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls others by HTTP/1.1, plain or over TLS: hooks, stores, other pods. One limit of time over
 * all of a call, bounded answers, no redirects.
 *
 * <pre>
 *   send, stream -> PendingCall -> [Connections] -> Dial -> ClientConnection -> Answer | AnswerReceiver
 * </pre>
 *
 * Each call has a connection of its own unless the client was asked to keep them. A kept connection
 * is used again only after an answer whose end was certain. Where it turns out to be closed before
 * a byte of an answer, GET and HEAD are sent once more; everything else fails, because nobody can
 * tell whether it was done. Streams always have a connection of their own.
 *
 * <p>A call is cancelled by cancelling what {@link #send} and {@link #stream} return, which closes
 * its connection. Callbacks run on an event loop and must not block. Any thread.
 */
public final class HttpClient implements AutoCloseable {
  private final EventLoops loops;
  private final Network network;
  private final Ticker ticker;
  private final ClientTls tls;
  private final @Nullable PoolLimits limits;
  private final Preparation preparation;
  private final List<EventLoop> shares = new ArrayList<>();
  private final Map<Key, Connections> pools = new ConcurrentHashMap<>(); // each on its loop only
  private volatile boolean closed;

  /** Whose connections may carry the same calls; the statistics of two upstreams never mix. */
  private record Key(String upstream, Origin origin) {}

  /** A client on threads that somebody else owns, with the defaults of {@link #on}. */
  public HttpClient(EventLoops loops, Network network) {
    this(on(loops, network));
  }

  private HttpClient(Builder with) {
    this.loops = with.loops;
    this.network = with.network;
    this.ticker = with.ticker;
    this.tls = with.tls;
    this.limits = with.limits;
    this.preparation = new Preparation(with.names);
    for (EventExecutor loop : loops.group()) {
      shares.add((EventLoop) loop);
    }
  }

  /**
   * A client on threads that somebody else owns: a connection per call, and for https the
   * authorities that the JDK knows.
   */
  public static Builder on(EventLoops loops, Network network) {
    return new Builder(loops, network);
  }

  /**
   * Calls; fails with an {@link IOException} whose message says who did not do what within which
   * time.
   */
  public CompletableFuture<Answer> send(Call call) {
    Traffic traffic = network.upstream(call.upstream());
    Origin origin = Origin.of(call.uri()).orElse(null);
    if (origin == null) {
      return CompletableFuture.failedFuture(notHttp(call, traffic));
    }
    var key = new Key(call.upstream(), origin);
    var pending = new WholeAnswer(call, origin, traffic, loop(key), ticker);
    begin(pending, limits == null ? () -> dial(pending) : () -> pool(key, limits).take(pending));
    return pending.result();
  }

  /**
   * Calls, and hands the answer on while it comes. The result completes when the answer has ended
   * or the receiver had enough, and fails as that of {@link #send}, also when the connection breaks
   * later. The limit of time of the call holds until the head of the answer; how long the answer
   * may be is up to the receiver.
   *
   * @param idle how long no byte may come, once the head has come
   */
  public CompletableFuture<Void> stream(Call call, Duration idle, AnswerReceiver receiver) {
    Traffic traffic = network.upstream(call.upstream());
    Origin origin = Origin.of(call.uri()).orElse(null);
    if (origin == null) {
      return CompletableFuture.failedFuture(notHttp(call, traffic));
    }
    EventLoop loop = loops.group().next();
    var pending = new StreamedAnswer(call, origin, traffic, loop, ticker, idle, receiver);
    begin(pending, () -> dial(pending));
    return pending.result();
  }

  /** Closes kept connections and fails the calls that wait for one; those under way go on. */
  @Override
  public void close() {
    closed = true;
    for (EventLoop loop : shares) {
      if (!loop.isShuttingDown()) {
        loop.execute(() ->
            pools.forEach((key, connections) -> {
              if (loop(key).equals(loop)) {
                connections.close();
              }
            }));
      }
    }
  }

  private void begin(PendingCall pending, Runnable next) {
    Runnable first =
        () -> {
          pending.begin();
          if (closed) {
            pending.fail("the client was closed", null);
          } else if (!pending.isOver()) {
            next.run();
          }
        };
    if (pending.loop.inEventLoop()) {
      first.run();
      return;
    }
    try {
      pending.loop.execute(first);
    } catch (RejectedExecutionException ended) {
      pending.traffic.error();
      pending
          .result()
          .completeExceptionally(
              new IOException(pending.call.shown() + ": the client was closed", ended));
    }
  }

  private void dial(PendingCall pending) {
    dial(
        pending,
        null,
        connection -> {
          if (connection != null) {
            connection.carry(pending);
          }
        });
  }

  private void dial(
      PendingCall pending,
      ClientConnection.@Nullable Home home,
      Consumer<@Nullable ClientConnection> done) {
    new Dial(loops, preparation, tls, pending, home, done).begin();
  }

  private Connections pool(Key key, PoolLimits with) {
    return pools.computeIfAbsent(
        key,
        added -> new Connections(with, loop(added), ticker, this::dial, () -> pools.remove(added)));
  }

  /** The same for the same key, so that a pool has one owner. */
  private EventLoop loop(Key key) {
    return limits == null
        ? loops.group().next()
        : shares.get(Math.floorMod(key.hashCode(), shares.size()));
  }

  private static IOException notHttp(Call call, Traffic traffic) {
    traffic.error();
    return new IOException(
        call.shown()
            + ": is not an address of the form http://host:port/path or https://host:port/path");
  }

  /** What a client is made of. */
  public static final class Builder {
    private final EventLoops loops;
    private final Network network;
    private ClientTls tls = ClientTls.of(TlsFiles.NONE);
    private @Nullable PoolLimits limits;
    private Ticker ticker = Ticker.system();
    private Preparation.Names names = InetAddress::getAllByName;

    private Builder(EventLoops loops, Network network) {
      this.loops = loops;
      this.network = network;
    }

    /** Whom to trust, and who we are, where the scheme is https. */
    public Builder tls(ClientTls newTls) {
      this.tls = newTls;
      return this;
    }

    /** Keeps connections within these limits, for each upstream and origin. */
    public Builder keepConnections(PoolLimits newLimits) {
      this.limits = newLimits;
      return this;
    }

    /** Other time than that of this machine. */
    public Builder time(Ticker newTicker) {
      this.ticker = newTicker;
      return this;
    }

    /** Other addresses than the system knows. */
    Builder names(Preparation.Names newNames) {
      this.names = newNames;
      return this;
    }

    /** The client. */
    public HttpClient build() {
      return new HttpClient(this);
    }
  }

  /**
   * One call.
   *
   * @param upstream its name in the statistics, such as {@code hook}
   * @param headers may hold what is secret, such as credentials; no message shows them
   * @param body not changed before the call is over
   * @param bodyBytes how many of its bytes are sent, from the first
   * @param timeout over everything: waiting for a connection, name, connection, TLS, request and
   *     answer
   * @param answerBytesMax a longer answer is a failure
   */
  public record Call(
      String upstream,
      String method,
      URI uri,
      Map<String, String> headers,
      byte[] body,
      int bodyBytes,
      Duration timeout,
      int answerBytesMax) {
    private static final int ANSWER_BYTES_DEFAULT = 64 * 1024;
    private static final byte[] NOTHING = {};

    /** A read. */
    public static Call get(String upstream, URI uri, Duration timeout) {
      return new Call(upstream, "GET", uri, Map.of(), NOTHING, 0, timeout, ANSWER_BYTES_DEFAULT);
    }

    /** A write of a JSON body. */
    public static Call put(String upstream, URI uri, byte[] json, Duration timeout) {
      return post(upstream, uri, json, timeout).method("PUT");
    }

    /** An action with a JSON body. */
    public static Call post(String upstream, URI uri, byte[] json, Duration timeout) {
      return new Call(
          upstream,
          "POST",
          uri,
          Map.of("Content-Type", "application/json"),
          json,
          json.length,
          timeout,
          ANSWER_BYTES_DEFAULT);
    }

    /**
     * The same with another body: the first {@code bytes} of {@code from}, which is not changed
     * before the call is over.
     */
    public Call body(byte[] from, int bytes, String contentType) {
      return new Call(upstream, method, uri, headers, from, bytes, timeout, answerBytesMax)
          .header("Content-Type", contentType);
    }

    /** The same by another method, such as {@code DELETE}. */
    public Call method(String newMethod) {
      return new Call(upstream, newMethod, uri, headers, body, bodyBytes, timeout, answerBytesMax);
    }

    /** The same with one more header, such as {@code traceparent} passed on for somebody. */
    public Call header(String name, String value) {
      var more = new LinkedHashMap<>(headers);
      more.put(name, Reply.checked(name, value));
      return new Call(upstream, method, uri, more, body, bodyBytes, timeout, answerBytesMax);
    }

    /** The same with another limit of the answer. */
    public Call answerUpTo(int bytes) {
      return new Call(upstream, method, uri, headers, body, bodyBytes, timeout, bytes);
    }

    /** Who is called, without what may be secret before the host and in the query. */
    String shown() {
      String authority = String.valueOf(uri.getRawAuthority());
      return uri.getScheme()
          + "://"
          + authority.substring(authority.lastIndexOf('@') + 1)
          + uri.getRawPath();
    }

    /** Without what is secret. */
    @Override
    public String toString() {
      return method + " " + shown();
    }
  }

  /** What came back, whatever its status. */
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    /** Whether the status is one of success. */
    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** A header, by its lower-case name. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }
}
