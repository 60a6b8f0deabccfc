package io.containerpatterns.elector.kubernetes;

import io.containerpatterns.chassis.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few calls at a time. The others wait here, where they are a question yet and not a request with
 * a body, a limit of time and a place in a connection:
 *
 * <pre>
 *   ask -> [ of elections that we lead ] -> a lane is free? -> waited too long? -> call -> answer
 *          [ all else                  ]                            '-> refused: nothing was sent
 * </pre>
 *
 * <p>A server that is too slow for a thousand elections is fast enough for some. So those that we
 * lead come first, and the others take part only as far as there is room; were all served in turn,
 * all would be served too late. And where those that we lead have begun to wait, no others are
 * added to them: each would soon be one more that waits. For the same reason nothing is sent for
 * somebody who is about to give up: what was sent has most of its time before it.
 *
 * <p>No longer than there are calls, which whoever asks has to bound. Any thread.
 */
final class Lanes {
  /** The part of its patience after which a call of an election that we lead shows a crowd. */
  private static final int CROWDED = 8;

  private final int lanes;
  private final Duration patience;
  private final long crowdedNanos;
  private final Ticker ticker;
  private final Deque<Waiting<?>> leading = new ArrayDeque<>(); // guarded by this
  private final Deque<Waiting<?>> others = new ArrayDeque<>(); // guarded by this
  private int underWay; // guarded by this
  private long leadingWaited; // nanoseconds, of the last that began; guarded by this
  private boolean beginning; // guarded by this

  private record Waiting<T>(
      Supplier<CompletableFuture<T>> call, long since, CompletableFuture<T> answer) {}

  /**
   * Nothing is under way.
   *
   * @param lanes how many calls at a time
   * @param patience how long one waits at most
   */
  Lanes(int lanes, Duration patience, Ticker ticker) {
    this.lanes = lanes;
    this.patience = patience;
    this.crowdedNanos = patience.toNanos() / CROWDED;
    this.ticker = ticker;
  }

  /**
   * Makes a call when it is its turn; fails with a {@link KubernetesFailure} when that comes too
   * late.
   *
   * @param leads whether it is for an election that we lead
   * @param call begins it, and must not throw
   */
  <T> CompletableFuture<T> ask(boolean leads, Supplier<CompletableFuture<T>> call) {
    var waiting = new Waiting<>(call, ticker.nanos(), new CompletableFuture<T>());
    synchronized (this) {
      (leads ? leading : others).addLast(waiting);
    }
    begin();
    return waiting.answer();
  }

  /** One thread at a time, and never from within itself: a call may end before it has begun. */
  private void begin() {
    synchronized (this) {
      if (beginning) {
        return;
      }
      beginning = true;
    }
    for (Waiting<?> next = next(); next != null; next = next()) {
      begin(next);
    }
  }

  private synchronized @Nullable Waiting<?> next() {
    Waiting<?> next = underWay >= lanes ? null : leading.pollFirst();
    if (next != null) {
      leadingWaited = ticker.nanos() - next.since();
    } else if (underWay == 0 || (underWay < lanes && leadingWaited < crowdedNanos)) {
      next = others.pollFirst();
    }
    if (next == null) {
      beginning = false;
    } else {
      underWay++;
    }
    return next;
  }

  private <T> void begin(Waiting<T> waiting) {
    if (ticker.nanos() - waiting.since() > patience.toNanos()) {
      left();
      waiting.answer().completeExceptionally(KubernetesFailure.notSent(patience));
      return;
    }
    waiting
        .call()
        .get()
        .whenComplete((value, failure) -> {
          left();
          // Before the answer is told: whoever gets it may ask again at once.
          begin();
          if (failure == null) {
            waiting.answer().complete(value);
          } else {
            waiting.answer().completeExceptionally(failure);
          }
        });
  }

  private synchronized void left() {
    underWay--;
  }
}
