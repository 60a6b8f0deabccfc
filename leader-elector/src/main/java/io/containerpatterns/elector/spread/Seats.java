package io.containerpatterns.elector.spread;

import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Clocks;
import io.containerpatterns.elector.election.Conversation;
import io.containerpatterns.elector.election.Earliest;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Who lives, told without a list: each replica holds one numbered seat, an ordinary lease record,
 * and looks at all of them once per lease. Loop only.
 *
 * <pre>
 *   elector-seat-0   orders-0   renewed twice per lease       live
 *   elector-seat-1   orders-1   not changed since our last look a lease ago: free, whoever is in it
 *   elector-seat-2   given back                                              free
 *   elector-seat-3   orders-2                                 live
 *   elector-seat-4   no record  \
 *   elector-seat-5   no record  /  here the look ends
 * </pre>
 *
 * <p>Seats are taken from below and records are not removed, so behind two numbers without a record
 * there is nobody. Should a person remove two together, those behind find out at their next look
 * and take seats before the gap.
 *
 * <p>A seat is renewed twice per lease although once would be enough to be seen: so one lost answer
 * does not look like a death. When a call fails, we know nothing until a whole look has succeeded.
 */
final class Seats {
  /** More replicas than this are neither counted nor given anything. */
  static final int COUNT_MAX = 256;

  private static final int ABSENT_TO_END = 2;
  private static final String GROUP = "spread";

  private final LeaseStore store;
  private final Loop loop;
  private final Clocks clocks;
  private final String group;
  private final Supplier<Candidate> terms;
  private final BooleanSupplier mayStand;
  private final Runnable looked;
  private final Conversation conversation;
  private final List<Seat> seats = new ArrayList<>();
  private final List<CompletableFuture<Void>> leaving = new ArrayList<>();

  /** The seat that the look under way reads next; -1 between looks. */
  private int next = -1;

  /** The free seat to take; -1 for none. */
  private int free = -1;

  /** The seat that is ours; -1 for none. */
  private int ours = -1;

  /** Whether a look has ended since we took ours, so that whoever came with us has been seen. */
  private boolean settled;

  private long renewedAt;
  private long lookAt;
  private long retryAt;
  private boolean away;
  private boolean closed;
  private List<Replica> replicas = List.of();
  private Loop.Timer alarm = () -> {};

  /** A record as we saw it, and when we first saw it so, in monotonic nanoseconds. */
  private record Seat(Stored stored, long seenAt) {
    boolean isLive(long now) {
      Lease lease = stored.lease();
      return lease != null
          && !lease.isReleased()
          && now - seenAt < lease.leaseMillis() * 1_000_000L;
    }
  }

  /**
   * @param group the same for all among whom the same elections are spread
   * @param terms how we take part
   * @param mayStand whether we are a candidate at all
   * @param looked runs after each look, and when we cease to know
   */
  Seats(
      LeaseStore store,
      Loop loop,
      Clocks clocks,
      String group,
      Supplier<Candidate> terms,
      BooleanSupplier mayStand,
      Runnable looked) {
    this.store = store;
    this.loop = loop;
    this.clocks = clocks;
    this.group = group;
    this.terms = terms;
    this.mayStand = mayStand;
    this.looked = looked;
    this.conversation = new Conversation(loop, clocks, this::answered);
    this.lookAt = clocks.monotonicNanos();
    this.retryAt = lookAt;
  }

  /** The live replicas of our group by their seats, we among them; none when that is not known. */
  List<Replica> replicas() {
    return replicas;
  }

  /** Takes part, or takes part again. */
  void arrive() {
    away = false;
    lookAt = clocks.monotonicNanos();
    pursue();
  }

  /** Gives our seat back; completes when that is done, or cannot be done now. */
  CompletionStage<Void> leave() {
    var left = new CompletableFuture<Void>();
    away = true;
    leaving.add(left);
    pursue();
    return left;
  }

  void close() {
    closed = true;
    alarm.cancel();
    conversation.close();
    left();
  }

  // ---- what is due ----

  private void pursue() {
    if (closed) {
      return;
    }
    Candidate us = terms.get();
    long now = clocks.monotonicNanos();
    if (!conversation.isUnderWay()) {
      begin(us, now);
    }
    if (!conversation.isUnderWay()) {
      left();
    }
    alarm.cancel();
    alarm = loop.schedule(Duration.ofNanos(nextAlarm(us, now) - now), this::pursue);
  }

  private void begin(Candidate us, long now) {
    boolean standing = isStanding();
    if (conversation.isUncertain() && now - retryAt < 0) {
      return;
    }
    if (ours >= 0 && !standing) {
      giveBack(us);
    } else if (ours >= 0 && now - renewAt(us) >= 0) {
      renew(us);
    } else if (next >= 0) {
      read(us, next);
    } else if (standing && ours < 0 && free >= 0) {
      take(us, free);
    } else if (standing && now - lookAt >= 0) {
      next = 0;
      read(us, next);
    }
  }

  private long nextAlarm(Candidate us, long now) {
    var alarm = new Earliest(now, now + us.lease().toNanos() / 2);
    alarm.consider(lookAt);
    alarm.consider(retryAt);
    if (ours >= 0) {
      alarm.consider(renewAt(us));
    }
    return alarm.moment();
  }

