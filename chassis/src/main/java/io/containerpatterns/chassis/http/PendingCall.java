package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.HttpClient.Call;
import io.containerpatterns.chassis.settings.Durations;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way, from place to place:
 *
 * <pre>
 *   [waiting for a connection] -> dial: address -> connection -> [TLS handshake] -> answer
 * </pre>
 *
 * Each place says what is awaited there and how a call is taken out again, so that the limit of
 * time and a caller who gives up find the call wherever it is. Owned by one event loop.
 */
abstract sealed class PendingCall permits WholeAnswer, StreamedAnswer {
  final Call call;
  final Origin origin;
  final Traffic traffic;
  final EventLoop loop;
  final Ticker ticker;
  private final Deadline deadline;
  private final long began;
  private @Nullable Future<?> timer;
  private String awaited = "answer";
  private @Nullable Runnable withdrawal;
  private boolean over;
  private boolean repeated;

  PendingCall(Call call, Origin origin, Traffic traffic, EventLoop loop, Ticker ticker) {
    this.call = call;
    this.origin = origin;
    this.traffic = traffic;
    this.loop = loop;
    this.ticker = ticker;
    this.began = ticker.nanos();
    this.deadline = Deadline.in(call.timeout(), ticker);
  }

  /** What the caller holds; completed on the event loop. */
  abstract CompletableFuture<?> result();

  /** The head of the answer, after those of status 1xx. */
  abstract void head(int status, HttpHeaders headers) throws IOException;

  /** Bytes of the body; not released here. */
  abstract void bytes(ByteBuf piece) throws IOException;

  /** The answer is whole. */
  abstract void end() throws IOException;

  /** Sets the limit of time, and listens whether the caller gives up. */
  final void begin() {
    limit(deadline.left());
    result()
        .whenComplete((answer, failure) -> {
          if (loop.inEventLoop()) {
            withdraw();
          } else if (!loop.isShuttingDown()) {
            loop.execute(this::withdraw);
          }
        });
  }

  /** Arrives at the next place. */
  final void at(String nowAwaited, Runnable nowWithdrawal) {
    awaited = nowAwaited;
    withdrawal = nowWithdrawal;
  }

  /** What is left of the limit of time. */
  final Duration left() {
    return deadline.left();
  }

  /** Whether it has ended, well or not. */
  final boolean isOver() {
    return over;
  }

  /**
   * Whether it may be sent a second time, after a kept connection turned out to be closed: once,
   * and only what changes nothing (RFC 9110 9.2.1). A write may have been taken before the
   * connection broke.
   */
  final boolean mayRepeat() {
    boolean first = !repeated;
    repeated = true;
    return first && !over && (call.method().equals("GET") || call.method().equals("HEAD"));
  }

  /** Ends it: {@code what} is wrong. */
  final void fail(String what, @Nullable Throwable cause) {
    if (settle()) {
      traffic.error();
      Runnable out = withdrawal;
      if (out != null) {
        out.run();
      }
      result().completeExceptionally(new IOException(call.shown() + ": " + what, cause));
    }
  }

  /** Ends it for lack of room. */
  final void refuse(String what) {
    if (settle()) {
      traffic.dropped();
      result().completeExceptionally(new IOException(call.shown() + ": " + what));
    }
  }

  /** The one way to end: true for the first who ends it. */
  final boolean settle() {
    if (over) {
      return false;
    }
    over = true;
    unlimited();
    return true;
  }

  /** Takes it out of its place when it has ended well but early. */
  final void leave() {
    Runnable out = withdrawal;
    if (out != null) {
      out.run();
    }
  }

  /** Notes how long it took to be answered. */
  final void answered() {
    traffic.latency(ticker.nanos() - began);
  }

  /** Runs {@code task} after a while unless the call has ended by then; one such task at a time. */
  final void after(Duration pause, Runnable task) {
    unlimited();
    timer = loop.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The first value of each header, by lower-case name. */
  static Map<String, String> firstOfEach(HttpHeaders headers) {
    Map<String, String> first = HashMap.newHashMap(headers.size());
    var all = headers.iteratorAsString();
    while (all.hasNext()) {
      Map.Entry<String, String> header = all.next();
      first.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue());
    }
    return first;
  }

  private void limit(Duration left) {
    after(left, () -> fail("no " + awaited + " within " + Durations.text(call.timeout()), null));
  }

  private void unlimited() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
      timer = null;
    }
  }

  private void withdraw() {
    if (settle()) {
      traffic.error();
      leave();
    }
  }
}
