package io.containerpatterns.elector.postgresql;

import io.containerpatterns.chassis.Backoff;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.Traffic;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.Repeats;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The calls of all elections, over one connection. Whatever waits when the connection is free goes
 * together: all compare-and-sets in one round trip, then all reads in another. So a thousand
 * elections that renew at once cost what a few cost, and one connection is enough.
 *
 * <pre>
 *   read, compareAndSet -> queue -> thread "postgresql-calls" -> Session
 *                            |          '- too old by now: failed, nothing was sent
 *                            '- full, or one of this election is in it: failed at once
 * </pre>
 *
 * <p>The connection is made when a call needs it. One that failed is closed, and every call that
 * was sent over it has an unknown outcome; the next call makes another. After an attempt that
 * failed calls fail at once, with its reason, for a pause that grows to a second.
 */
final class Calls implements AutoCloseable {
  private static final Log log = Log.of(Calls.class);
  private static final String LOST = "the database cannot be used";

  /** As many as a process has elections. */
  private static final int WAITING_MAX = 10_000;

  /** So that one statement stays far below its time limit. */
  private static final int BATCH_MAX = 1_000;

  private final Server server;
  private final Ticker ticker;
  private final Traffic traffic;
  private final Repeats repeats;
  private final Backoff backoff;
  private final BlockingQueue<Call<?>> waiting = new LinkedBlockingQueue<>(WAITING_MAX);
  private final Map<String, Call<?>> underWay = new ConcurrentHashMap<>();
  private final Thread thread;

  private volatile boolean closed;
  private volatile @Nullable Session session; // written by the thread
  private volatile @Nullable RuntimeException failure; // written by the thread
  private volatile boolean durable = true; // written by the thread
  private volatile boolean replicated; // written by the thread

