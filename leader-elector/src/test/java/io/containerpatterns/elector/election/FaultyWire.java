package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Wire;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The network between one simulated process and the store. A call may be
 *
 * <pre>
 *   lost                        never applied, never answered, or failed
 *   answered never              applied, then the answer is lost, or a failure is told
 *   applied twice               a copy of the request arrives later; its answer is dropped, as a driver would drop it
 *   applied or answered late    when the caller gave up long ago
 * </pre>
 *
 * and a hint late, lost or doubled. While the wire is cut everything on the way is lost.
 */
public final class FaultyWire implements Wire {
  /** More calls under way than any election needs; a driver fails the surplus at once. */
  private static final int UNDER_WAY_MAX = 16;

  private final VirtualTime time;
  private final RandomGenerator random;
  private final Supplier<Conditions> conditions;
  private final Consumer<Runnable> process;
  private final Runnable disturbed;
  private final int underWayMax;
  private boolean cut;
  private int underWay;
  private long arrivedAt = -1;
  private @Nullable Runnable atNextCall;

  /**
   * @param elections how many the process takes part in
   * @param process runs what arrives in the process, when it can run
   * @param disturbed is told of each fault, so that nobody expects a disturbed process to win
   */
  public FaultyWire(
      int elections,
      VirtualTime time,
      RandomGenerator random,
      Supplier<Conditions> conditions,
      Consumer<Runnable> process,
      Runnable disturbed) {
    this.underWayMax = elections * UNDER_WAY_MAX;
    this.time = time;
    this.random = random;
    this.conditions = conditions;
    this.process = process;
    this.disturbed = disturbed;
  }

  @Override
  public <T> CompletionStage<T> call(Supplier<T> atStore) {
    if (underWay >= underWayMax) {
      disturbed.run();
      return CompletableFuture.failedStage(new IllegalStateException("too many calls under way"));
    }
    underWay++;
    if (atNextCall != null) {
      time.after(0, atNextCall);
      atNextCall = null;
    }
    var answer = new CompletableFuture<T>();
    answer.whenComplete((value, failure) -> underWay--);
    Conditions now = conditions.get();
    var request = new Request<T>(atStore);
    if (happens(now.requestLost())) {
      lose(answer);
    } else {
      time.after(delay(), () -> arrive(request, answer));
    }
    if (happens(now.duplicated())) {
      time.after(delay() + delay(), () -> arrive(request, new CompletableFuture<>()));
    }
    return answer;
  }

  @Override
  public void hint(LeaseStore.Watcher watcher, Stored reached) {
    if (happens(conditions.get().hintLost())) {
      disturbed.run();
      return;
    }
    // What a hint tells differs from store to store, and even with a reconnection of one.
    Runnable hint =
        switch (random.nextInt(3)) {
          case 0 -> () -> watcher.changed(0);
          case 1 -> () -> watcher.changed(reached.version());
          default -> () -> watcher.reached(reached);
        };
    for (int copies = happens(conditions.get().duplicated()) ? 2 : 1; copies > 0; copies--) {
      time.after(delay(), () -> deliver(hint));
    }
  }

  /** Runs {@code task} when the next call has left, before anything can come of it. */
  void atNextCall(Runnable task) {
    atNextCall = task;
  }

  /** Cuts the process off from the store, or ends that. */
  public void cut(boolean cut) {
    this.cut = cut;
    disturbed.run();
  }

  boolean isCut() {
    return cut;
  }

  /** When a call of this process last arrived at the store; negative when none has. */
  long arrivedAt() {
    return arrivedAt;
  }

  private <T> void arrive(Request<T> request, CompletableFuture<T> answer) {
    if (cut) {
      lose(answer);
      return;
    }
    arrivedAt = time.now();
    T value = request.arrive();
    if (happens(conditions.get().answerLost())) {
      lose(answer);
    } else {
      time.after(delay(), () -> deliver(() -> answer.complete(value)));
    }
  }

  private void deliver(Runnable task) {
    if (cut) {
      disturbed.run();
    } else {
      process.accept(task);
    }
  }

  private void lose(CompletableFuture<?> answer) {
    disturbed.run();
    // Even a caller who hears nothing is let go in the end, as by a connection that is found dead.
    long told = happens(conditions.get().failureTold()) ? delay() : 10 * delay();
    time.after(
        told,
        () ->
            process.accept(
                () -> answer.completeExceptionally(new IllegalStateException("no answer"))));
  }

  private boolean happens(double chance) {
    return random.nextDouble() < chance;
  }

  private long delay() {
    Conditions now = conditions.get();
    if (happens(now.late())) {
      disturbed.run();
      return random.nextLong(now.lateNanosMax());
    }
    // Mostly quick, with a tail.
    double share = random.nextDouble();
    return (long) (share * share * share * now.delayNanosMax());
  }

  /** Something asked of the store, which may reach it more than once. */
  private static final class Request<T> {
    private final Supplier<T> atStore;
    private @Nullable T first;

    Request(Supplier<T> atStore) {
      this.atStore = atStore;
    }

    /**
     * Does what is asked, each time, and tells what the first time told: a driver must not say
     * "conflict" because a copy of its own request was there before.
     */
    T arrive() {
      T value = atStore.get();
      if (first == null) {
        first = value;
      }
      return first;
    }
  }
}
