package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.tls.ClientTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection for one call: addresses, then one after the other until one can be reached,
 * then TLS. Each address may take its share of the time that is left, so that a silent one leaves
 * some to the next. Owned by the event loop of the call.
 */
final class Dial {
  private static final int ADDRESSES_MAX = 8;

  private final EventLoops loops;
  private final Preparation preparation;
  private final ClientTls tls;
  private final PendingCall pending;
  private final ClientConnection.@Nullable Home home;
  private final Consumer<@Nullable ClientConnection> done;
  private List<InetAddress> addresses = List.of();
  private @Nullable Channel channel;
  private boolean over;

  /**
   * Nothing is done yet.
   *
   * @param home where the connection goes between two calls; without one it carries one call
   * @param done told once: the connection, or null when the call has ended without one
   */
  Dial(
      EventLoops loops,
      Preparation preparation,
      ClientTls tls,
      PendingCall pending,
      ClientConnection.@Nullable Home home,
      Consumer<@Nullable ClientConnection> done) {
    this.loops = loops;
    this.preparation = preparation;
    this.tls = tls;
    this.pending = pending;
    this.home = home;
    this.done = done;
  }

  /** Begins; the call is at the places of this dial until it is told to be done. */
  void begin() {
    pending.at("address", this::giveUp);
    preparation
        .addresses(pending.origin)
        .whenComplete((found, failure) -> onLoop(() -> addressed(found, failure)));
  }

  private void addressed(@Nullable List<InetAddress> found, @Nullable Throwable failure) {
    if (found == null) {
      Throwable why = cause(failure);
      fail(
          why instanceof UnknownHostException
              ? "the host name is unknown"
              : "the host name cannot be looked up",
          why);
      return;
    }
    addresses = found.size() <= ADDRESSES_MAX ? found : found.subList(0, ADDRESSES_MAX);
    next(0);
  }

  /** Tries the address of this index; each with an engine of its own, which serves once. */
  private void next(int index) {
    if (!pending.origin.tls()) {
      connect(index, null);
      return;
    }
    preparation
        .engine(tls, pending.origin)
        .whenComplete((engine, failure) -> onLoop(() -> prepared(index, engine, failure)));
  }

  private void prepared(int index, @Nullable SSLEngine engine, @Nullable Throwable failure) {
    if (engine != null) {
      connect(index, engine);
      return;
    }
    Throwable why = cause(failure);
    fail(
        why instanceof InvalidSettings wrong
            ? String.valueOf(wrong.getMessage())
            : "TLS cannot be prepared",
        why);
  }

  private void connect(int index, @Nullable SSLEngine engine) {
    pending.at("connection", this::giveUp);
    long share = pending.left().toMillis() / (addresses.size() - index);
    var decoder = new AnswerDecoder();
    ChannelFuture connecting =
        new Bootstrap()
            .group(pending.loop)
            .channel(loops.clientChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.clamp(share, 1, Integer.MAX_VALUE))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel opened) {
                    pipeline(opened, decoder, engine);
                  }
                })
            .connect(new InetSocketAddress(addresses.get(index), pending.origin.port()));
    channel = connecting.channel();
    connecting.addListener(
        (ChannelFutureListener)
            connected -> {
              if (connected.isSuccess()) {
                connected(connected.channel(), engine);
              } else if (!over && index + 1 < addresses.size()) {
                next(index + 1);
              } else {
                fail("cannot connect", connected.cause());
              }
            });
  }

  private void pipeline(Channel opened, AnswerDecoder decoder, @Nullable SSLEngine engine) {
    opened.pipeline().addLast(new CountingHandler(pending.traffic));
    if (engine != null) {
      var handler = new SslHandler(engine, preparation.threads());
      handler.setHandshakeTimeoutMillis(0); // The limit of the call is the limit.
      opened.pipeline().addLast(handler);
    }
    opened
        .pipeline()
        .addLast(
            decoder,
            new HttpRequestEncoder(),
            new ClientConnection(opened, decoder, home, engine != null));
  }

  private void connected(Channel open, @Nullable SSLEngine engine) {
    ClientConnection connection = open.pipeline().get(ClientConnection.class);
    if (engine == null) {
      finish(connection);
      return;
    }
    pending.at("TLS handshake", this::giveUp);
    open.pipeline()
        .get(SslHandler.class)
        .handshakeFuture()
        .addListener(shaken -> {
          if (shaken.isSuccess()) {
            finish(connection);
          } else {
            fail(refused(shaken.cause()), shaken.cause());
          }
        });
  }

  /** Why there is no TLS, told to whoever has to change a file. */
  private String refused(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof CertificateException) {
        return "the certificate of the peer is refused: "
            + e.getMessage()
            + " (expected: valid now, made for "
            + pending.origin.host()
            + ", signed by "
            + tls.authorities()
            + ")";
      }
    }
    return failure instanceof SSLException
        ? "no TLS with the peer: " + failure.getMessage()
        : "the connection was closed before the TLS handshake was over";
  }

  private void finish(ClientConnection connection) {
    if (over) {
      connection.channel().close();
      return;
    }
    over = true;
    done.accept(connection);
  }

  private void fail(String what, @Nullable Throwable why) {
    pending.fail(what, why);
  }

  /** The way out of each place: also the one of a call that failed here. */
  private void giveUp() {
    if (over) {
      return;
    }
    over = true;
    if (channel != null) {
      channel.close();
    }
    done.accept(null);
  }

  private void onLoop(Runnable step) {
    Runnable unlessOver =
        () -> {
          if (!over) {
            step.run();
          }
        };
    if (pending.loop.inEventLoop()) {
      unlessOver.run();
      return;
    }
    try {
      pending.loop.execute(unlessOver);
    } catch (RejectedExecutionException ended) {
      pending.result().completeExceptionally(ended);
    }
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
  }
}
