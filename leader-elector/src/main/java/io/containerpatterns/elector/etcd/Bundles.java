package io.containerpatterns.elector.etcd;

import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions of one kind that wait for a call, and go together as soon as one may leave:
 *
 * <pre>
 *   ask -> [waiting] -> a lane is free? -> up to 64 of them, 256 KiB -> one call -> an answer for each
 * </pre>
 *
 * One question alone leaves at once, so bundling costs nothing while there is little to do. A
 * thousand elections that renew at the same moment are 16 calls and as many waits for etcd's disk
 * instead of a thousand.
 *
 * <p>What went wrong with a bundle may be the fault of one question in it, such as a record of a
 * megabyte that somebody wrote by hand. So those of a bundle that failed are asked alone the next
 * time. Loop only.
 */
final class Bundles<Q, A> {
  /** etcd allows 128 operations in a transaction, the one around them included. */
  static final int QUESTIONS_MAX = 64;

  /** Far below the 1.5 MiB that etcd allows, as it counts more than the values. */
  private static final int BYTES_MAX = 256 * 1024;

  /** How many calls of a kind are under way; more would wait for the same disk. */
  private static final int LANES = 2;

  private final Ticker ticker;
  private final Duration within;
  private final Function<List<Q>, CompletableFuture<List<A>>> call;
  private final Deque<Waiting<Q, A>> waiting = new ArrayDeque<>(); // one per election at most
  private int underWay;
  private boolean sending;

  private record Waiting<Q, A>(
      Q question, int bytes, boolean alone, Deadline deadline, CompletableFuture<A> answer) {}

  /**
   * @param within how long a question waits at most before it is not sent any more
   * @param call asks all of a bundle; as many answers, in the same order
   */
  Bundles(Ticker ticker, Duration within, Function<List<Q>, CompletableFuture<List<A>>> call) {
    this.ticker = ticker;
    this.within = within;
    this.call = call;
  }

  /**
   * Asks.
   *
   * @param bytes how much it weighs in a call
   * @param alone whether it must not share a call
   */
  CompletableFuture<A> ask(Q question, int bytes, boolean alone) {
    var answer = new CompletableFuture<A>();
    waiting.addLast(new Waiting<>(question, bytes, alone, Deadline.in(within, ticker), answer));
    send();
    return answer;
  }

  private void send() {
    if (sending) {
      return; // From a call that ended before it began; the loop below goes on with the next.
    }
    sending = true;
    while (underWay < LANES && !waiting.isEmpty()) {
      List<Waiting<Q, A>> bundle = bundle();
      if (!bundle.isEmpty()) {
        send(bundle);
      }
    }
    sending = false;
  }

  private void send(List<Waiting<Q, A>> bundle) {
    underWay++;
    call.apply(bundle.stream().map(Waiting::question).toList())
        .whenComplete((answers, failure) -> {
          underWay--;
          // Before the answers are told: whoever gets one may ask again at once.
          send();
          settle(bundle, answers, failure);
        });
  }

  /** The next that may go together; empty when the first was too late. */
  private List<Waiting<Q, A>> bundle() {
    var bundle = new ArrayList<Waiting<Q, A>>();
    int bytes = 0;
    for (Waiting<Q, A> next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
      boolean fits =
          bundle.isEmpty()
              || (!next.alone()
                  && !bundle.getFirst().alone()
                  && bundle.size() < QUESTIONS_MAX
                  && bytes + next.bytes() <= BYTES_MAX);
      if (!fits) {
        break;
      }
      waiting.removeFirst();
      if (next.deadline().passed()) {
        next.answer().completeExceptionally(tooLate());
      } else {
        bundle.add(next);
        bytes += next.bytes();
      }
    }
    return bundle;
  }

  private EtcdFailure tooLate() {
    return new EtcdFailure(
        EtcdFailure.Kind.REFUSED,
        "earlier calls to etcd took longer than "
            + within.toMillis()
            + " ms, this one was not sent");
  }

  private static <Q, A> void settle(
      List<Waiting<Q, A>> bundle, @Nullable List<A> answers, @Nullable Throwable failure) {
    Throwable cause = EtcdLeaseStore.cause(failure);
    for (int i = 0; i < bundle.size(); i++) {
      CompletableFuture<A> answer = bundle.get(i).answer();
      if (answers != null) {
        answer.complete(answers.get(i));
      } else if (cause != null) {
        answer.completeExceptionally(cause);
      }
    }
  }
}
