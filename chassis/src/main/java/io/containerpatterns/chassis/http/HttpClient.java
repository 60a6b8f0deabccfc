package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.settings.Durations;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Calls others over plain http: hooks, health checks, the management port of another process. One
 * connection per call, one limit of time over all of it, a bounded answer, no redirects. It does
 * not speak https: what it calls is in the same pod, or behind something that does.
 */
public final class HttpClient {
  private static final int PORT_DEFAULT = 80;

  private final EventLoops loops;
  private final Network network;
  private final Ticker ticker;

  /** A client on threads that somebody else owns. */
  public HttpClient(EventLoops loops, Network network) {
    this(loops, network, Ticker.system());
  }

  HttpClient(EventLoops loops, Network network, Ticker ticker) {
    this.loops = loops;
    this.network = network;
    this.ticker = ticker;
  }

  /**
   * Calls; fails with an {@link IOException} whose message says who did not do what within which
   * time.
   */
  public CompletionStage<Answer> send(Call call) {
    var answer = new CompletableFuture<Answer>();
    Traffic traffic = network.upstream(call.upstream());
    if (!"http".equals(call.uri().getScheme()) || call.uri().getHost() == null) {
      answer.completeExceptionally(
          new IOException(call.shown() + ": is not an address of the form http://host:port/path"));
      return answer;
    }
    EventLoop loop = loops.group().next();
    long began = ticker.nanos();
    var late =
        loop.schedule(
            () ->
                answer.completeExceptionally(
                    new IOException(
                        call.shown() + ": no answer within " + Durations.text(call.timeout()))),
            call.timeout().toMillis(),
            TimeUnit.MILLISECONDS);
    answer.whenComplete((whole, failure) -> {
      late.cancel(false);
      if (failure == null) {
        traffic.latency(ticker.nanos() - began);
      } else {
        traffic.error();
      }
    });
    String host = call.uri().getHost();
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal != null) {
      connect(call, new InetSocketAddress(address(literal), port(call)), loop, traffic, answer);
    } else {
      // The resolver of the JDK blocks, and an event loop must not.
      Thread.ofVirtual().name("resolve-" + host).start(() -> resolve(call, loop, traffic, answer));
    }
    return answer;
  }

  private void resolve(
      Call call, EventLoop loop, Traffic traffic, CompletableFuture<Answer> answer) {
    try {
      InetAddress address = InetAddress.getByName(call.uri().getHost());
      connect(call, new InetSocketAddress(address, port(call)), loop, traffic, answer);
    } catch (UnknownHostException e) {
      answer.completeExceptionally(new IOException(call.shown() + ": the host name is unknown", e));
    }
  }

  private void connect(
      Call call,
      InetSocketAddress address,
      EventLoop loop,
      Traffic traffic,
      CompletableFuture<Answer> answer) {
    new Bootstrap()
        .group(loop)
        .channel(loops.clientChannel())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, call.timeout().toMillis()))
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new CountingHandler(traffic),
                        new HttpClientCodec(),
                        new CallHandler(call, traffic, answer));
              }
            })
        .connect(address)
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  if (!connected.isSuccess()) {
                    answer.completeExceptionally(
                        new IOException(call.shown() + ": cannot connect", connected.cause()));
                  }
                });
  }

  private static int port(Call call) {
    return call.uri().getPort() < 0 ? PORT_DEFAULT : call.uri().getPort();
  }

  private static InetAddress address(byte[] literal) {
    try {
      return InetAddress.getByAddress(literal);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of 4 or 16 bytes is one", impossible);
    }
  }

  /**
   * One call.
   *
   * @param upstream its name in the statistics, such as {@code hook}
   * @param timeout over everything: name, connection, request and answer
   * @param answerBytesMax a longer answer is a failure
   */
  public record Call(
      String upstream,
      String method,
      URI uri,
      Map<String, String> headers,
      byte[] body,
      Duration timeout,
      int answerBytesMax) {
    private static final int ANSWER_BYTES_DEFAULT = 64 * 1024;
    private static final byte[] NOTHING = {};

    /** A read. */
    public static Call get(String upstream, URI uri, Duration timeout) {
      return new Call(upstream, "GET", uri, Map.of(), NOTHING, timeout, ANSWER_BYTES_DEFAULT);
    }

    /** An action with a JSON body. */
    public static Call post(String upstream, URI uri, byte[] json, Duration timeout) {
      return new Call(
          upstream,
          "POST",
          uri,
          Map.of("Content-Type", "application/json"),
          json,
          timeout,
          ANSWER_BYTES_DEFAULT);
    }

    /** The same with one more header, such as {@code traceparent} passed on for somebody. */
    public Call header(String name, String value) {
      var more = new LinkedHashMap<>(headers);
      more.put(name, Reply.checked(name, value));
      return new Call(upstream, method, uri, more, body, timeout, answerBytesMax);
    }

    /** Who is called, without what may be secret in the query. */
    String shown() {
      return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
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
