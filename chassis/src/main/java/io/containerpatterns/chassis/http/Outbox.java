package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.http.ReplyWriter.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/**
 * The way of answers to the socket. Those of one read leave together, in one system call where they
 * fit. Owned by one event loop.
 */
final class Outbox {
  private static final int SMALL_BODY = 16 * 1024;

  private final HttpServer server;
  private boolean waiting;

  Outbox(HttpServer server) {
    this.server = server;
  }

  /** Writes a whole answer, a small body together with its head. */
  void write(ChannelHandlerContext ctx, Pending exchange, Reply reply, boolean close) {
    byte[] body = reply.body();
    boolean bare = exchange.head || body.length == 0;
    boolean together = !bare && body.length <= SMALL_BODY;
    ByteBuf out =
        ReplyWriter.head(
            ctx.alloc(),
            reply,
            server.date(server.ticker().nanos()),
            Framing.LENGTH,
            body.length,
            together ? body.length : 0,
            close,
            exchange.old);
    if (together) {
      out.writeBytes(body);
    }
    write(ctx, out);
    if (!bare && !together) {
      write(ctx, Unpooled.wrappedBuffer(body));
    }
  }

  /** Writes the head of an answer whose body follows. */
  void writeHead(
      ChannelHandlerContext ctx,
      Pending exchange,
      Reply start,
      Framing framing,
      long length,
      boolean close) {
    Framing shown = exchange.head && framing == Framing.CHUNKS ? Framing.CLOSE : framing;
    byte[] date = server.date(server.ticker().nanos());
    write(ctx, ReplyWriter.head(ctx.alloc(), start, date, shown, length, 0, close, exchange.old));
  }

  /**
   * Sends what was written, or lets it wait for {@link #flushWaiting} when more may come {@code
   * soon}.
   */
  void flush(ChannelHandlerContext ctx, boolean soon) {
    if (soon) {
      waiting = true;
    } else {
      ctx.flush();
    }
  }

  /** The read is over: sends what waits. */
  void flushWaiting(ChannelHandlerContext ctx) {
    if (waiting) {
      waiting = false;
      ctx.flush();
    }
  }

  private void write(ChannelHandlerContext ctx, ByteBuf bytes) {
    server.traffic().bytesOut(bytes.readableBytes());
    ctx.write(bytes);
  }
}
