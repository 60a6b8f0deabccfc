package io.containerpatterns.elector.spread;

import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Clocks;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Patience;
import io.containerpatterns.elector.election.Status;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.LeaseStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Spreads the elections of the settings evenly over the live replicas, without anybody in charge:
 * each replica holds back the longer the more it leads, and hands over what it leads above its
 * share.
 *
 * <pre>
 *   look       look       look       look          one per lease
 *    |  joins   |          |..........|             ....: half of what we lead at most, evenly in time
 *    |    ^     | surplus  | still    |
 * </pre>
 *
 * <p>A surplus counts only when two looks in a row have shown it, and one look lasts a lease: what
 * a restart or a fail-over makes uneven for a moment moves nothing. At most half of what a replica
 * leads leaves it in one lease. That is enough for one replica more to get its share in that time,
 * whatever the number, and with two writes for each it is at most a third of what renewals ask of
 * the store anyway.
 *
 * <p>Elections that joined at run time are taken with the same patience but never handed over,
 * because nobody knows who else takes part in them. Priority comes before evenness: nothing is
 * handed to a replica of lower priority, which a preempting one would only ask to have back.
 *
 * <p>While we do not know who lives, nothing is handed over: an even spread is not worth an outage.
 *
 * <p>The methods that the process calls may be called from any thread; what is told to it, and
 * {@link #nanos}, belong to the loop.
 */
public final class Spread implements Patience, Feed.Subscriber {
  /** The part of a lease that patience may take; of that, the load decides over three quarters. */
  private static final int SHARE_OF_LEASE = 10;

  private static final double LOAD_WEIGHS = 0.75;

  private final Elections elections;
  private final Loop loop;
  private final Clocks clocks;
  private final IntConsumer live;
  private final Map<String, Integer> numbers = new HashMap<>();

  /** What we lead, in the order in which we won it. */
  private final Set<String> leading = new LinkedHashSet<>();

  /** What is on its way from us to somebody else. */
  private final Map<String, Gift> given = new HashMap<>();

  /** To whom to hand over until the next look, one entry for each election. */
  private final Deque<String> due = new ArrayDeque<>();

  private Loop.Timer pacing = () -> {};

  /** Who lives, by the last look; nobody when that is not known. */
  private List<String> present = List.of();

  /** How many we should have handed over by the last look. */
  private int surplus;

  private volatile @Nullable Seats seats;

  /** Until when an election counts as that of {@code to}, in monotonic nanoseconds. */
  private record Gift(String to, long until) {}

  /**
   * @param live is told how many replicas live as far as we know, 0 when we do not; on the loop
   */
  public Spread(Elections elections, Loop loop, Clocks clocks, IntConsumer live) {
    this.elections = elections;
    this.loop = loop;
    this.clocks = clocks;
    this.live = live;
    for (String name : elections.configured()) {
      numbers.put(name, numbers.size());
    }
  }

  /** Begins to spread; before it, and without it, there is no patience and nothing moves. */
  public void start(LeaseStore store) {
    var started =
        new Seats(
            store,
            loop,
            clocks,
            group(elections.configured()),
            elections::usualTerms,
            elections::isStanding,
            this::looked);
    seats = started;
    loop.execute(started::arrive);
  }

  /** Replicas with the same elections, in whatever order, belong together. */
  private static String group(List<String> names) {
    return Integer.toHexString(names.stream().sorted().toList().hashCode());
  }

  /**
   * Gives our seat back, so that nobody counts on us; completes when that is done or cannot be
   * done.
   */
  public CompletionStage<Void> leave() {
    Seats started = seats;
    if (started == null) {
      return CompletableFuture.completedStage(null);
    }
    var left = new CompletableFuture<Void>();
    loop.execute(() -> started.leave().thenRun(() -> left.complete(null)));
    return left;
  }

  /** Takes part again. */
  public void resume() {
    Seats started = seats;
    if (started != null) {
      loop.execute(started::arrive);
    }
  }

  /** Ends everything at once; a seat that is still ours runs out by itself. */
  public void close() {
    Seats started = seats;
    if (started != null) {
      loop.execute(() -> {
        pacing.cancel();
        started.close();
      });
    }
  }

  // ---- patience ----

  @Override
  public void happened(Event event, Status status) {
    if (status.leader()) {
      leading.add(status.election());
    } else {
      leading.remove(status.election());
    }
  }

  @Override
  public long nanos(String election) {
    Seats started = seats;
    if (started == null) {
      return 0;
    }
    Candidate us = elections.usualTerms();
    long most = us.lease().toNanos() / SHARE_OF_LEASE;
    int place = present.indexOf(us.id());
    if (place < 0) {
      return most;
    }
    double share = Math.ceil((double) numbers.size() / present.size());
    double load = Math.min(1, leading.size() / (2 * share));
    int number = numbers.getOrDefault(election, Math.floorMod(election.hashCode(), 1 << 20));
    double turn = (double) Turn.of(number, place, present.size()) / present.size();
    return (long) (most * (LOAD_WEIGHS * load + (1 - LOAD_WEIGHS) * turn));
  }

  // ---- handing over ----

  private void looked() {
    Seats started = seats;
    List<Replica> replicas = started == null ? List.of() : started.replicas();
    live.accept(replicas.size());
    pacing.cancel();
    due.clear();
    Candidate us = elections.usualTerms();
    Map<String, Integer> held = held(us, replicas);
    Integer ours = held.get(us.id());
    List<String> receivers = ours == null ? List.of() : Shares.handOvers(held, us.id());
    if (ours != null) {
      receivers.stream()
          .filter(present::contains)
          .limit(Math.min(surplus, (ours + 1) / 2))
          .forEach(due::add);
    }
    surplus = receivers.size();
    present = ids(replicas);
    pace(us.lease().dividedBy(due.size() + 1));
  }

  /** How many elections each replica leads that we may hand one to, ourselves included. */
  private Map<String, Integer> held(Candidate us, List<Replica> replicas) {
    var held = new LinkedHashMap<String, Integer>();
    for (Replica replica : replicas) {
      if (replica.priority() >= us.priority()) {
        held.put(replica.id(), 0);
      }
    }
    for (String name : elections.configured()) {
      Election election = held.isEmpty() ? null : elections.find(name);
      String holder = election == null ? null : holder(name, election.glance());
      if (holder != null) {
        held.computeIfPresent(holder, (id, count) -> count + 1);
      }
    }
    return held;
  }

  /** Whose an election is, or will be when what we began has come to its end. */
  private @Nullable String holder(String name, Status status) {
    Gift gift = given.get(name);
    if (status.state() == State.STEPPING_DOWN) {
      return gift == null ? null : gift.to();
    }
    String leader = status.leaderId();
    if (leader == null && gift != null && clocks.monotonicNanos() - gift.until() < 0) {
      return gift.to();
    }
    given.remove(name);
    return leader;
  }

  private void pace(Duration pause) {
    if (!due.isEmpty()) {
      pacing =
          loop.schedule(
              pause,
              () -> {
                handOver(due.remove());
                pace(pause);
              });
    }
  }

  private void handOver(String to) {
    if (hasLeftSomething(to)) {
      return;
    }
    for (String name : List.copyOf(leading)) {
      Election election = elections.find(name);
      if (election != null
          && numbers.containsKey(name)
          && !given.containsKey(name)
          && election.candidate().mode() == Candidate.Mode.AUTO) {
        long lasts = 2 * election.candidate().lease().toNanos();
        given.put(name, new Gift(to, clocks.monotonicNanos() + lasts));
        election.handOver(to);
        return;
      }
    }
  }

  /** Whether something that we gave it came back: it may have died after we saw it last. */
  private boolean hasLeftSomething(String to) {
    for (Map.Entry<String, Gift> gift : given.entrySet()) {
      if (gift.getValue().to().equals(to) && leading.contains(gift.getKey())) {
        return true;
      }
    }
    return false;
  }

  private static List<String> ids(List<Replica> replicas) {
    var ids = new ArrayList<String>(replicas.size());
    replicas.forEach(replica -> ids.add(replica.id()));
    return ids;
  }
}
