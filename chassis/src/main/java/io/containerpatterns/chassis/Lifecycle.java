package io.containerpatterns.chassis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the process stands in its life, and the only place that moves it. Signals, the management
 * API, the downward folder and the service itself all take these steps, so a step means the same
 * whoever asks.
 *
 * <pre>
 *                started               drain                  finished
 *   STARTING ---------------> READY ----------> DRAINING ------------------> STOPPING --> exit
 *       |                       ^                |    ^       only after
 *       |                       '---- resume ----'    |          stop
 *       |                                             |
 *       '----------------- stop, from anywhere -------'
 * </pre>
 *
 * A step changes the state at once, so that the next probe sees it; the calls into the service
 * follow on the one thread that makes them (see {@link Turn}). After stop there is no way back. Any
 * thread may take a step; none waits.
 */
public final class Lifecycle {
  /** The last part of the grace period, kept for closing, so that SIGKILL never meets work. */
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private static final int PRIORITY = 50;

  /** The states, in the order of a life. */
  public enum State {
    /** Nothing is accepted yet. */
    STARTING,
    /** At work. */
    READY,
    /** Takes no new work and finishes the old. */
    DRAINING,
    /** Gives everything back. */
    STOPPING
  }

  /**
   * A look at the whole.
   *
   * @param since when the state was entered
   * @param reason what led to it
   * @param deadline until when the present drain or stop may take
   * @param stopping whether the process is on its way out
   * @param started whether it has ever been ready
   * @param priority 0, shed first, to 100
   */
  public record Status(
      State state,
      Instant since,
      String reason,
      Optional<Instant> deadline,
      boolean stopping,
      boolean started,
      int priority) {}

  /** What became of a step that was asked for. */
  public sealed interface Step {
    /** How things stand after it. */
    Status status();

    /** Taken, now or earlier: asking twice is the same as asking once. */
    record Taken(Status status) implements Step {}

    /** Not possible in this state, for this reason. */
    record Refused(Status status, String why) implements Step {}
  }

  /** Why and how the process ends. */
  record Stop(String reason, Deadline deadline, boolean checkpoint, ExitCode exit) {}

  /** A call into the service that a later step may cut short by interrupting it. */
  @FunctionalInterface
  interface Call {
    void run() throws InterruptedException;
  }

  private final Ticker ticker;
  private final InstantSource clock;
  private final Supplier<Duration> grace;

  // All guarded by this.
  private final List<Consumer<Status>> listeners = new ArrayList<>();
  private State state = State.STARTING;
  private Instant since;
  private String reason = "start";
  private boolean started;
  private boolean serviceDraining;
  private @Nullable Deadline deadline;
  private @Nullable Instant deadlineAt;
  private @Nullable Stop stop;
  private boolean hurried;
  private int priority = PRIORITY;
  private int servicePriority = PRIORITY;
  private Turn.@Nullable Errand errand;
  private @Nullable Thread caller;
  private boolean cut;

  /**
   * At the start of a life; {@code grace} is asked whenever a step does not say how long it may
   * take.
   */
  public Lifecycle(Ticker ticker, InstantSource clock, Supplier<Duration> grace) {
    this.ticker = ticker;
    this.clock = clock;
    this.grace = grace;
    this.since = clock.instant();
  }

  /** How things stand. */
  public synchronized Status status() {
    return new Status(
        state, since, reason, Optional.ofNullable(deadlineAt), stop != null, started, priority);
  }

  /** The state alone. */
  public synchronized State state() {
    return state;
  }

  /**
   * How long a stop or a drain may take that does not say so: the grace period of the settings less
   * the closing.
   */
  public Duration workTime() {
    return work(grace.get());
  }

  /** Calls {@code listener} after every change, in order; it must return at once. */
  public synchronized void onChange(Consumer<Status> listener) {
    listeners.add(listener);
  }

  /** As {@link #drain(String, Duration)}, for as long as a stop would have. */
  public Step drain(String reason) {
    return drain(reason, work(grace.get()));
  }

  /** Takes no new work; what is in flight may take until {@code timeout} has passed. */
  public synchronized Step drain(String reason, Duration timeout) {
    return switch (state) {
      case STARTING -> refused("still starting; wait until /readyz answers 200");
      case STOPPING -> refused("already stopping");
      case DRAINING -> new Step.Taken(status());
      case READY -> {
        until(Deadline.in(timeout, ticker));
        yield enter(State.DRAINING, reason);
      }
    };
  }

  /** Takes work again; possible while draining, unless the process is about to end. */
  public synchronized Step resume(String reason) {
    if (stop != null) {
      return refused("stopping because of " + stop.reason() + "; there is no way back");
    }
    return switch (state) {
      case STARTING -> refused("still starting");
      case READY -> new Step.Taken(status());
      case DRAINING, STOPPING -> {
        until(null);
        cutShort();
        yield enter(State.READY, reason);
      }
    };
  }

  /**
   * As {@link #stop(String, Duration, boolean)}, within the grace period of the settings, without a
   * checkpoint.
   */
  public Step stop(String reason) {
    return stop(reason, grace.get(), false);
  }

