package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.lease.LeaseStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The elections of this process by name: those of the settings, which stay, and those that joined
 * at run time, which may leave. Any thread; never waits. Nobody is in here before {@link #start}.
 */
public final class Elections {
  /** What one process can carry: a renewal each, every third of a lease, on one loop. */
  public static final int COUNT_MAX = 10_000;

  /** Names of elections do not begin with it: under them the replicas keep their seats. */
  public static final String RESERVED = "elector-seat-";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private final List<String> configured;
  private final String storeName;
  private final Loop loop;
  private final Clocks clocks;
  private final RandomGenerator random;
  private final Hooks hooks;
  private final Listener listener;
  private final Attendance attendance;

  private final Map<String, Election> byName = new ConcurrentHashMap<>();
  private final Map<String, Election> inOrder = new LinkedHashMap<>(); // guarded by this
  private final Map<String, Election> leaving = new LinkedHashMap<>(); // guarded by this
  private @Nullable LeaseStore store; // guarded by this, null before the start and after the end
  private @Nullable Candidate usual; // guarded by this
  private Patience patience = Patience.NONE; // guarded by this
  private boolean healthy; // guarded by this
  private @Nullable LostReason paused; // guarded by this

  /**
   * @param configured the names of the settings, at least one
   * @param storeName what the settings call the store
   * @param healthy whether the application counts as healthy before the first word of its health
   *     check
   */
  public Elections(
      List<String> configured,
      String storeName,
      boolean healthy,
      Loop loop,
      Clocks clocks,
      RandomGenerator random,
      Hooks hooks,
      Listener listener,
      Attendance attendance) {
    this.configured = List.copyOf(configured);
    this.storeName = storeName;
    this.healthy = healthy;
    this.loop = loop;
    this.clocks = clocks;
    this.random = random;
    this.hooks = hooks;
    this.listener = listener;
    this.attendance = attendance;
  }

  /** Is told who takes part; must not block. */
  public interface Attendance {
    /** We take part from now on; its events follow. */
    void joined(String name, Election election);

    /** We take part no longer. */
    void left(String name);

    /** Tells both, in this order. */
    static Attendance both(Attendance first, Attendance second) {
      return new Attendance() {
        @Override
        public void joined(String name, Election election) {
          first.joined(name, election);
          second.joined(name, election);
        }

        @Override
        public void left(String name) {
          first.left(name);
          second.left(name);
        }
      };
    }
  }

  /** Whether {@code name} can name an election. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches() && !isReserved(name);
  }

  /** Whether no election may have this name because the replicas need it among themselves. */
  public static boolean isReserved(String name) {
    return name.startsWith(RESERVED);
  }

  /** Begins to take part in the elections of the settings. */
  public void start(LeaseStore store, Candidate candidate) {
    start(store, candidate, Patience.NONE);
  }

  /** The same, with {@code patience} before any free lease. */
  public synchronized void start(LeaseStore store, Candidate candidate, Patience patience) {
    this.store = store;
    this.patience = patience;
    this.usual = candidate;
    configured.forEach(name -> enter(name, candidate, store));
  }

  /** The election of this name; null when there is none. */
  public @Nullable Election find(String name) {
    return byName.get(name);
  }

  /** The first of the settings, on which calls without a name act. */
  public Election first() {
    Election first = find(configured.getFirst());
    if (first == null) {
      throw new IllegalStateException("asked for an election before the start");
    }
    return first;
  }

  /**
   * All of them, first those of the settings in their order, then the others in the order in which
   * they joined.
   */
  public synchronized List<Election> all() {
    return List.copyOf(inOrder.values());
  }

  /** Their names, in the order of {@link #all()}. */
  public synchronized List<String> names() {
    return List.copyOf(inOrder.keySet());
  }

  /** The names of the settings, in their order. */
  public List<String> configured() {
    return configured;
  }

  /** Whether calls without a name act on it. */
  public boolean isFirst(String name) {
    return configured.getFirst().equals(name);
  }

  /** Whether the settings name it, so that it cannot leave. */
  public boolean isConfigured(String name) {
    return configured.contains(name);
  }

  /** What the settings call the store. */
  public String storeName() {
    return storeName;
  }

  /**
   * Takes part in an election from now on, or takes over other terms for one that we take part in
   * already.
   *
   * @throws CannotJoin when the name is none, there are too many, or it is just leaving
   */
  public synchronized Election join(String name, Candidate candidate) {
    Election known = inOrder.get(name);
    if (known != null) {
      known.candidate(candidate);
      return known;
    }
    LeaseStore open = store;
    if (open == null) {
      throw closed();
    }
    if (isReserved(name)) {
      throw new CannotJoin(
          "names that begin with " + RESERVED + " are the electors' own; choose another");
    }
    if (!isName(name)) {
      throw new CannotJoin(
          "an election is named by 1 to 63 of a-z, 0-9, dot, underscore and dash, the first a"
              + " letter or digit");
    }
    if (leaving.containsKey(name)) {
      throw new CannotJoin(name + " is still leaving; try again when its lost hook has answered");
    }
    if (inOrder.size() + leaving.size() >= COUNT_MAX) {
      throw new CannotJoin(
          "this elector takes part in " + COUNT_MAX + " elections already; leave one first");
    }
    return enter(name, candidate, open);
  }

  /** Whether {@link #join} would let an election of this name in now. */
  public synchronized boolean hasRoomFor(String name) {
    return store != null
        && isName(name)
        && !leaving.containsKey(name)
        && (inOrder.containsKey(name) || inOrder.size() + leaving.size() < COUNT_MAX);
  }

  private Election enter(String name, Candidate candidate, LeaseStore store) {
    var election =
        new Election(
            name,
            candidate,
            healthy,
            store,
            loop,
            clocks,
            random,
            new LeaseRule(),
            hooks,
            listener,
            patience);
    inOrder.put(name, election);
    byName.put(name, election);
    attendance.joined(name, election);
    if (paused != null) {
      election.pause(paused);
    }
    election.start();
    return election;
  }

  /**
   * Steps down and takes part no longer; completes when nothing is left to give back.
   *
   * @throws IllegalArgumentException when no election of this name has joined at run time
   */
  public synchronized CompletionStage<Outcome> leave(String name) {
    Election election = inOrder.get(name);
    if (election == null || isConfigured(name)) {
      throw new IllegalArgumentException("no election has joined as " + name);
    }
    inOrder.remove(name);
    byName.remove(name);
    leaving.put(name, election);
    return election
        .pause(LostReason.RESIGNED)
        .whenComplete((outcome, failure) -> {
          election.close();
          attendance.left(name);
          synchronized (this) {
            leaving.remove(name);
          }
        });
  }

  /**
   * Steps down everywhere and stays out of every race; completes when nothing is left to give back.
   */
  public synchronized CompletionStage<Void> pauseAll(LostReason reason) {
    paused = reason;
    var quiet = new ArrayList<CompletableFuture<Outcome>>();
    inOrder.values().forEach(election -> quiet.add(election.pause(reason).toCompletableFuture()));
    return CompletableFuture.allOf(quiet.toArray(CompletableFuture<?>[]::new));
  }

  /** Stands for election everywhere again. */
  public synchronized void resumeAll() {
    paused = null;
    inOrder.values().forEach(Election::resume);
  }

  /** Whether we stay out of every race. */
  synchronized boolean isPaused() {
    return paused != null;
  }

  /** Whether we would lead any election for which no terms of its own were set. */
  public synchronized boolean isStanding() {
    return store != null
        && paused == null
        && healthy
        && usual != null
        && usual.priority() >= 0
        && usual.mode() == Candidate.Mode.AUTO;
  }

  /**
   * Takes over what the health check of the application says, for all of them and for those that
   * join later.
   */
  public synchronized void healthy(boolean healthy) {
    this.healthy = healthy;
    inOrder.values().forEach(election -> election.healthy(healthy));
  }

  /** Takes over another priority everywhere. */
  public synchronized void priority(int priority) {
    change(candidate -> candidate.withPriority(priority));
  }

  /** The terms of a candidacy for which nothing else was said. */
  public synchronized Candidate usualTerms() {
    Candidate terms = usual;
    if (terms == null) {
      throw closed();
    }
    return terms;
  }

  private static CannotJoin closed() {
    return new CannotJoin("the elector is starting or stopping; try again in a second");
  }

  /** Changes the terms of every candidacy, and of those to come. */
  public synchronized void change(UnaryOperator<Candidate> change) {
    usual = usual == null ? null : change.apply(usual);
    inOrder.values().forEach(election -> election.change(change));
  }

  /**
   * What keeps the others out although we lead no longer: names of elections whose lease is still
   * ours, and for how many milliseconds. Complete after {@link #pauseAll} has completed.
   */
  public synchronized Map<String, Long> leftBehind() {
    var left = new LinkedHashMap<String, Long>();
    inOrder.forEach((name, election) -> putLeft(left, name, election));
    leaving.forEach((name, election) -> putLeft(left, name, election));
    return left;
  }

  private static void putLeft(Map<String, Long> left, String name, Election election) {
    long millis = election.keepsOthersOutMillis();
    if (millis > 0) {
      left.put(name, millis);
    }
  }

  /** Ends everything at once; leases that are still ours run out by themselves. */
  public synchronized void close() {
    store = null;
    inOrder.values().forEach(Election::close);
    leaving.values().forEach(Election::close);
  }
}
