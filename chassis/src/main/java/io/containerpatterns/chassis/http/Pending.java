package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.http.ReplyWriter.Framing;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its answer: takes the first one and hands it to the event loop of the
 * connection.
 */
final class Pending implements Exchange {
  final boolean head;
  final boolean old;
  final boolean keepAlive;
  private final Connection connection;
  private final ChannelHandlerContext ctx;
  private final AtomicBoolean answered = new AtomicBoolean();
  private @Nullable List<Runnable> onDisconnect; // guarded by this
  private @Nullable BodyStream stream; // guarded by this
  private boolean gone; // guarded by this
  private boolean complete; // guarded by this

  /**
   * Waiting from now on.
   *
   * @param head whether only the head of the answer is wanted
   * @param old whether the client speaks HTTP/1.0
   * @param keepAlive whether the client wants to go on after it
   */
  Pending(
      Connection connection,
      ChannelHandlerContext ctx,
      boolean head,
      boolean old,
      boolean keepAlive) {
    this.connection = connection;
    this.ctx = ctx;
    this.head = head;
    this.old = old;
    this.keepAlive = keepAlive;
  }

  @Override
  public void reply(Reply reply) {
    if (!answered.compareAndSet(false, true)) {
      discard(reply);
    } else if (ctx.executor().inEventLoop()) {
      connection.send(this, reply);
    } else {
      try {
        ctx.executor().execute(() -> connection.send(this, reply));
      } catch (RejectedExecutionException shutDown) {
        discard(reply);
      }
    }
  }

  @Override
  public HttpStream stream(int status, String contentType, Map<String, String> headers) {
    Reply start = Reply.bytes(status, contentType, new byte[0]);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      start = start.header(header.getKey(), header.getValue());
    }
    return answered.compareAndSet(false, true)
        ? open(start, old ? Framing.CLOSE : Framing.CHUNKS, 0)
        : closedStream();
  }

  @Override
  public void onDisconnect(Runnable action) {
    boolean abandoned;
    synchronized (this) {
      if (complete) {
        return;
      }
      if (!gone) {
        if (onDisconnect == null) {
          onDisconnect = new ArrayList<>(1);
        }
        onDisconnect.add(action);
      }
      abandoned = gone;
    }
    if (abandoned) {
      action.run();
    } else {
      connection.watched();
    }
  }

  /** Begins the body of an answer whose head is {@code start}. */
  BodyStream open(Reply start, Framing framing, long length) {
    // Behind the head that was asked for alone there is not even a last chunk.
    Framing shown = head ? Framing.LENGTH : framing;
    Runnable ended = () -> connection.ended(this, start.status(), framing);
    var body = new BodyStream(ctx, shown, connection.traffic(), ended);
    boolean tooLate;
    synchronized (this) {
      stream = body;
      tooLate = gone;
    }
    if (tooLate) {
      body.cut();
      return body;
    }
    try {
      ctx.executor().execute(() -> connection.begin(this, start, framing, length));
    } catch (RejectedExecutionException shutDown) {
      body.cut();
    }
    if (head) {
      body.close();
    }
    return body;
  }

  /** Whether somebody would withdraw if the client went away. */
  synchronized boolean isWatched() {
    return onDisconnect != null || stream != null;
  }

  /** The last byte of the answer was handed to the socket. */
  synchronized void completed() {
    complete = true;
    onDisconnect = null;
  }

  /** The connection is no more. */
  void disconnected() {
    List<Runnable> actions;
    BodyStream cut;
    synchronized (this) {
      gone = true;
      actions = onDisconnect == null ? List.of() : onDisconnect;
      onDisconnect = null;
      cut = stream;
    }
    if (cut != null) {
      cut.cut();
    }
    actions.forEach(Runnable::run);
  }

  private BodyStream closedStream() {
    var body = new BodyStream(ctx, Framing.CLOSE, connection.traffic(), () -> {});
    body.cut();
    return body;
  }

  private static void discard(Reply reply) {
    if (reply.file() != null) {
      FileSender.delete(reply.file());
    }
  }
}