  /**
   * Drains, then ends the process. All work ends 2 s before {@code grace} has passed; with {@code
   * checkpoint} the state is saved after the drain and can be fetched for as long as the time
   * allows. A second stop changes nothing.
   */
  public synchronized Step stop(String reason, Duration grace, boolean checkpoint) {
    if (stop == null) {
      begin(new Stop(reason, Deadline.in(work(grace), ticker), checkpoint, ExitCode.OK));
    }
    return new Step.Taken(status());
  }

  /**
   * Ends the process with exit 70 and without waiting for work: after a fault of ours nothing can
   * be relied on.
   */
  public synchronized void fail(String reason) {
    if (stop == null || stop.exit() == ExitCode.OK) {
      Deadline now = Deadline.in(Duration.ZERO, ticker);
      stop = null;
      begin(new Stop(reason, now, false, ExitCode.INTERNAL_ERROR));
      hurried = true;
    }
  }

  /** Skips every wait of a stop that has begun. */
  public synchronized void hurry() {
    if (stop != null && !hurried) {
      hurried = true;
      until(Deadline.in(Duration.ZERO, ticker));
      stop = new Stop(stop.reason(), Deadline.in(Duration.ZERO, ticker), false, stop.exit());
      cutShort();
      notifyAll();
    }
  }

  /** Takes over a priority, 0 (shed first) to 100. */
  public synchronized Step priority(int priority, String reason) {
    if (priority < 0 || priority > 100) {
      return refused("priority is a whole number from 0 to 100");
    }
    this.priority = priority;
    Status status = status();
    tell(status);
    notifyAll();
    return new Step.Taken(status);
  }

  private void begin(Stop cause) {
    stop = cause;
    until(cause.deadline());
    cutShort();
    if (state != State.STOPPING) {
      enter(State.DRAINING, cause.reason());
    }
  }

  private Step.Taken enter(State next, String why) {
    state = next;
    since = clock.instant();
    reason = why;
    if (errand != null && next != State.READY) {
      errand.refused("the process is " + next);
      errand = null;
    }
    Status status = status();
    tell(status);
    notifyAll();
    return new Step.Taken(status);
  }

  private void tell(Status status) {
    for (Consumer<Status> listener : listeners) {
      listener.accept(status);
    }
  }

  private void until(@Nullable Deadline next) {
    deadline = next;
    deadlineAt = next == null ? null : clock.instant().plus(next.left());
  }

  private void cutShort() {
    cut = true;
    if (caller != null) {
      caller.interrupt();
    }
  }

  private Step refused(String why) {
    return new Step.Refused(status(), why);
  }

  private static Duration work(Duration grace) {
    return grace.compareTo(CLOSING) > 0 ? grace.minus(CLOSING) : Duration.ZERO;
  }

  // ---- for the one thread that calls into the service

  /** The service has started; false when a stop came first. */
  synchronized boolean started() {
    if (stop != null) {
      return false;
    }
    started = true;
    enter(State.READY, "started");
    return true;
  }

  /** The drain is over, or its time; from here on everything is given back. */
  synchronized void stopping() {
    enter(State.STOPPING, stop == null ? reason : stop.reason());
  }

  /**
   * Waits for something to do. A stop comes before everything; a resume that was overtaken by a
   * drain is not seen.
   */
  synchronized Turn next() throws InterruptedException {
    while (true) {
      cut = false;
      if (stop != null) {
        return new Turn.Stop();
      }
      boolean draining = state == State.DRAINING;
      if (draining != serviceDraining) {
        serviceDraining = draining;
        return draining && deadline != null ? new Turn.Drain(deadline) : new Turn.Resume();
      }
      if (servicePriority != priority) {
        servicePriority = priority;
        return new Turn.Priority(priority);
      }
      if (errand != null) {
        Turn.Errand next = errand;
        errand = null;
        return new Turn.Run(next);
      }
      wait();
    }
  }

  /** Hands {@code errand} to that thread, or refuses it when it is not the time for it. */
  synchronized void submit(Turn.Errand next) {
    if (state != State.READY) {
      next.refused("the process is " + state);
    } else if (errand != null) {
      next.refused("another change is waiting");
    } else {
      errand = next;
      notifyAll();
    }
  }

  /**
   * From here on steps that came before the end no longer cut anything short, unless all waits are
   * to be skipped.
   */
  synchronized void ending() {
    cut = hurried;
  }

  /**
   * Runs {@code call} unless a later step has overtaken it, and so that one can cut it short; false
   * when one did.
   */
  boolean call(Call call) {
    return begun(false) && run(call);
  }

  /** Runs {@code call} in any case; only a step taken from now on cuts it short. */
  boolean callAtLast(Call call) {
    return begun(true) && run(call);
  }

  private synchronized boolean begun(boolean inAnyCase) {
    cut &= !inAnyCase;
    if (!cut) {
      caller = Thread.currentThread();
    }
    return !cut;
  }

  private boolean run(Call call) {
    try {
      call.run();
      return true;
    } catch (InterruptedException e) {
      return false;
    } finally {
      synchronized (this) {
        caller = null;
        // An interrupt that came too late must not hit the next call.
        Thread.interrupted();
      }
    }
  }

  /** Why the process ends; empty as long as it does not. */
  synchronized Optional<Stop> stopCause() {
    return Optional.ofNullable(stop);
  }
}
