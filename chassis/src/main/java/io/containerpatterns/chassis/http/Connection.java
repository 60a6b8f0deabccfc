package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.http.ReplyWriter.Framing;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client and its requests, one after the other.
 *
 * <pre>
 *            head                    last byte               answer
 *   waiting ------> reading (body) ------------> answering ---------> waiting
 *      |               |  too slow: 408              |   Connection: close
 *      | idle          |  refused with body          |
 *      v               v                             v
 *    closed        lingering: our side is shut, what the client still sends is thrown away, so that
 *                  it reads our answer before the reset that unread bytes would cause; then closed
 * </pre>
 *
 * Everything here runs on the event loop of the connection, except where it says so.
 */
final class Connection extends ChannelInboundHandlerAdapter {

  private final HttpServer server;
  private final HttpLimits limits;
  private final GatedDecoder decoder;
  private final Outbox outbox;
  private final Lingering lingering;
  private final Stall stall;
  private final long tickMillis;
  private @Nullable ChannelHandlerContext context; // written once in handlerAdded
  private @Nullable ScheduledFuture<?> ticks;
  private @Nullable Admission admission; // the request being read
  private @Nullable Pending pending; // the request being read or answered
  private boolean answering;
  private boolean inputEnded;
  private boolean done; // nothing more is read from this client
  private boolean goingOn;
  private long partialSince; // of a request begun and not whole; 0 when there is none
  private long answeringSince;
  private volatile long
      waitingSince; // read by the server when it must make room; 0 while answering

  Connection(HttpServer server) {
    this.server = server;
    this.limits = server.limits();
    this.decoder = new GatedDecoder(this, limits);
    this.outbox = new Outbox(server);
    this.lingering = new Lingering(server.ticker());
    this.stall = new Stall(limits.stall(), now());
    long shortest =
        Math.min(
            limits.idle().toMillis(),
            Math.min(limits.read().toMillis(), limits.stall().toMillis()));
    this.tickMillis = Math.clamp(shortest / 4, 20, 1000);
  }

  // ---- asked by the decoder, which stands in front

  GatedDecoder decoder() {
    return decoder;
  }

  /** Whether the next request may be decoded. */
  boolean isAccepting() {
    return !done && !answering && ctx().channel().isWritable();
  }

  /** Whether what still arrives is thrown away. */
  boolean isDone() {
    return done;
  }

  /** Bytes came from the socket. */
  void arrived(int bytes) {
    server.traffic().bytesIn(bytes);
    if (partialSince == 0 && !answering && bytes > 0) {
      partialSince = now();
    }
  }

  /** Everything that could be decoded was. */
  void decoded() {
    if (inputEnded && !answering && !done) {
      if (partialSince != 0) {
        refuse(Refusals.cutShort());
      } else {
        // Not at once: answers of this very turn may still be unflushed.
        linger();
      }
    }
  }

  /** The client will send nothing more; it may still read. */
  void inputEnded() {
    inputEnded = true;
    if (done) {
      ctx().close();
    } else if (pending != null && answering && pending.isWatched()) {
      // One that waits or streams for a client that can no longer speak would wait for nobody most
      // of the time.
      ctx().close();
    } else {
      decoded();
    }
  }

  /** The connection is no more. */
  void gone() {
    done = true;
  }

  // ---- requests

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    waitingSince = now();
    ticks =
        ctx.executor()
            .scheduleWithFixedDelay(this::tick, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    server.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (!done && message instanceof HttpRequest head) {
        begin(ctx, head);
      }
      if (!done && message instanceof HttpContent content) {
        append(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    outbox.flushWaiting(ctx);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    if (ctx.channel().isWritable()) {
      goOn();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done = true;
    if (ticks != null) {
      ticks.cancel(false);
    }
    boolean unanswered = answering;
    answering = false;
    if (pending != null) {
      pending.disconnected();
    }
    server.closed(this, unanswered);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      server.fault("an HTTP connection broke", cause);
    }
    server.traffic().error();
    ctx.close();
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    HttpVersion version = head.protocolVersion();
    boolean old = version.majorVersion() == 1 && version.minorVersion() == 0;
    String method = head.method().name();
    boolean malformed = head.decoderResult().isFailure();
    pending =
        new Pending(
            this, ctx, method.equals("HEAD"), old, !malformed && HttpUtil.isKeepAlive(head));
    if (malformed) {
      refuse(Refusals.malformed(head.decoderResult().cause(), limits));
      return;
    }
    Admission reading = Admission.of(server, head, method, peer(ctx));
    admission = reading;
    Refusal refused = reading.refused();
    if (refused != null && reading.announcesBody()) {
      refuse(refused);
    } else if (refused == null && HttpUtil.is100ContinueExpected(head)) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(ReplyWriter.CONTINUE));
    }
  }

  private void append(HttpContent content) {
    Admission reading = admission;
    if (reading == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      refuse(Refusals.malformed(content.decoderResult().cause(), limits));
      return;
    }
    Refusal tooLong = reading.append(content.content());
    if (tooLong != null) {
      refuse(tooLong);
    } else if (content instanceof LastHttpContent) {
      admission = null;
      dispatch(reading);
    }
  }

  private void dispatch(Admission whole) {
    Pending exchange = pending();
    startAnswering();
    Refusal refused = whole.refused();
    if (refused != null) {
      exchange.reply(refused.reply());
      return;
    }
    try {
      whole.route().handler().handle(whole.request(), exchange);
    } catch (Refusal refusal) {
      exchange.reply(refusal.reply());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError fault) {
      server.fault("a request could not be answered", fault);
      exchange.reply(Refusals.internalError().reply());
    }
  }

