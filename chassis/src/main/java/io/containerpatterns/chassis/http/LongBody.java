package io.containerpatterns.chassis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;

/**
 * Writes a body piece by piece, the next one when the last is in the kernel's hands. Netty copies
 * what is on the heap before it writes it: of a long body in one piece that is memory of the same
 * size, given back and taken again for every call. Owned by one event loop.
 */
final class LongBody {
  /** A body of at most so many bytes goes in one piece. */
  static final int PIECE_BYTES = 32 << 10;

  private final Channel channel;
  private final byte[] body;
  private final int length;
  private final ChannelPromise written;
  private int at;

  private LongBody(Channel channel, byte[] body, int length) {
    this.channel = channel;
    this.body = body;
    this.length = length;
    this.written = channel.newPromise();
  }

  /** Writes it behind its head; what is returned completes when all of it is written. */
  static ChannelFuture write(Channel channel, byte[] body, int length) {
    var writing = new LongBody(channel, body, length);
    writing.pieces();
    return writing.written;
  }

  private void pieces() {
    while (length - at > PIECE_BYTES) {
      ChannelFuture piece = channel.writeAndFlush(new DefaultHttpContent(piece(PIECE_BYTES)));
      if (!piece.isDone()) {
        piece.addListener((ChannelFutureListener) this::goOn);
        return;
      }
      if (!piece.isSuccess()) {
        written.tryFailure(piece.cause());
        return;
      }
    }
    channel.writeAndFlush(new DefaultLastHttpContent(piece(length - at)), written);
  }

  private void goOn(ChannelFuture piece) {
    if (piece.isSuccess()) {
      pieces();
    } else {
      written.tryFailure(piece.cause());
    }
  }

  private ByteBuf piece(int bytes) {
    ByteBuf piece = Unpooled.wrappedBuffer(body, at, bytes);
    at += bytes;
    return piece;
  }
}
