package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.http.HttpClient.Answer;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call on its connection: sends the request, gathers the answer, closes. Owned by one event
 * loop.
 */
final class CallHandler extends SimpleChannelInboundHandler<HttpObject> {
  private static final int CONTINUE = 100;
  private static final int OK = 200;

  private final Call call;
  private final Traffic traffic;
  private final CompletableFuture<Answer> answer;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private int status;

  CallHandler(Call call, Traffic traffic, CompletableFuture<Answer> answer) {
    this.call = call;
    this.traffic = traffic;
    this.answer = answer;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    // Also when time ran out, or somebody lost interest and cancelled.
    answer.whenComplete((whole, failure) -> ctx.close());
    if (answer.isDone()) {
      return;
    }
    traffic.messageOut();
    ctx.writeAndFlush(request());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      fail("the answer is not well-formed HTTP", message.decoderResult().cause());
      return;
    }
    if (message instanceof HttpResponse response) {
      status = response.status().code();
      response
          .headers()
          .forEach(header ->
              headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
    }
    if (status >= CONTINUE && status < OK) {
      headers.clear();
      return;
    }
    if (message instanceof HttpContent content) {
      append(content);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail("the connection was closed before the answer was whole", null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail("the connection broke", cause);
  }

  private void append(HttpContent content) {
    ByteBuf piece = content.content();
    if (body.size() + piece.readableBytes() > call.answerBytesMax()) {
      fail("the answer is longer than " + call.answerBytesMax() + " bytes", null);
      return;
    }
    byte[] bytes = new byte[piece.readableBytes()];
    piece.getBytes(piece.readerIndex(), bytes);
    body.writeBytes(bytes);
    if (content instanceof LastHttpContent) {
      traffic.messageIn();
      answer.complete(new Answer(status, Map.copyOf(headers), body.toByteArray()));
    }
  }

  private DefaultFullHttpRequest request() {
    URI uri = call.uri();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(call.method()),
            uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery(),
            Unpooled.wrappedBuffer(call.body()));
    request.headers().set(HttpHeaderNames.HOST, host(uri));
    request.headers().set(HttpHeaderNames.CONNECTION, "close");
    if (call.body().length > 0 || !call.method().equals("GET")) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, call.body().length);
    }
    call.headers().forEach(request.headers()::set);
    return request;
  }

  private static String host(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private void fail(String what, @Nullable Throwable cause) {
    answer.completeExceptionally(new IOException(call.shown() + ": " + what, cause));
  }
}
