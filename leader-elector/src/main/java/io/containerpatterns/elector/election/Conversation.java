package io.containerpatterns.elector.election;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one party to the store: one at a time, each with a time limit. Loop only.
 *
 * <p>After a call that failed or was not answered in time nobody knows whether a write was applied,
 * so the conversation is {@link #isUncertain() uncertain} until the next answer. An answer that
 * comes too late is not listened to.
 */
public final class Conversation {
  private static final long RETRY_AFTER_NANOS = 20_000_000;
  private static final int RETRY_DOUBLINGS_MAX = 10;

  /** Takes the answer of a call. */
  @FunctionalInterface
  public interface Answer<T> {
    /**
     * @param sent a moment before the call left
     * @param call the number of the call; higher than {@link Conversation#lastCall()} was before it
     */
    void take(T answer, Moment sent, long call);
  }

  private final Loop loop;
  private final Clocks clocks;
  private final Runnable afterwards;

  private long calls;
  private boolean underWay;
  private Loop.Timer limit = () -> {};
  private int failures;
  private @Nullable Throwable failure;
  private long heardAt;
  private long answeredAt;
  private long retryAt;

  /**
   * @param afterwards runs on the loop after each answer and each failure
   */
  public Conversation(Loop loop, Clocks clocks, Runnable afterwards) {
    this.loop = loop;
    this.clocks = clocks;
    this.afterwards = afterwards;
    this.heardAt = clocks.monotonicNanos();
    this.answeredAt = heardAt;
  }

  /** Begins a call; none may be under way. */
  public <T> void ask(Duration within, Supplier<CompletionStage<T>> question, Answer<T> then) {
    underWay = true;
    long call = ++calls;
    Moment sent = Moment.now(clocks);
    limit =
        loop.schedule(
            within,
            () ->
                failed(
                    call, sent, new TimeoutException("no answer in " + within.toMillis() + " ms")));
    question
        .get()
        .whenComplete((answer, failure) ->
            loop.execute(() -> {
              if (failure != null) {
                failed(call, sent, failure);
              } else if (isAwaited(call)) {
                settle();
                failures = 0;
                this.failure = null;
                heardAt = clocks.monotonicNanos();
                answeredAt = heardAt;
                then.take(answer, sent, call);
                afterwards.run();
              }
            }));
  }

  private void failed(long call, Moment sent, Throwable failure) {
    if (isAwaited(call)) {
      settle();
      failures++;
      this.failure = failure;
      retryAt = sent.monotonic() + (RETRY_AFTER_NANOS << Math.min(failures, RETRY_DOUBLINGS_MAX));
      afterwards.run();
    }
  }

  private boolean isAwaited(long call) {
    return underWay && call == calls;
  }

  private void settle() {
    underWay = false;
    limit.cancel();
  }

  /** Listens to no answer any more. */
  public void close() {
    settle();
    calls++;
  }

  public boolean isUnderWay() {
    return underWay;
  }

  /** The number of the newest call; 0 before the first. */
  long lastCall() {
    return calls;
  }

  /** Whether the last call has an unknown outcome. */
  public boolean isUncertain() {
    return failures > 0;
  }

  /** Why the last call has an unknown outcome; null when it was answered. */
  @Nullable Throwable failure() {
    return failure;
  }

  /**
   * When to try again after a failure, in monotonic nanoseconds: later each time, never later than
   * {@code atMost}.
   */
  public long retryAt(long atMost) {
    return retryAt - atMost < 0 ? retryAt : atMost;
  }

  /** The store has told us something without being asked, which shows that it lives. */
  void told() {
    heardAt = clocks.monotonicNanos();
  }

  /**
   * When the store last answered or told us something, in monotonic nanoseconds; the beginning,
   * when it never has.
   */
  long heardAt() {
    return heardAt;
  }

  /** When the store last answered, in monotonic nanoseconds; the beginning, when it never has. */
  long answeredAt() {
    return answeredAt;
  }
}
