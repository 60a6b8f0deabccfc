package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.http.HttpClient.Call;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.net.URI;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection, which carries one call at a time:
 *
 * <pre>
 *   carry(call) -> request out -> [1xx] -> head -> bytes -> last byte -> free again | closed
 * </pre>
 *
 * It is free again when it has a home and the answer was delimited (RFC 9112 6.3) and did not say
 * close. Owned by one event loop.
 */
final class ClientConnection extends SimpleChannelInboundHandler<HttpObject> {
  private static final int SWITCHING = 101;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  /** Where a connection goes between two calls. */
  interface Home {
    /** The connection may carry another call. */
    void free(ClientConnection connection);

    /** The call was not answered with a single byte, on a connection that had been kept. */
    void repeat(PendingCall pending);
  }

  private final Channel channel;
  private final AnswerDecoder decoder;
  private final @Nullable Home home;
  private final boolean tls;
  private @Nullable PendingCall pending;
  private @Nullable ChannelFuture written;
  private boolean kept; // it has carried a call before
  private boolean informational;
  private boolean delimited;
  private boolean staysOpen;
  private @Nullable PendingCall answered; // whole; what else has come is still being read
  private boolean endIsProved; // by the peer's close_notify
  private long born;

  ClientConnection(Channel channel, AnswerDecoder decoder, @Nullable Home home, boolean tls) {
    this.channel = channel;
    this.decoder = decoder;
    this.home = home;
    this.tls = tls;
  }

  Channel channel() {
    return channel;
  }

  /** When it was made, by the clock of its home. */
  long born() {
    return born;
  }

  void born(long nanos) {
    born = nanos;
  }

  /** Sends a call; the connection must be free. */
  void carry(PendingCall next) {
    pending = next;
    informational = false;
    next.at("answer", this::drop);
    decoder.await(next.call.method().equals("HEAD"));
    next.traffic.messageOut();
    written = write(next.call);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    PendingCall current = pending;
    if (current == null) {
      return;
    }
    if (message.decoderResult().isFailure()) {
      malformed(current, message.decoderResult().cause());
      return;
    }
    try {
      if (message instanceof HttpResponse response) {
        head(current, response);
      }
      if (message instanceof HttpContent content && !current.isOver()) {
        body(current, content);
      }
    } catch (IOException e) {
      current.fail(String.valueOf(e.getMessage()), e.getCause());
    } catch (RuntimeException e) {
      current.fail("the receiver of the answer failed", e);
    }
  }

  private void head(PendingCall current, HttpResponse response) throws IOException {
    int status = response.status().code();
    informational = status < OK && status != SWITCHING;
    if (informational) {
      return;
    }
    if (status == SWITCHING) {
      throw new IOException("the peer switches to another protocol, which nobody asked for");
    }
    String coding = response.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("chunked")) {
      throw new IOException("the answer is in a transfer coding that nobody asked for");
    }
    delimited =
        coding != null
            || response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
            || status == NO_CONTENT
            || status == NOT_MODIFIED
            || current.call.method().equals("HEAD");
    staysOpen = HttpUtil.isKeepAlive(response);
    current.head(status, response.headers());
  }

  private void body(PendingCall current, HttpContent content) throws IOException {
    if (informational) {
      return;
    }
    if (content.content().isReadable()) {
      current.bytes(content.content());
    }
    if (content instanceof LastHttpContent && !current.isOver()) {
      whole(current);
    }
  }

  private void whole(PendingCall current) throws IOException {
    if (tls && !delimited && !endIsProved) {
      // Anybody on the way can cut a connection; only the peer can say that it meant to.
      throw new IOException("the connection was closed before the answer was whole");
    }
    decoder.enough();
    pending = null;
    ChannelFuture sent = written;
    if (home != null && delimited && staysOpen && sent != null && sent.isSuccess()) {
      answered = current;
    } else {
      channel.close();
      current.end();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    release();
    ctx.fireChannelReadComplete();
  }

  /**
   * Not before everything was read: bytes behind the answer, read together with it, have closed the
   * connection. The connection first, because whoever hears the answer may make the next call.
   */
  private void release() {
    PendingCall done = answered;
    if (done == null) {
      return;
    }
    answered = null;
    if (home != null && channel.isActive()) {
      kept = true;
      home.free(this);
    }
    try {
      done.end();
    } catch (IOException e) {
      done.fail(String.valueOf(e.getMessage()), e.getCause());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
      endIsProved = true;
      ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release();
    lost("the connection was closed before the answer was whole", null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable root = cause.getCause() instanceof SSLException ssl ? ssl : cause;
    if (root instanceof SSLException) {
      // With TLS 1.3 a peer looks at our certificate after the handshake was over for us.
      lost("the peer ended TLS: " + root.getMessage(), root);
    } else {
      lost("the connection broke", root);
    }
    ctx.close();
  }

  private void lost(String how, @Nullable Throwable cause) {
    PendingCall current = pending;
    if (current == null) {
      return;
    }
    if (home != null && kept && !decoder.hasHeard() && current.mayRepeat()) {
      drop();
      home.repeat(current);
    } else {
      current.fail(how, cause);
    }
  }

  private static void malformed(PendingCall current, Throwable cause) {
    if (cause instanceof TooLongFrameException) {
      current.fail(
          "the head of the answer is too long (expected: a status line of at most "
              + AnswerDecoder.LINE_BYTES_MAX
              + " bytes and headers of at most "
              + AnswerDecoder.HEADER_BYTES_MAX
              + ")",
          cause);
    } else {
      current.fail("the answer is not well-formed HTTP", cause);
    }
  }

  private void drop() {
    pending = null;
    channel.close();
  }

  private ChannelFuture write(Call call) {
    if (call.bodyBytes() <= LongBody.PIECE_BYTES) {
      ByteBuf body = Unpooled.wrappedBuffer(call.body(), 0, call.bodyBytes());
      var whole =
          new DefaultFullHttpRequest(
              HttpVersion.HTTP_1_1, HttpMethod.valueOf(call.method()), target(call), body);
      headers(whole, call);
      return channel.writeAndFlush(whole);
    }
    var head =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(call.method()), target(call));
    headers(head, call);
    channel.write(head);
    return LongBody.write(channel, call.body(), call.bodyBytes());
  }

  private static String target(Call call) {
    URI uri = call.uri();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private void headers(HttpRequest request, Call call) {
    request.headers().set(HttpHeaderNames.HOST, host(call.uri()));
    if (home == null) {
      request.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
    boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
    if (call.bodyBytes() > 0 || !reads) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, call.bodyBytes());
    }
    call.headers().forEach(request.headers()::set);
  }

  private static String host(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }
}
