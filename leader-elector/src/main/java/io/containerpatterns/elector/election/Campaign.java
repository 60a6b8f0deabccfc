package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Outcome.Verdict;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one election: watch the lease, take it when it is free, renew it, give it back.
 *
 * <pre>
 *                read: somebody holds it                  written
 *        .--------------------------------.     .-------------------------.
 *        v                                |     |                         v
 *   [observe] --- free, or run out ---> [acquire]                      [renew] --.
 *        ^                                |  conflict: read again         |  ^   | every L/3
 *        |                                v                               |  '---'
 *        |<--- lost: conflict, or no renewal for 0.9 L -------------------|
 *        |                                                                | resigned, unhealthy, drained, preempted
 *        '--- [release] <--- application done <--- [step down: answers "no"]
 * </pre>
 *
 * <p>Whatever happens (an answer, a hint, an alarm, a request) changes the state and then calls
 * {@link #pursue()}, which looks at the state alone and begins the one thing that is due; so there
 * is no order of events to get wrong. At most one store call is under way. A call that was not
 * answered in L/6 has an unknown outcome, and what follows is always a read, never another write on
 * the same version.
 */
final class Campaign {
  /**
   * So often a follower reads though the watch tells it everything: it shows that calls work, and
   * keeps the connection for them, before they are needed.
   */
  private static final long READ_ANYWAY_NANOS = 20_000_000_000L;

  private final String name;
  private final LeaseStore store;
  private final Loop loop;
  private final Clocks clocks;
  private final LeaseRule rule;
  private final Notices notices;
  private final Conversation conversation;
  private final Vacancy vacancy;
  private final Petitions petitions = new Petitions();
  private final Leadership leadership;
  private final List<CompletableFuture<Outcome>> awaitingQuiet = new ArrayList<>();

  private Candidate us;
  private boolean healthy;
  private boolean paused;
  private boolean closed;

  /** When to read next, in monotonic nanoseconds. */
  private long readAt;

  /**
   * A version the record has reached by hearsay; the highest number when only a change is known, 0
   * when nothing is.
   */
  private long hintedVersion;

  /** The number of the last renewal among the calls to the store; 0 before the first. */
  private long renewalCall;

  /** When we may next ask the holder to step down, in monotonic nanoseconds. */
  private long mayAskAt;

  private LeaseStore.@Nullable Watch watch;
  private Loop.Timer alarm = () -> {};

  Campaign(
      String name,
      Candidate us,
      boolean healthy,
      LeaseStore store,
      Loop loop,
      Clocks clocks,
      Vacancy vacancy,
      LeaseRule rule,
      Hooks hooks,
      Notices notices) {
    this.name = name;
    this.us = us;
    this.healthy = healthy;
    this.store = store;
    this.loop = loop;
    this.clocks = clocks;
    this.vacancy = vacancy;
    this.rule = rule;
    this.notices = notices;
    this.conversation = new Conversation(loop, clocks, this::answered);
    this.leadership =
        new Leadership(
            name,
            loop,
            clocks,
            hooks,
            petitions,
            notices::status,
            notices::promisedNanos,
            this::publish,
            this::pursue);
    this.readAt = clocks.monotonicNanos();
    this.mayAskAt = readAt;
  }

  // ---- requests ----

  void start() {
    watch = store.watch(name, new Hints());
    pursue();
  }

  void become(Petitions.Become become, Duration wait) {
    if (closed) {
      become.answer.complete(outcome(Verdict.PAUSED));
      return;
    }
    readAt = clocks.monotonicNanos();
    petitions.add(become, readAt + wait.toNanos(), conversation.lastCall());
    Term ours = leadership.term();
    become.tried = ours != null && ours.isStepping();
    pursue();
  }

  void withdraw(Petitions.Become become) {
    petitions.withdraw(become);
    pursue();
  }

  void renew(CompletableFuture<Outcome> answer, OptionalLong token, Duration timeout) {
    Verdict refusal = refusal(token);
    if (refusal != null) {
      answer.complete(outcome(refusal));
      return;
    }
    long until = clocks.monotonicNanos() + timeout.toNanos();
    petitions.add(new Petitions.Renew(answer, until, conversation.lastCall()));
    pursue();
  }

  void resign(
      CompletableFuture<Outcome> answer,
      OptionalLong token,
      Duration cooldown,
      @Nullable String successor) {
    Term ours = leadership.term();
    Verdict refusal = ours != null && ours.isStepping() ? null : refusal(token);
    if (ours == null || refusal != null) {
      answer.complete(outcome(refusal == null ? Verdict.NOT_LEADER : refusal));
      return;
    }
    ours.resigning.add(answer);
    leadership.stepDown(LostReason.RESIGNED, successor, cooldown.toNanos(), us);
    pursue();
  }

  /** No cooldown: whoever is named comes first anyway, and if it does not come, we are needed. */
  void handOver(String successor) {
    if (us.mode() == Candidate.Mode.AUTO) {
      leadership.stepDown(LostReason.SPREAD, successor, 0, us);
      pursue();
    }
  }

  void healthy(boolean healthy) {
    this.healthy = healthy;
    if (!healthy) {
      leadership.stepDown(LostReason.UNHEALTHY, null, 0, us);
    }
    pursue();
  }

  void candidate(Candidate candidate) {
    us = candidate;
    if (us.priority() < 0) {
      leadership.stepDown(LostReason.PAUSED, null, 0, us);
    }
    pursue();
  }

  void change(UnaryOperator<Candidate> change) {
    candidate(change.apply(us));
  }

  void pause(CompletableFuture<Outcome> answer, LostReason reason) {
    if (closed) {
      answer.complete(outcome(Verdict.NOT_LEADER));
      return;
    }
    paused = true;
    awaitingQuiet.add(answer);
    leadership.stepDown(reason, null, 0, us);
    pursue();
  }

  void resume() {
    paused = false;
    pursue();
  }

  void close() {
    paused = true;
    leadership.lose(LostReason.SHUTDOWN, us);
    petitions.answerBecoming(outcome(Verdict.PAUSED));
    closed = true;
    alarm.cancel();
    conversation.close();
    if (watch != null) {
      watch.close();
    }
  }

  // ---- what is due ----

  /** Looks at where we stand, begins the one thing that is due, and sets the alarm for the next. */
  private void pursue() {
    if (closed) {
      return;
    }
    leadership.endWhatHasRunOut(us, conversation.isUnderWay());
    answerWhoWantsToLead();
    Moment now = Moment.now(clocks);
    if (!conversation.isUnderWay()) {
      begin(now);
    }
    answerWhoAwaitsQuiet();
    publish(Event.CHANGED);
    petitions.expire(now.monotonic(), notices::status);
    alarm.cancel();
    alarm = loop.schedule(Duration.ofNanos(nextAlarm(now) - now.monotonic()), this::pursue);
  }

  private void begin(Moment now) {
    long at = now.monotonic();
    Term ours = leadership.term();
    boolean blind = conversation.isUncertain() || vacancy.observation() == null;
    boolean wantsToRead = blind || ours == null || hintedVersion > vacancy.version();
    if (wantsToRead && at - readAt >= 0) {
      read();
    } else if (blind) {
      return; // Until the retry is due.
    } else if (ours != null) {
      if (ours.mayRelease && at - leadership.reliedOnUntil() >= 0) {
        release(ours);
      } else if (isRenewalDue(ours, at)) {
        renew(ours);
      }
    } else if (isLeftOver(at)) {
      write(Objects.requireNonNull(vacancy.lease()).givenBack());
    } else if (isStanding(now) && vacancy.isFree(now, us)) {
      if (at - vacancy.reachAt(now, us) >= 0) {
        acquire();
      }
    } else if (isPreemptionDue(now)) {
      mayAskAt = at + us.leaseNanos();
      Lease lease = Objects.requireNonNull(vacancy.lease());
      write(lease.wantedBy(us.id(), lease.tokenAt(vacancy.version())));
    }
  }

  /**
   * The earliest moment after {@code now} at which time alone makes something due, in monotonic
   * nanoseconds.
   */
  private long nextAlarm(Moment now) {
    var next = new Earliest(now.monotonic(), now.monotonic() + us.leaseNanos());
    Term ours = leadership.term();
    if (ours != null) {
      next.consider(ours.endsBy);
      next.consider(renewAt(ours));
      if (ours.claim != null) {
        long end = now.monotonic() + ours.claim.leftNanos(clocks);
        next.consider(end - ours.claim.warnsBeforeNanos());
        next.consider(end);
      }
    }
    next.consider(readAt);
    next.consider(leadership.cooldownUntil());
    next.consider(leadership.reliedOnUntil());
    next.consider(mayAskAt);
    next.consider(vacancy.freeAt(now, us));
    next.consider(vacancy.reachAt(now, us));
    next.consider(conversation.heardAt() + us.silenceNanos());
    petitions.consider(next);
    return next.moment();
  }

  /**
   * In manual mode the application renews; but while we step down nobody may take over yet, so we
   * do.
   */
  private boolean isRenewalDue(Term ours, long now) {
    boolean byItself = us.mode() == Candidate.Mode.AUTO || ours.isStepping();
    return petitions.anyoneWantsToRenew() || (byItself && now - renewAt(ours) >= 0);
  }

  private long renewAt(Term ours) {
    return ours.renewedAt + us.renewEveryNanos();
  }

  /** Whether the record is still ours from a term that is over, and not wanted by us. */
  private boolean isLeftOver(long now) {
    return vacancy.isHeldByUs(us)
        && (paused || vacancy.isPromised(us))
        && !leadership.isTelling()
        && now - leadership.cooldownUntil() >= 0
        && now - leadership.reliedOnUntil() >= 0;
  }

  private boolean isPreemptionDue(Moment now) {
    return us.preempt()
        && now.monotonic() - mayAskAt >= 0
        && isStanding(now)
        && vacancy.isHeldByLesser(now, us);
  }

  /** Whether anybody wants us to lead at all. */
  private boolean isWanted() {
    return !paused
        && us.priority() >= 0
        && (us.mode() == Candidate.Mode.AUTO || petitions.anyoneWantsToLead());
  }

  /** Whether we are in the race at this moment. */
  private boolean isStanding(Moment now) {
    return isWanted()
        && !leadership.isTelling()
        && now.monotonic() - leadership.cooldownUntil() >= 0
        && (healthy || leadsUnhealthy(now));
  }

  /** Without any leader for so long, an unhealthy one is better than none. */
  private boolean leadsUnhealthy(Moment now) {
    long after = us.leadUnhealthyAfter().toNanos();
    return after > 0
        && vacancy.isFree(now, us)
        && now.monotonic() - vacancy.freeAt(now, us) >= after;
  }

  /** Why a call that needs our leadership cannot be served; null when it can. */
  private @Nullable Verdict refusal(OptionalLong token) {
    Status now = notices.status();
    if (!now.leader()) {
      return Verdict.NOT_LEADER;
    }
    return token.isPresent() && token.getAsLong() != now.token() ? Verdict.STALE_TOKEN : null;
  }

  // ---- calls to the store ----

  private void read() {
    // A hint that comes from now on may tell of a write that this read does not see.
    hintedVersion = 0;
    conversation.ask(
        us.answerWithin(),
        () -> store.read(name),
        (stored, sent, call) -> {
          learn(stored);
          boolean isHinted = hintedVersion > vacancy.version();
          readAt = clocks.monotonicNanos() + (isHinted ? 0 : us.leaseNanos());
          Moment now = Moment.now(clocks);
          if (leadership.term() == null && !(isStanding(now) && vacancy.isFree(now, us))) {
            petitions.tried(call, Verdict.NOT_LEADER);
          }
        });
  }

  private void acquire() {
    Lease next = us.beginning(leadership.leaseMillis(us));
    conversation.ask(
        us.answerWithin(),
        () -> store.compareAndSet(name, vacancy.version(), next),
        (swap, sent, call) -> {
          petitions.tried(call, Verdict.NOT_LEADER);
          if (noted(swap, next) instanceof Swap.Written(long token)) {
            won(new Claim(token, claimFrom(sent), next.leaseMillis()));
          }
        });
  }

  private void won(Claim claim) {
    if (claim.leftNanos(clocks) <= 0) {
      // The answer took so long that nothing is left to claim. The record is ours: the next try
      // wins a new term.
      return;
    }
    if (isWanted()) {
      leadership.begin(claim, us);
    } else {
      leadership.decline(claim, us, paused ? LostReason.PAUSED : LostReason.RESIGNED);
    }
  }

  private void renew(Term ours) {
    Lease next = us.renewed(ours);
    conversation.ask(
        us.answerWithin(),
        () -> store.compareAndSet(name, ours.version, next),
        (swap, sent, call) -> {
          boolean written = noted(swap, next) instanceof Swap.Written;
          notices.listener().renewed(name, clocks.monotonicNanos() - sent.monotonic(), written);
          if (leadership.term() != ours) {
            return;
          }
          if (written) {
            ours.version = vacancy.version();
            leadership.confirm(ours, new Claim(ours.token, claimFrom(sent), next.leaseMillis()));
            petitions.renewed(call, this::confirmation);
          } else {
            leadership.lose(LostReason.PREEMPTED, us);
          }
        });
    renewalCall = conversation.lastCall();
  }

  private void release(Term ours) {
    Lease next = us.renewed(ours).released(ours.successor);
    conversation.ask(
        us.answerWithin(),
        () -> store.compareAndSet(name, ours.version, next),
        (swap, sent, call) -> {
          boolean written = noted(swap, next) instanceof Swap.Written;
          leadership.end(ours, written ? Verdict.RELEASED : Verdict.STEPPED_DOWN);
        });
  }

  /** Writes what neither begins nor ends a term of ours. */
  private void write(Lease next) {
    conversation.ask(
        us.answerWithin(),
        () -> store.compareAndSet(name, vacancy.version(), next),
        (swap, sent, call) -> noted(swap, next));
  }

  private Moment claimFrom(Moment sent) {
    return rule.claimFrom(sent, Moment.now(clocks));
  }

  /** Takes note of the outcome of a write: we know the record now, or know that we do not. */
  private Swap noted(Swap swap, Lease next) {
    // No switch: the first one over patterns would cost the first term 30 ms of CPU.
    if (swap instanceof Swap.Written(long version)) {
      see(new Stored(version, next));
    } else {
      hintedVersion = Long.MAX_VALUE;
      readAt = clocks.monotonicNanos();
    }
    return swap;
  }

  /** A call was answered, or failed. */
  private void answered() {
    if (conversation.isUncertain()) {
      readAt = conversation.retryAt(clocks.monotonicNanos() + us.answerWithin().toNanos());
      petitions.tried(conversation.lastCall(), Verdict.STORE_UNAVAILABLE);
      if (conversation.lastCall() == renewalCall) {
        notices.listener().renewed(name, us.answerWithin().toNanos(), false);
      }
    }
    pursue();
  }

  // ---- what we learn ----

  /** Learns what the store holds, from a read or a hint. */
  private void learn(Stored stored) {
    see(stored);
    Term ours = leadership.term();
    if (ours == null) {
      return;
    }
    Lease lease = stored.lease();
    if (lease == null) {
      leadership.lose(LostReason.DELETED, us);
    } else if (!lease.isHeldBy(us.id(), us.boot())
        || lease.tokenAt(stored.version()) != ours.token) {
      leadership.lose(LostReason.PREEMPTED, us);
    } else {
      // Ours: written by a call whose answer was lost, or by a candidate that wishes to take over.
      ours.version = stored.version();
      if (vacancy.isPromised(us)) {
        leadership.stepDown(LostReason.PREEMPTED, lease.wanted(), us.leaseNanos(), us);
      }
    }
  }

  private void see(Stored stored) {
    if (vacancy.see(stored, Moment.now(clocks), us) && vacancy.isHeldByTwin(us)) {
      notices.listener().twin(name, us.id());
    }
  }

  /** What the store tells us without being asked. */
  private final class Hints implements LeaseStore.Watcher {
    @Override
    public void changed(long version) {
      loop.execute(() -> heard(version == 0 ? Long.MAX_VALUE : version));
    }

    @Override
    public void reached(Stored stored) {
      loop.execute(() -> {
        if (stored.lease() == null) {
          // No version tells whether the record was removed before or after what we know.
          heard(Long.MAX_VALUE);
        } else if (conversation.isUnderWay() || conversation.isUncertain()) {
          heard(stored.version());
        } else if (stored.version() > vacancy.version()) {
          learn(stored);
          conversation.told();
          readLater();
          pursue();
        }
      });
    }

    /**
     * A record that came by the watch shows as well as a read would that the watch lives; where it
     * has died the next read is no later than after a read, a lease from now.
     */
    private void readLater() {
      long anyway = conversation.answeredAt() + Math.max(us.leaseNanos(), READ_ANYWAY_NANOS);
      long silent = clocks.monotonicNanos() + us.leaseNanos();
      readAt = silent - anyway < 0 ? silent : anyway;
    }

    private void heard(long version) {
      if (version > vacancy.version() && version > hintedVersion) {
        hintedVersion = version;
        if (!conversation.isUncertain()) {
          readAt = clocks.monotonicNanos();
        }
        pursue();
      }
    }
  }

  // ---- what the others hear ----

  private void answerWhoWantsToLead() {
    if (!petitions.anyoneWantsToLead()) {
      return;
    }
    if (paused || us.priority() < 0) {
      petitions.answerBecoming(outcome(Verdict.PAUSED));
    } else if (!healthy) {
      petitions.answerBecoming(outcome(Verdict.UNHEALTHY));
    } else if (notices.status().leader()) {
      petitions.answerBecoming(outcome(Verdict.LEADING));
    }
  }

  private void answerWhoAwaitsQuiet() {
    if (!awaitingQuiet.isEmpty() && leadership.term() == null && !conversation.isUnderWay()) {
      Outcome quiet = outcome(Verdict.NOT_LEADER);
      awaitingQuiet.forEach(answer -> answer.complete(quiet));
      awaitingQuiet.clear();
    }
  }

  private Outcome confirmation() {
    return outcome(notices.status().leader() ? Verdict.LEADING : Verdict.NOT_LEADER);
  }

  /** An answer for the application, which may rely on it. */
  private Outcome outcome(Verdict verdict) {
    return new Outcome(verdict, notices.promise());
  }

  private void publish(Event event) {
    Term ours = leadership.term();
    notices.publish(
        event,
        new View(
            name,
            us,
            vacancy.observation(),
            ours != null && ours.open ? ours.claim : null,
            ours != null && ours.isStepping(),
            isWanted() && healthy,
            healthy,
            !conversation.isUncertain(),
            conversation.heardAt(),
            0,
            vacancy.transitions(),
            store.guarantee(),
            leadership.lostReason()));
  }
}
