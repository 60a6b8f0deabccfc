package io.containerpatterns.logshipper.wire;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connection of a session: addresses, then one after the other until one can be reached,
 * then TLS. Each address may take its share of the limit, so that a silent one leaves some to the
 * next. Owned by the event loop.
 */
final class Dial {
  private static final int ADDRESSES_MAX = 8;

  private final Link link;
  private final Session session;
  private @Nullable Channel channel;
  private String place = "address";
  private boolean over;

  /** What was made where it may block: an address, with an engine of its own, which serves once. */
  private record Ready(
      List<InetAddress> addresses, List<SSLEngine> engines, Conversation conversation) {}

  Dial(Link link, Session session) {
    this.link = link;
    this.session = session;
  }

  /** Begins; the session is told how it went. */
  void begin() {
    try {
      link.threads.execute(this::prepare);
    } catch (RejectedExecutionException full) {
      // Not within the call: the letter that wants this connection is not with the session yet.
      link.loop.execute(() -> session.fail("address: the name server has been silent for long"));
    }
  }

  /** What is being waited for. */
  String place() {
    return place;
  }

  /** Nobody wants it any more. */
  void giveUp() {
    over = true;
    if (channel != null) {
      channel.close();
    }
  }

  private void prepare() {
    Runnable next;
    try {
      InetAddress[] found = InetAddress.getAllByName(link.peer.host());
      List<InetAddress> addresses =
          List.of(found).subList(0, Math.min(found.length, ADDRESSES_MAX));
      var engines = new ArrayList<SSLEngine>();
      link.peer
          .tls()
          .ifPresent(tls ->
              addresses.forEach(
                  each -> engines.add(tls.engine(link.peer.host(), link.peer.port()))));
      var ready = new Ready(addresses, engines, link.conversations.get());
      next = () -> connect(ready, 0);
    } catch (UnknownHostException e) {
      next = () -> session.fail("address: the host name is unknown");
    } catch (InvalidSettings wrong) {
      next = () -> session.deny(String.valueOf(wrong.getMessage()));
    } catch (RuntimeException e) {
      next = () -> session.fail("connection: it cannot be prepared: " + e);
    }
    Runnable step = next;
    try {
      link.loop.execute(() -> {
        if (!over) {
          step.run();
        }
      });
    } catch (RejectedExecutionException ended) {
      // So have the letters.
    }
  }

  private void connect(Ready ready, int index) {
    place = "connection";
    SSLEngine engine = ready.engines.isEmpty() ? null : ready.engines.get(index);
    long share = link.peer.limit().toMillis() / (ready.addresses.size() + 1);
    ChannelFuture connecting =
        new Bootstrap()
            .group(link.loop)
            .channel(link.loops.clientChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.clamp(share, 1, Integer.MAX_VALUE))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel opened) {
                    pipeline(opened, engine);
                  }
                })
            .connect(new InetSocketAddress(ready.addresses.get(index), link.peer.port()));
    channel = connecting.channel();
    connecting.addListener(
        (ChannelFutureListener)
            connected -> {
              if (over) {
                connected.channel().close();
              } else if (connected.isSuccess()) {
                connected(connected.channel(), engine, ready.conversation);
              } else if (index + 1 < ready.addresses.size()) {
                connect(ready, index + 1);
              } else {
                session.fail("cannot connect: " + sentence(connected.cause()));
              }
            });
  }

  private void pipeline(Channel opened, @Nullable SSLEngine engine) {
    opened.pipeline().addLast(session.first());
    if (engine != null) {
      var handler = new SslHandler(engine, link.threads);
      handler.setHandshakeTimeoutMillis(0); // The limit of the letter is the limit.
      opened.pipeline().addLast(handler);
    }
    opened.pipeline().addLast(session.last());
  }

  private void connected(Channel open, @Nullable SSLEngine engine, Conversation conversation) {
    if (engine == null) {
      hand(open, conversation);
      return;
    }
    place = "TLS handshake";
    open.pipeline()
        .get(SslHandler.class)
        .handshakeFuture()
        .addListener(shaken -> {
          if (over) {
            return;
          }
          if (shaken.isSuccess()) {
            session.connected(open, conversation);
          } else {
            refused(shaken.cause());
          }
        });
  }

  /** From here on it is the session's. */
  private void hand(Channel open, Conversation conversation) {
    channel = null;
    session.connected(open, conversation);
  }

  /** Why there is no TLS, told to whoever has to change a file. */
  private void refused(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof CertificateException) {
        session.deny(
            "the certificate of the peer is refused: "
                + e.getMessage()
                + " (expected: valid now, made for "
                + link.peer.host()
                + ", signed by "
                + link.peer.tls().orElseThrow().authorities()
                + ")");
        return;
      }
    }
    session.fail("no TLS with the peer: " + sentence(failure));
  }

  static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
