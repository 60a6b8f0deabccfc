package io.containerpatterns.chassis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer on its way, in pieces. The state is guarded by this; bytes are written on
 * the event loop, in the order of the calls, because every call goes through its queue.
 */
final class BodyStream implements HttpStream {
  private final ChannelHandlerContext ctx;
  private final ReplyWriter.Framing framing;
  private final Runnable ended;
  private final Traffic traffic;
  private long unsent; // guarded by this
  private boolean closed; // guarded by this
  private @Nullable List<Runnable> onClosed =
      new ArrayList<>(1); // guarded by this, null when they were run

  /**
   * A body after its head.
   *
   * @param ended is run on the event loop behind the last byte of a body that ended properly
   */
  BodyStream(
      ChannelHandlerContext ctx, ReplyWriter.Framing framing, Traffic traffic, Runnable ended) {
    this.ctx = ctx;
    this.framing = framing;
    this.traffic = traffic;
    this.ended = ended;
  }

  @Override
  public boolean write(byte[] chunk) {
    return send(chunk, chunk.length);
  }

  @Override
  public synchronized long unsentBytes() {
    return unsent;
  }

  @Override
  public void close() {
    if (markClosed()) {
      onLoop(() -> {
        if (framing == ReplyWriter.Framing.CHUNKS) {
          ctx.write(Unpooled.wrappedBuffer(ReplyWriter.LAST_CHUNK));
        }
        ended.run();
      });
      runOnClosed();
    }
  }

  @Override
  public void abort() {
    markClosed();
    onLoop(ctx::close);
    runOnClosed();
  }

  @Override
  public void onClosed(Runnable action) {
    synchronized (this) {
      if (onClosed != null) {
        onClosed.add(action);
        return;
      }
    }
    action.run();
  }

  /** Sends the first bytes of {@code chunk}, which is owned by the stream from now on. */
  boolean send(byte[] chunk, int length) {
    synchronized (this) {
      if (closed) {
        return false;
      }
      unsent += length;
    }
    if (length > 0) {
      onLoop(() -> writeOnLoop(chunk, length));
    }
    return true;
  }

  /**
   * Waits until at most so many bytes are unsent; false when the stream ended meanwhile. Not on an
   * event loop.
   */
  synchronized boolean awaitUnsent(long bytesMax) throws InterruptedException {
    while (unsent > bytesMax && !closed) {
      wait();
    }
    return !closed;
  }

  /** The connection is no more. */
  void cut() {
    markClosed();
    runOnClosed();
  }

  private void writeOnLoop(byte[] chunk, int length) {
    ByteBuf body = Unpooled.wrappedBuffer(chunk, 0, length);
    if (framing == ReplyWriter.Framing.CHUNKS) {
      byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      body =
          Unpooled.wrappedBuffer(
              Unpooled.wrappedBuffer(size), body, Unpooled.wrappedBuffer(ReplyWriter.LINE_END));
    }
    traffic.bytesOut(body.readableBytes());
    ctx.writeAndFlush(body).addListener(written -> taken(length));
  }

  private synchronized void taken(int length) {
    unsent -= length;
    notifyAll();
  }

  private synchronized boolean markClosed() {
    boolean first = !closed;
    closed = true;
    notifyAll();
    return first;
  }

  private void runOnClosed() {
    List<Runnable> actions;
    synchronized (this) {
      actions = onClosed == null ? List.of() : onClosed;
      onClosed = null;
    }
    actions.forEach(Runnable::run);
  }

  private void onLoop(Runnable task) {
    try {
      // Always through the queue, also from the loop itself: chunks of one thread must not overtake
      // each other.
      ctx.executor().execute(task);
    } catch (RejectedExecutionException shutDown) {
      cut();
    }
  }
}
