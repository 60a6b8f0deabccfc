package io.containerpatterns.chassis.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.util.List;

/**
 * Netty's decoder of answers, for one answer at a time: whatever comes when none is awaited ends
 * the connection, because it would be taken for the answer to the next call. Owned by one event
 * loop.
 */
final class AnswerDecoder extends HttpResponseDecoder {
  static final int LINE_BYTES_MAX = 8 * 1024;
  static final int HEADER_BYTES_MAX = 32 * 1024;
  private static final int PIECE_BYTES_MAX = 16 * 1024;

  private boolean awaiting;
  private boolean heard;
  private boolean toHead;

  AnswerDecoder() {
    // An answer that tells its length in two ways is an error (RFC 9112 6.3), and so is every line
    // that is not one.
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LINE_BYTES_MAX)
            .setMaxHeaderSize(HEADER_BYTES_MAX)
            .setMaxChunkSize(PIECE_BYTES_MAX)
            .setInitialBufferSize(256)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
  }

  /** The next bytes answer a call; the answer to a HEAD has no body whatever its length says. */
  void await(boolean head) {
    awaiting = true;
    heard = false;
    toHead = head;
  }

  /** The answer was whole. */
  void enough() {
    awaiting = false;
  }

  /** Whether any byte of the answer has come. */
  boolean hasHeard() {
    return heard;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (!awaiting) {
      in.skipBytes(in.readableBytes());
      ctx.close();
      return;
    }
    heard = true;
    super.decode(ctx, in, out);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return toHead || super.isContentAlwaysEmpty(message);
  }
}
