package io.containerpatterns.chassis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Netty's request decoder with a gate in front: while a request is being answered the bytes behind
 * it stay bytes.
 *
 * <p>So one request of a connection is in our hands at a time, pipelined ones are answered in
 * order, and what a client may pile up is {@link #HELD_BYTES_MAX} and one read more, not as many
 * decoded objects as fit into that. Reading goes on up to there, because it is how we notice that a
 * waiting client went away.
 */
final class GatedDecoder extends HttpRequestDecoder {
  private static final int HELD_BYTES_MAX = 16 * 1024;

  private final Connection connection;
  private boolean decoding; // event loop only

  GatedDecoder(Connection connection, HttpLimits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.lineBytes())
            .setMaxHeaderSize(limits.headerBytes())
            .setInitialBufferSize(256)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    this.connection = connection;
  }

  /** Whether a decode is going on further down the stack, so that it will go on by itself. */
  boolean isDecoding() {
    return decoding;
  }

  /** Bytes that wait behind the gate. */
  int held() {
    return actualReadableBytes();
  }

  /** Goes on with the bytes that wait, after the gate was opened. */
  void resume(ChannelHandlerContext ctx) throws Exception {
    ctx.channel().config().setAutoRead(true);
    feed(ctx, Unpooled.EMPTY_BUFFER);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    connection.arrived(bytes.readableBytes());
    if (connection.isDone()) {
      bytes.release();
      return;
    }
    feed(ctx, bytes);
  }

  // The one of Netty asks for more bytes whenever none made a message, which would defeat the gate.
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    ctx.fireChannelReadComplete();
  }

  // The one of Netty would decode what is left and drop what the gate still holds.
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      connection.inputEnded();
    } else if (!(event instanceof ChannelInputShutdownReadComplete)) {
      super.userEventTriggered(ctx, event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    connection.gone();
    super.channelInactive(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (connection.isAccepting()) {
      super.decode(ctx, in, out);
    }
  }

  // Netty would believe the one and drop the other; two readers that differ in that can be played
  // against each other.
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding are given");
  }

  private void feed(ChannelHandlerContext ctx, ByteBuf bytes) throws Exception {
    decoding = true;
    try {
      super.channelRead(ctx, bytes);
    } finally {
      decoding = false;
    }
    if (!connection.isAccepting() && held() > HELD_BYTES_MAX) {
      ctx.channel().config().setAutoRead(false);
    }
    connection.decoded();
  }
}