  /**
   * Answers before the request was read to its end, which is therefore the last of this connection.
   */
  private void refuse(Refusal refusal) {
    Pending exchange = pending;
    if (exchange == null || exchange.keepAlive) {
      exchange = new Pending(this, ctx(), exchange != null && exchange.head, false, false);
      pending = exchange;
    }
    admission = null;
    startAnswering();
    exchange.reply(refusal.reply());
  }

  private void startAnswering() {
    answering = true;
    answeringSince = now();
    partialSince = 0;
    waitingSince = 0;
    server.traffic().messageIn();
    server.began();
  }

  // ---- answers

  /** Sends a whole answer. */
  void send(Pending exchange, Reply reply) {
    if (exchange != pending || !answering) {
      if (reply.file() != null) {
        FileSender.delete(reply.file());
      }
      return;
    }
    if (reply.file() != null) {
      sendFile(exchange, reply, reply.file());
      return;
    }
    outbox.write(ctx(), exchange, reply, closes(exchange, Framing.LENGTH));
    ended(exchange, reply.status(), Framing.LENGTH);
  }

  /** Sends the head of an answer whose body follows. */
  void begin(Pending exchange, Reply start, Framing framing, long length) {
    if (exchange != pending || !answering) {
      return;
    }
    outbox.writeHead(ctx(), exchange, start, framing, length, closes(exchange, framing));
    outbox.flush(ctx(), decoder.isDecoding());
  }

  /** The answer is complete: the next request, or the end. */
  void ended(Pending exchange, int status, Framing framing) {
    if (exchange != pending || !answering) {
      return;
    }
    boolean close = closes(exchange, framing);
    long now = now();
    exchange.completed();
    pending = null;
    answering = false;
    waitingSince = now;
    Traffic traffic = server.traffic();
    traffic.messageOut();
    traffic.latency(now - answeringSince);
    if (status >= 500) {
      traffic.error();
    }
    server.ended();
    if (close) {
      linger();
      return;
    }
    partialSince = decoder.held() > 0 ? now : 0;
    outbox.flush(ctx(), decoder.isDecoding());
    if (!decoder.isDecoding()) {
      goOn();
    }
  }

  /** Somebody registered for the end of the client; asked from any thread. */
  void watched() {
    onLoop(() -> {
      if (inputEnded && answering) {
        ctx().close();
      }
    });
  }

  Traffic traffic() {
    return server.traffic();
  }

  private void sendFile(Pending exchange, Reply reply, Path file) {
    try {
      BodyStream body = exchange.open(reply, Framing.LENGTH, Files.size(file));
      if (exchange.head) {
        FileSender.delete(file);
      } else {
        FileSender.start(file, body);
      }
    } catch (IOException e) {
      server.fault("a file could not be sent", e);
      send(exchange, Refusals.internalError().reply());
    }
  }

  private boolean closes(Pending exchange, Framing framing) {
    return !exchange.keepAlive || framing == Framing.CLOSE || server.isDraining();
  }

  /**
   * Reads on. A loop and not a recursion: what is flushed here may open the gate that it stands
   * behind.
   */
  private void goOn() {
    if (goingOn || done) {
      return;
    }
    goingOn = true;
    try {
      int held = -1;
      while (isAccepting() && decoder.held() != held) {
        held = decoder.held();
        decoder.resume(decoderContext());
        channelReadComplete(ctx());
      }
    } catch (Exception e) {
      exceptionCaught(ctx(), e);
    } finally {
      goingOn = false;
    }
  }

  private void linger() {
    done = true;
    lingering.begin(ctx(), inputEnded);
  }

  // ---- time

  private void tick() {
    long now = now();
    if (lingering.isGoingOn()) {
      if (lingering.isOver(now)) {
        ctx().close();
      }
    } else if (stall.at(now, ctx().channel())) {
      server.traffic().dropped();
      ctx().close();
    } else if (answering || done) {
      return;
    } else if (partialSince != 0) {
      if (now - partialSince > limits.read().toNanos()) {
        refuse(Refusals.tooSlow(limits));
      }
    } else if (now - waitingSince > limits.idle().toNanos()) {
      ctx().close();
    }
  }

  // ---- asked by the server

  /** Since when this client owes us a request; 0 while we owe it an answer. Any thread. */
  long waitingSince() {
    return waitingSince;
  }

  /** Ends a connection that still waits. Any thread. */
  void makeRoom() {
    onLoop(() -> {
      if (!answering) {
        ctx().close();
      }
    });
  }

  /** Ends the connection. Any thread. */
  void cut() {
    ctx().close();
  }

  /** Answers 503 to a client for which there is no room. */
  void turnAway() {
    refuse(Refusals.noRoom(limits));
  }

  private void onLoop(Runnable task) {
    try {
      ctx().executor().execute(task);
    } catch (RejectedExecutionException shutDown) {
      // The loop has ended, and every connection with it.
    }
  }

  private long now() {
    return server.ticker().nanos();
  }

  private Pending pending() {
    return Objects.requireNonNull(pending, "no request");
  }

  private ChannelHandlerContext ctx() {
    return Objects.requireNonNull(context, "not in a pipeline");
  }

  private ChannelHandlerContext decoderContext() {
    return ctx().pipeline().context(decoder);
  }

  private static InetSocketAddress peer(ChannelHandlerContext ctx) {
    return (InetSocketAddress) ctx.channel().remoteAddress();
  }
}