  // Below: of the thread alone.
  private long triedAgainAt;
  private @Nullable Session rehearsed;
  private final Map<String, Long> highest =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > 2 * WAITING_MAX;
        }
      };

  /** What is asked, and who waits for the answer. */
  private sealed interface Call<T> {
    String election();

    CompletableFuture<T> answer();

    long since();

    record Read(String election, CompletableFuture<Stored> answer, long since)
        implements Call<Stored> {}

    record Write(Session.Write write, CompletableFuture<Swap> answer, long since)
        implements Call<Swap> {
      @Override
      public String election() {
        return write.election();
      }
    }
  }

  Calls(Server server, Ticker ticker, Traffic traffic) {
    this.server = server;
    this.ticker = ticker;
    this.traffic = traffic;
    this.repeats = new Repeats(log, ticker, Duration.ofMinutes(1));
    this.backoff =
        new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1), new SplittableRandom(), ticker);
    this.triedAgainAt = ticker.nanos();
    this.thread = Thread.ofPlatform().daemon().name("postgresql-calls").unstarted(this::run);
  }

  /** Begins; until then calls wait. */
  void start() {
    thread.start();
  }

  CompletionStage<Stored> read(String election) {
    return call(new Call.Read(election, new CompletableFuture<>(), ticker.nanos()));
  }

  CompletionStage<Swap> compareAndSet(String election, long expected, Lease next) {
    Session.Write write;
    try {
      write = Session.Write.of(election, expected, next);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedStage(e);
    }
    return call(new Call.Write(write, new CompletableFuture<>(), ticker.nanos()));
  }

  /** Why the last call failed; null when it did not. Any thread. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  /** What the server last said of itself: see {@link Session#isDurable}. Any thread. */
  boolean isDurable() {
    return durable;
  }

  /** What the server last said of itself: see {@link Session#isReplicated}. Any thread. */
  boolean isReplicated() {
    return replicated;
  }

  private <T> CompletionStage<T> call(Call<T> call) {
    if (underWay.putIfAbsent(call.election(), call) != null) {
      return CompletableFuture.failedStage(
          new PostgresqlFailure(
              "an earlier call for \"" + call.election() + "\" is still under way"));
    }
    if (!waiting.offer(call)) {
      traffic.dropped();
      fail(call, new PostgresqlFailure(WAITING_MAX + " calls are waiting already"));
    }
    if (closed) {
      // Closed meanwhile, perhaps after the others were given up.
      fail(call, gaveUp());
    }
    return call.answer();
  }

  private void run() {
    var batch = new ArrayList<Call<?>>();
    while (!closed) {
      try {
        batch.add(waiting.take());
        waiting.drainTo(batch, BATCH_MAX - 1);
        serve(batch);
        rehearse();
      } catch (InterruptedException e) {
        // Closing is the only reason.
        break;
      } catch (RuntimeException e) {
        failed(batch, e);
      }
      batch.clear();
    }
    disconnect();
  }

  private void serve(List<Call<?>> batch) {
    long now = ticker.nanos();
    var reads = new ArrayList<Call.Read>();
    var writes = new ArrayList<Call.Write>();
    for (Call<?> call : batch) {
      if (now - call.since() > server.answerWithin().toNanos()) {
        // Whoever asked has given up; a write that nobody expects any more is better not made.
        fail(call, new PostgresqlFailure("not sent: " + lastReason(), failure));
        continue;
      }
      switch (call) {
        case Call.Read read -> reads.add(read);
        case Call.Write write -> writes.add(write);
      }
    }
    if (reads.isEmpty() && writes.isEmpty()) {
      return;
    }
    Session open = connected();
    if (!writes.isEmpty()) {
      write(open, writes);
    }
    if (!reads.isEmpty()) {
      read(open, reads);
    }
    failure = null;
    repeats.over(LOST);
  }

  /**
   * Once over each connection writes nothing, for the first write of a follower, which others wait
   * for: then driver and server have met the statement before. Behind the first answers, not in
   * front of them.
   */
  private void rehearse() {
    Session open = session;
    if (open == null || open == rehearsed) {
      return;
    }
    rehearsed = open;
    try {
      open.write(List.of());
    } catch (PostgresqlFailure toldWhenItMatters) {
      // Such as a role that may only read: it follows well.
      return;
    }
  }

  private String lastReason() {
    RuntimeException last = failure;
    return last == null ? "the connection was not free in time" : String.valueOf(last.getMessage());
  }

  /** The connection, made now if need be; fails at once in the pause after an attempt that did. */
  private Session connected() {
    Session open = session;
    if (open != null) {
      return open;
    }
    RuntimeException last = failure;
    if (last != null && ticker.nanos() - triedAgainAt < 0) {
      throw last;
    }
    try {
      open = Session.open(server);
    } catch (RuntimeException e) {
      triedAgainAt = ticker.nanos() + backoff.failed().toNanos();
      throw e;
    }
    backoff.succeeded();
    traffic.opened();
    durable = open.isDurable();
    replicated = open.isReplicated();
    session = open;
    if (closed) {
      throw gaveUp();
    }
    return open;
  }

  private void write(Session open, List<Call.Write> calls) {
    long sent = ticker.nanos();
    traffic.messageOut();
    var writes = new ArrayList<Session.Write>();
    for (Call.Write call : calls) {
      writes.add(call.write().notBelow(highest.getOrDefault(call.election(), 0L) + 1));
    }
    Map<String, Long> written = open.write(writes);
    traffic.messageIn();
    traffic.latency(ticker.nanos() - sent);
    written.forEach(this::saw);
    for (Call.Write call : calls) {
      Long version = written.get(call.election());
      answer(call, version == null ? new Swap.Conflict() : new Swap.Written(version));
    }
  }

  private void read(Session open, List<Call.Read> calls) {
    long sent = ticker.nanos();
    traffic.messageOut();
    var elections = new ArrayList<String>();
    calls.forEach(call -> elections.add(call.election()));
    var found = new HashMap<>(open.read(elections));
    traffic.messageIn();
    traffic.latency(ticker.nanos() - sent);
    var absent = new Session.Found.Record(Stored.ABSENT);
    for (Call.Read call : calls) {
      switch (found.getOrDefault(call.election(), absent)) {
        case Session.Found.Record(Stored stored) -> {
          saw(call.election(), stored.version());
          answer(call, stored);
        }
        case Session.Found.Unreadable(PostgresqlFailure failure) -> fail(call, failure);
      }
    }
  }

  private void saw(String election, long version) {
    highest.merge(election, version, Math::max);
  }

  /** Answered are those of the batch that were; of the others nobody knows. */
  private void failed(List<Call<?>> batch, RuntimeException e) {
    if (session != null) {
      traffic.error();
    }
    disconnect();
    failure = e;
    batch.forEach(call -> fail(call, e));
    if (closed) {
      return;
    }
    repeats.warn(
        LOST, "place", server.url(), "why", e.getMessage(), "action", "connect again and go on");
  }

  private void disconnect() {
    Session open = session;
    if (open != null) {
      session = null;
      open.abort();
      traffic.closed();
    }
  }

  /** Before the answer: whoever gets it may call again at once. */
  private <T> void answer(Call<T> call, T value) {
    underWay.remove(call.election(), call);
    call.answer().complete(value);
  }

  private void fail(Call<?> call, RuntimeException e) {
    underWay.remove(call.election(), call);
    call.answer().completeExceptionally(e);
  }

  private static PostgresqlFailure gaveUp() {
    return new PostgresqlFailure("the store was closed");
  }

  /** Gives up what waits and what is sent; the outcome of that is unknown. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    Session open = session;
    if (open != null) {
      open.abort();
    }
    waiting.clear();
    underWay.values().forEach(call -> fail(call, gaveUp()));
  }
}
