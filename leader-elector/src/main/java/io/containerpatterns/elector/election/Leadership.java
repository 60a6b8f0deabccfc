package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Outcome.Verdict;
import io.containerpatterns.elector.election.Status.LostReason;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Our terms: how one begins, how the application is told, and how it ends. Loop only.
 *
 * <p>The order at the end of a term is fixed: first the answer is "no", then the application is
 * told and given time to finish, and only when it says that it has is the lease given back. If it
 * does not say so, the lease runs out.
 */
final class Leadership {
  private final String name;
  private final Loop loop;
  private final Clocks clocks;
  private final Hooks hooks;
  private final Petitions petitions;
  private final Supplier<Status> status;
  private final LongSupplier promisedNanos;
  private final Consumer<Event> publish;
  private final Runnable pursue;

  private @Nullable Term term;
  private @Nullable LostReason lostReason;
  private boolean lostHookUnderWay;
  private long cooldownUntil;
  private long reliedOnUntil;
  private long lastLeaseMillis;

  /**
   * @param status how we stand at this instant
   * @param promisedNanos for how long somebody may rely on an answer that we gave
   * @param publish publishes how we stand
   * @param pursue goes on after the application has answered
   */
  Leadership(
      String name,
      Loop loop,
      Clocks clocks,
      Hooks hooks,
      Petitions petitions,
      Supplier<Status> status,
      LongSupplier promisedNanos,
      Consumer<Event> publish,
      Runnable pursue) {
    this.name = name;
    this.loop = loop;
    this.clocks = clocks;
    this.hooks = hooks;
    this.petitions = petitions;
    this.status = status;
    this.promisedNanos = promisedNanos;
    this.publish = publish;
    this.pursue = pursue;
    this.cooldownUntil = clocks.monotonicNanos();
    this.reliedOnUntil = cooldownUntil;
  }

  /** The term that is ours now; null when none is. */
  @Nullable Term term() {
    return term;
  }

  /** Why the last term ended or is ending; null before the first end and while we lead. */
  @Nullable LostReason lostReason() {
    return lostReason;
  }

  /** Until when we stay out of the race, in monotonic nanoseconds. */
  long cooldownUntil() {
    return cooldownUntil;
  }

  /**
   * Until when somebody may rely on an answer that we gave, in monotonic nanoseconds: the lease is
   * not given back before, unless the application said itself that it has stopped, or ends together
   * with us.
   */
  long reliedOnUntil() {
    return reliedOnUntil;
  }

  /**
   * For how long a term that begins now asks the others to wait. A lease that was made shorter
   * counts only when nobody relies any more on what we answered in the term before: the others
   * would not wait for him.
   */
  long leaseMillis(Candidate us) {
    long configured = us.lease().toMillis();
    boolean reliedOn = reliedOnUntil - clocks.monotonicNanos() > 0;
    return reliedOn ? Math.max(configured, lastLeaseMillis) : configured;
  }

  /** Whether the application is still being told that an earlier term is over. */
  boolean isTelling() {
    return lostHookUnderWay;
  }

  /** A term begins. */
  void begin(Claim claim, Candidate us) {
    var begun = new Term(claim);
    term = begun;
    lostReason = null;
    begun.told = true;
    if (!hooks.gates()) {
      open(begun);
    }
    hooks
        .acquired(name, claim.token())
        .whenComplete((acknowledged, failure) ->
            loop.execute(() -> answered(begun, failure == null && acknowledged, us)));
  }

  /** A term begins that nobody wants any more. */
  void decline(Claim claim, Candidate us, LostReason reason) {
    term = new Term(claim);
    stepDown(reason, null, 0, us);
  }

  private void answered(Term begun, boolean acknowledged, Candidate us) {
    if (term != begun || begun.isStepping() || begun.open) {
      return;
    }
    if (acknowledged) {
      open(begun);
    } else {
      stepDown(LostReason.RESIGNED, null, us.leaseNanos(), us);
    }
    pursue.run();
  }

  private void open(Term begun) {
    begun.open = true;
    publish.accept(Event.ACQUIRED);
  }

  /** A renewal of ours was confirmed. */
  void confirm(Term ours, Claim claim) {
    ours.renewedAt = claim.from().monotonic();
    if (!ours.isStepping()) {
      ours.claim = claim;
      ours.warned = false;
      publish.accept(Event.CHANGED);
    }
  }

