package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.Leaderless.After;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Swap;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;

/**
 * Three replicas that compete for one election in one store, and what a {@link Fault} needs to know
 * of them and to do to them. All that happens stands in a folder:
 *
 * <pre>
 *   faults            when which fault was at which step, in nanoseconds of the clock of all
 *   beliefs-1 to -3   what each application believed, see {@link BeliefPoller}; 4 is a twin's
 *   elector-*.log     what each process logged
 * </pre>
 */
final class Replicas implements AutoCloseable {
  static final String ELECTION = "default";
  private static final int COUNT = 3;
  private static final int TWIN = COUNT + 1;

  /** Every so many writes one lingers on its way. */
  private static final int LINGERS = 10;

  private final FaultyStore store;
  private final Duration lease;
  private final Random random;
  private final ElectorProcess.Site site;
  private final PrintStream log;
  private final FencedRegister register = new FencedRegister();
  private final Leaderless leaderless;
  private final ScheduledExecutorService slowNetwork =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private final List<Replica> replicas = new ArrayList<>();

  private Replicas(
      FaultyStore store, Duration lease, Random random, ElectorProcess.Site site, PrintStream log) {
    this.store = store;
    this.lease = lease;
    this.random = random;
    this.site = site;
    this.log = log;
    this.leaderless = new Leaderless(lease);
  }

  /** Starts them; {@code folder} is where all is written down, and is empty. */
  static Replicas start(FaultyStore store, Duration lease, Random random, Path folder)
      throws IOException {
    var log =
        new PrintStream(
            Files.newOutputStream(folder.resolve("faults")), true, StandardCharsets.UTF_8);
    var site = ElectorProcess.Site.in(folder);
    var replicas = new Replicas(store, lease, random, site, log);
    for (int number = 1; number <= COUNT; number++) {
      Replica replica = replicas.place(number, "replica-" + number);
      replicas.replicas.add(replica);
      replica.start();
    }
    return replicas;
  }

  private Replica place(int number, String id) throws IOException {
    var writes = new AtomicInteger();
    String node = Integer.toString(number);
    return Replica.at(
        number,
        id,
        lease,
        site,
        store,
        (token, until) -> {
          register.write(node, token, until);
          if (writes.incrementAndGet() % LINGERS == 0) {
            linger(node, token, writes.get() / LINGERS);
          }
        });
  }

  /** Sends a write that arrives when its writer may long have ceased to lead. */
  private void linger(String node, long token, int nth) {
    // Spread over two leases.
    long after = nth % 20 * lease.toMillis() / 10;
    slowNetwork.schedule(
        () -> register.write(node, token, System.nanoTime()), after, TimeUnit.MILLISECONDS);
  }

  // ---- who ----

  List<Replica> all() {
    return List.copyOf(replicas);
  }

  /** Who leads; waits until somebody does. */
  Replica leader() {
    return await("somebody leads", (replica, belief) -> true).replica();
  }

  /** One of the others. */
  Replica follower() {
    Replica leader = leader();
    List<Replica> others = replicas.stream().filter(r -> !r.equals(leader)).toList();
    return others.get(random.nextInt(others.size()));
  }

  /** Starts a second elector with the id of {@code other}, until it is removed. */
  Replica twinOf(Replica other) throws IOException {
    Replica twin = place(TWIN, other.id());
    twin.start();
    replicas.add(twin);
    return twin;
  }

  /** Kills one that was started besides the three. */
  void remove(Replica twin) throws IOException, InterruptedException {
    replicas.remove(twin);
    twin.close();
  }

  // ---- the store ----

  FaultyStore store() {
    return store;
  }

  FaultyStore.Server server() {
    return store.server().orElseThrow();
  }

  /** The time limit of one call to the store. */
  Duration answerWithin() {
    return lease.dividedBy(6);
  }

  /**
   * Removes the record, waits for the next term, and lets a lease pass: who starts in that time
   * does not know that there was one, and so would not wait for it to run out.
   */
  void deleteRecord() throws Exception {
    long before = register.highest();
    store.delete(ELECTION);
    long since = System.nanoTime();
    span(After.FAULT, since, await("a new term", (replica, belief) -> belief.token() > before));
    lasts(1);
  }