  private long renewAt(Candidate us) {
    return renewedAt + us.lease().toNanos() / 2;
  }

  private boolean isStanding() {
    return !away && mayStand.getAsBoolean();
  }

  private void left() {
    leaving.forEach(left -> left.complete(null));
    leaving.clear();
  }

  // ---- calls to the store ----

  private void answered() {
    if (conversation.isUncertain()) {
      // Whether a write of ours was applied shows when the seats are read again.
      next = 0;
      free = -1;
      retryAt =
          conversation.retryAt(clocks.monotonicNanos() + terms.get().answerWithin().toNanos());
      lost();
      left();
    }
    pursue();
  }

  private void read(Candidate us, int seat) {
    conversation.ask(
        us.answerWithin(),
        () -> store.read(name(seat)),
        (stored, sent, call) -> {
          see(us, seat, stored);
          next = isEnd(seat) ? -1 : seat + 1;
          if (next < 0) {
            ended(us);
          }
        });
  }

  private void ended(Candidate us) {
    long now = clocks.monotonicNanos();
    lookAt = now + us.lease().toNanos();
    if (ours < 0) {
      free = firstFree(now);
    } else {
      settled = true;
      replicas = live(us, now);
      looked.run();
    }
  }

  private void take(Candidate us, int seat) {
    free = -1;
    Lease lease = lease(us, 0);
    write(
        us,
        seat,
        lease,
        () -> {
          // Replicas that start together see each other soon, and not a lease later.
          lookAt = clocks.monotonicNanos() + us.lease().toNanos() / 20;
        },
        () -> {
          // Somebody was quicker; the next free one is further up.
          next = seat;
        });
  }

  private void renew(Candidate us) {
    Stored stored = seats.get(ours).stored();
    Lease before = stored.lease();
    long token = before == null ? 0 : before.tokenAt(stored.version());
    write(us, ours, lease(us, token), () -> {}, () -> next = 0);
  }

  private void giveBack(Candidate us) {
    Lease lease = seats.get(ours).stored().lease();
    if (lease != null) {
      write(us, ours, lease.released(null), () -> {}, () -> {});
    }
    lost();
  }

  private void write(Candidate us, int seat, Lease lease, Runnable written, Runnable otherwise) {
    conversation.ask(
        us.answerWithin(),
        () -> store.compareAndSet(name(seat), versionOf(seat), lease),
        (swap, sent, call) -> {
          if (swap instanceof Swap.Written(long version)) {
            see(us, seat, new Stored(version, lease));
            renewedAt = sent.monotonic();
            written.run();
          } else {
            lost();
            otherwise.run();
          }
        });
  }

  // ---- what we know ----

  private void see(Candidate us, int number, Stored stored) {
    var seen = new Seat(stored, clocks.monotonicNanos());
    if (number == seats.size()) {
      seats.add(seen);
    } else if (seats.get(number).stored().version() != stored.version()) {
      seats.set(number, seen);
    }
    Lease lease = stored.lease();
    boolean isOurs = lease != null && lease.isHeldBy(us.id(), us.boot());
    if (isOurs && ours < 0) {
      ours = number;
      renewedAt = clocks.monotonicNanos() - us.lease().toNanos();
    } else if (!isOurs && ours == number) {
      lost();
    }
  }

  /** We have no seat that we know of, so we do not know who lives either. */
  private void lost() {
    ours = -1;
    settled = false;
    boolean knew = !replicas.isEmpty();
    replicas = List.of();
    if (knew) {
      looked.run();
    }
  }

  private List<Replica> live(Candidate us, long now) {
    // A restarted replica may show twice, in its old seat and in its new one.
    Map<String, Replica> live = new LinkedHashMap<>();
    for (int i = 0; settled && i < seats.size(); i++) {
      Lease lease = seats.get(i).stored().lease();
      boolean counts = i == ours || seats.get(i).isLive(now);
      if (lease != null && counts && group.equals(lease.meta().get(GROUP))) {
        int priority = i == ours ? us.priority() : lease.priority();
        live.putIfAbsent(lease.holder(), new Replica(lease.holder(), priority));
      }
    }
    return List.copyOf(live.values());
  }

  private int firstFree(long now) {
    for (int i = 0; i < seats.size(); i++) {
      if (!seats.get(i).isLive(now)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isEnd(int seat) {
    if (seat + 1 >= COUNT_MAX) {
      return true;
    }
    for (int i = seat; i > seat - ABSENT_TO_END; i--) {
      if (i < 0 || seats.get(i).stored().version() != 0) {
        return false;
      }
    }
    if (ours > seat) {
      lost();
    }
    seats.subList(seat + 1, seats.size()).clear();
    return true;
  }

  private long versionOf(int seat) {
    return seats.get(seat).stored().version();
  }

  private Lease lease(Candidate us, long token) {
    return new Lease(
        us.id(),
        us.boot(),
        us.lease().toMillis(),
        token,
        us.priority(),
        null,
        Map.of(GROUP, group));
  }

  private static String name(int seat) {
    return Elections.RESERVED + seat;
  }
}