  /** Ends what time has ended: a claim that was not renewed, an application that did not finish. */
  void endWhatHasRunOut(Candidate us, boolean callUnderWay) {
    Term ours = term;
    if (ours == null) {
      return;
    }
    Claim claim = ours.claim;
    if (claim == null) {
      long now = clocks.monotonicNanos();
      if (now - ours.endsBy >= 0 && !callUnderWay) {
        stayOutWhileAtWork(ours);
        end(ours, Verdict.STEPPED_DOWN);
      }
      return;
    }
    long left = claim.leftNanos(clocks);
    if (left <= 0 && us.mode() == Candidate.Mode.MANUAL) {
      stepDown(LostReason.EXPIRED, null, 0, us);
    } else if (left <= 0) {
      lose(LostReason.EXPIRED, us);
    } else if (left <= claim.warnsBeforeNanos() && ours.open && !ours.warned) {
      ours.warned = true;
      publish.accept(Event.WARNING);
    }
  }

  /** Ends a term at once, without our doing; without effect when there is none. */
  void lose(LostReason reason, Candidate us) {
    Term lost = term;
    if (lost == null) {
      return;
    }
    boolean stepping = lost.isStepping();
    lostReason = stepping ? lost.ending : reason;
    if (stepping && !lost.mayRelease && !lostHookUnderWay) {
      stayOutWhileAtWork(lost);
    }
    finish(lost, Verdict.STEPPED_DOWN);
    if (!stepping) {
      tell(lost, reason);
    }
  }

  /** Begins to step down; without effect when there is no term or it is ending already. */
  void stepDown(LostReason reason, @Nullable String successor, long cooldownNanos, Candidate us) {
    Term ours = term;
    if (ours == null || ours.isStepping()) {
      return;
    }
    ours.ending = reason;
    ours.claim = null;
    ours.successor = successor;
    ours.cooldownNanos = cooldownNanos;
    ours.endsBy = clocks.monotonicNanos() + us.drain().toNanos();
    ours.releaseWithinNanos = us.leaseNanos();
    lostReason = reason;
    publish.accept(Event.STEPPING_DOWN);
    petitions.refuseRenewing(new Outcome(Verdict.NOT_LEADER, status.get()));
    tell(ours, reason);
  }

  private void tell(Term lost, LostReason reason) {
    if (!lost.told) {
      // Nobody has stopped: what was answered in the term before stays relied on as long as it was.
      stopped(lost, true);
      return;
    }
    boolean ownWord =
        hooks.confirmsLoss() || reason == LostReason.RESIGNED || reason == LostReason.SHUTDOWN;
    long now = clocks.monotonicNanos();
    reliedOnUntil = ownWord ? now : now + promisedNanos.getAsLong();
    lostHookUnderWay = true;
    hooks
        .lost(name, lost.token, reason)
        .whenComplete((acknowledged, failure) ->
            loop.execute(() -> {
              lostHookUnderWay = false;
              stopped(lost, failure == null && acknowledged);
              pursue.run();
            }));
  }

  /** The application has finished, or did not say so. */
  private void stopped(Term lost, boolean acknowledged) {
    long now = clocks.monotonicNanos();
    lost.mayRelease = acknowledged;
    long from = reliedOnUntil - now > 0 ? reliedOnUntil : now;
    lost.endsBy = acknowledged ? from + lost.releaseWithinNanos : now;
    if (!acknowledged && term == null) {
      stayOutWhileAtWork(lost);
    }
  }

  /**
   * The record may still be ours, and neither we nor those who come next touch it while the
   * application, which did not say that it has finished, may be at work.
   */
  private void stayOutWhileAtWork(Term lost) {
    stayOut(clocks.monotonicNanos() + lost.leaseMillis * 1_000_000L);
  }

  private void stayOut(long until) {
    cooldownUntil = until - cooldownUntil > 0 ? until : cooldownUntil;
  }

  /** A term whose lease we gave back, or tried to. */
  void end(Term ours, Verdict verdict) {
    if (term == ours) {
      stayOut(clocks.monotonicNanos() + ours.cooldownNanos);
      finish(ours, verdict);
    }
  }

  private void finish(Term ended, Verdict verdict) {
    term = null;
    lastLeaseMillis = ended.leaseMillis;
    publish.accept(Event.LOST);
    petitions.refuseRenewing(new Outcome(Verdict.NOT_LEADER, status.get()));
    var outcome = new Outcome(verdict, status.get());
    ended.resigning.forEach(answer -> answer.complete(outcome));
  }
}