  /**
   * Writes a lease of somebody else, not asking who holds it, and waits until it has run out: he
   * never renews it, so he is one who crashed as soon as he led.
   */
  void overwriteRecord() throws Exception {
    Stranger stranger = writeAsStranger();
    Leading next = await("a term after it", (replica, belief) -> belief.token() > stranger.token());
    span(After.CRASH, stranger.since(), next);
    assertThat(next.belief().begun() - stranger.since())
        .as("how long the others waited, ns")
        .isGreaterThan(lease.toNanos());
  }

  /** A term that somebody wrote by hand, not before {@code since}. */
  private record Stranger(long token, long since) {}

  private Stranger writeAsStranger() throws Exception {
    var stranger = new Lease("stranger", "by-hand", lease.toMillis(), 0, 0, null, Map.of());
    try (LeaseStore hand = store.open()) {
      while (true) {
        long version = StoreProcesses.read(hand, ELECTION).version();
        // Opening the store and losing to the holder are not part of the time without a leader.
        long since = System.nanoTime();
        if (StoreProcesses.swap(hand, ELECTION, version, stranger)
            instanceof Swap.Written(long token)) {
          return new Stranger(token, since);
        }
      }
    }
  }

  // ---- time ----

  /** Lets a fault last for so many leases. */
  void lasts(double leases) {
    long until = System.nanoTime() + (long) (leases * lease.toNanos());
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Waits until another than {@code former} leads; the time counts from {@code since}. */
  void takenOver(Replica former, long since, After after) {
    span(
        after,
        since,
        await("another than " + former + " leads", (replica, belief) -> !replica.equals(former)));
  }

  /** Waits until anybody leads; the time counts from {@code since}. */
  void recovered(long since) {
    span(After.FAULT, since, await("somebody leads", (replica, belief) -> true));
  }

  private void span(After after, long since, Leading next) {
    var span = Duration.ofNanos(Math.max(0, next.belief().begun() - since));
    leaderless.add(after, span);
    note(
        "%s leads by token %d, %d ms after %s"
            .formatted(next.replica(), next.belief().token(), span.toMillis(), after));
  }

  /** Waits until every elector runs, reaches the store and knows who leads. */
  void settle() {
    for (Replica replica : replicas) {
      replica.elector().ready();
    }
    for (Replica replica : replicas) {
      Await.until(
          () -> replica + " knows who leads: " + replica.elector().get("/status").body(),
          replica::isAtEase);
    }
    leader();
  }

  private Leading await(String what, BiPredicate<Replica, BeliefPoller.Belief> condition) {
    var found = new ArrayList<Leading>(1);
    Await.until(
        what,
        () -> {
          for (Replica replica : replicas) {
            BeliefPoller.Belief belief = replica.belief();
            if (belief != null && condition.test(replica, belief)) {
              found.add(new Leading(replica, belief));
            }
          }
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  /** Who believes to lead, and what exactly. */
  private record Leading(Replica replica, BeliefPoller.Belief belief) {}

  /** Whether any application believes to lead now. */
  boolean isAnyoneLeading() {
    return replicas.stream().map(Replica::belief).anyMatch(Objects::nonNull);
  }

  // ---- what happened ----

  void note(String what) {
    log.println(System.nanoTime() + " " + what);
  }

  FencedRegister register() {
    return register;
  }

  Leaderless leaderless() {
    return leaderless;
  }

  /** What the applications believed; whole only after closing. */
  Beliefs beliefs() {
    var notes = new LinkedHashMap<String, Path>();
    for (int number = 1; number <= TWIN; number++) {
      Path file = Replica.notes(site, number);
      if (Files.exists(file)) {
        notes.put(Integer.toString(number), file);
      }
    }
    return Beliefs.read(notes);
  }

  /** What it was like, in figures; only after closing. */
  @Override
  public String toString() {
    return "%d terms, %d writes, %d refused; without a leader%n%s"
        .formatted(
            beliefs().terms().size(), register.accepted().size(), register.refused(), leaderless);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (Replica replica : replicas) {
      replica.close();
    }
    // Last: as long as an application asks, it writes.
    slowNetwork.shutdownNow();
    log.close();
  }
}
