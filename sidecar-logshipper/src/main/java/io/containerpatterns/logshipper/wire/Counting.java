package io.containerpatterns.logshipper.wire;

import io.containerpatterns.chassis.http.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/** Counts what goes over one connection, below TLS. */
final class Counting extends ChannelDuplexHandler {
  private final Traffic traffic;
  private long passed; // event loop only
  private long taken; // event loop only

  Counting(Traffic traffic) {
    this.traffic = traffic;
  }

  /** How many bytes were given to the channel. */
  long passed() {
    return passed;
  }

  /** How many of them the kernel took, by whole buffers: never too many. */
  long taken() {
    return taken;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    traffic.opened();
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    traffic.closed();
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      traffic.bytesIn(bytes.readableBytes());
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.write(message, promise);
      return;
    }
    int length = bytes.readableBytes();
    passed += length;
    traffic.bytesOut(length);
    ctx.write(message, promise.unvoid())
        .addListener(done -> {
          if (done.isSuccess()) {
            taken += length;
          }
        });
  }
}
