package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection after its last answer: our side is shut, the other side gets a moment to
 * read and to hang up. Closed at once, what it still sends would be answered with a reset, which
 * takes our answer out of its hands. Owned by one event loop.
 */
final class Lingering {
  private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

  private final Ticker ticker;
  private long since; // 0 before the last byte was taken

  Lingering(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Begins when everything written was taken; {@code alone} when the client hung up already. */
  void begin(ChannelHandlerContext ctx, boolean alone) {
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (GenericFutureListener<ChannelFuture>)
                sent -> {
                  since = ticker.nanos();
                  if (alone || !sent.isSuccess()) {
                    sent.channel().close();
                  } else {
                    shut(sent.channel());
                  }
                });
  }

  /** Whether the moment has begun. */
  boolean isGoingOn() {
    return since != 0;
  }

  /** Whether it is over. */
  boolean isOver(long now) {
    return now - since > NANOS_MAX;
  }

  private static void shut(Channel channel) {
    // Otherwise we would not see the other side hang up.
    channel.config().setAutoRead(true);
    ((DuplexChannel) channel).shutdownOutput();
  }
}
