package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one origin, and the calls that wait for one:
 *
 * <pre>
 *   call -> an idle one (the last used)? -> room for one more? -> room to wait? -> refused
 * </pre>
 *
 * The last used is taken first, so that those that are not needed grow old at the bottom. Owned by
 * one event loop.
 */
final class Connections implements ClientConnection.Home {
  /** Makes a connection for a call. */
  interface Dialer {
    /** Begins; tells {@code done} once. */
    void dial(
        PendingCall pending, ClientConnection.Home home, Consumer<@Nullable ClientConnection> done);
  }

  /** One that waits for a call. */
  private record Idle(ClientConnection connection, long since) {}

  private final PoolLimits limits;
  private final EventLoop loop;
  private final Ticker ticker;
  private final Dialer dialer;
  private final Runnable whenEmpty;
  private final Deque<Idle> idle = new ArrayDeque<>(); // the last used first
  private final Deque<PendingCall> waiting = new ArrayDeque<>();
  private int open; // also those being made
  private boolean sweeping;
  private boolean closed;

  Connections(PoolLimits limits, EventLoop loop, Ticker ticker, Dialer dialer, Runnable whenEmpty) {
    this.limits = limits;
    this.loop = loop;
    this.ticker = ticker;
    this.dialer = dialer;
    this.whenEmpty = whenEmpty;
  }

  /** Finds a connection for a call, or makes one, or lets it wait. */
  void take(PendingCall pending) {
    for (Idle last = idle.pollFirst(); last != null; last = idle.pollFirst()) {
      if (last.connection().channel().isActive()) {
        last.connection().carry(pending);
        return;
      }
    }
    if (open < limits.connections()) {
      dial(pending);
    } else if (waiting.size() < limits.waiting()) {
      waiting.addLast(pending);
      pending.at("free connection", () -> waiting.remove(pending));
    } else {
      pending.refuse(
          "no connection is free (expected: at most "
              + limits.connections()
              + " calls under way and "
              + limits.waiting()
              + " waiting)");
    }
  }

  @Override
  public void free(ClientConnection connection) {
    long now = ticker.nanos();
    if (closed || now - connection.born() >= limits.age().toNanos()) {
      connection.channel().close();
      return;
    }
    PendingCall next = waiting.pollFirst();
    if (next != null) {
      connection.carry(next);
      return;
    }
    idle.addFirst(new Idle(connection, now));
    sweepLater(limits.idle().toNanos());
  }

  @Override
  public void repeat(PendingCall pending) {
    // A peer that closed one kept connection has mostly closed them all.
    closeIdle();
    if (open < limits.connections()) {
      dial(pending);
    } else {
      // Any that becomes free has just answered.
      waiting.addFirst(pending);
      pending.at("free connection", () -> waiting.remove(pending));
    }
  }

  /** Ends what waits and what is idle; calls under way go on and close behind them. */
  void close() {
    closed = true;
    for (PendingCall next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
      next.fail("the client was closed", null);
    }
    closeIdle();
  }

  private void dial(PendingCall pending) {
    open++;
    dialer.dial(
        pending,
        this,
        connection -> {
          if (connection == null) {
            gone();
            return;
          }
          connection.born(ticker.nanos());
          connection.channel().closeFuture().addListener(closed -> gone());
          connection.carry(pending);
        });
  }

  private void gone() {
    open--;
    PendingCall next = waiting.pollFirst();
    if (next != null) {
      dial(next);
    } else if (open == 0) {
      whenEmpty.run();
    }
  }

  private void closeIdle() {
    for (Idle last = idle.pollFirst(); last != null; last = idle.pollFirst()) {
      last.connection().channel().close();
    }
  }

  private void sweepLater(long nanos) {
    if (!sweeping) {
      sweeping = true;
      loop.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void sweep() {
    sweeping = false;
    long now = ticker.nanos();
    for (Idle oldest = idle.peekLast(); oldest != null; oldest = idle.peekLast()) {
      long left = limits.idle().toNanos() - (now - oldest.since());
      if (left > 0 && oldest.connection().channel().isActive()) {
        sweepLater(left);
        return;
      }
      idle.pollLast();
      oldest.connection().channel().close();
    }
  }
}
