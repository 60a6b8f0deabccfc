package io.containerpatterns.elector.etcd;

import io.containerpatterns.chassis.Chassis;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.chassis.http.HttpClient;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.PoolLimits;
import io.containerpatterns.chassis.tls.ClientTls;
import io.containerpatterns.elector.etcd.Messages.Found;
import io.containerpatterns.elector.etcd.Messages.Replacement;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseFormat;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import io.containerpatterns.elector.lease.UnreadableLease;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Leases as keys of an etcd cluster. All elections of the process share one event loop, four
 * connections and one watch.
 *
 * <p>An election has one call at a time, waiting or under way, and the next is refused until it
 * ends, which it does within the limit of time of a call. So nothing here is longer than there are
 * elections.
 */
public final class EtcdLeaseStore implements LeaseStore {
  private static final Pattern ELECTION = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  /** Two for each kind of call; a login may wait for one of them. */
  private static final PoolLimits POOL = PoolLimits.DEFAULT.withRoom(4, 16);

  /** Sixty-four records of the largest meta are a fifth of it; a heap may be 16 MiB. */
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private static final Duration WITHIN_MIN = Duration.ofMillis(50);

  /** A longer lease is no reason to wait longer for a member that is gone. */
  private static final Duration WITHIN_MAX = Duration.ofSeconds(2);

  private static final int ALONE_MAX = 10_000;

  private final String prefix;
  private final EventLoops loops;
  private final EventLoop loop;
  private final HttpClient client;
  private final Session session;
  private final Troubles troubles;
  private final PrefixWatch watches;
  private final Bundles<String, Found> reads;
  private final Bundles<Replacement, Swap> swaps;
  private final Set<String> busy = new HashSet<>(); // elections with a call; loop only
  private final Set<String> alone = new HashSet<>(); // whose last call failed; loop only
  private final Set<CompletableFuture<?>> underWay = new HashSet<>(); // loop only
  private boolean hasRehearsed; // loop only
  private volatile boolean closed;

  private EtcdLeaseStore(
      EtcdAccess access,
      ClientTls tls,
      Duration longestLease,
      Duration within,
      Network network,
      Ticker ticker,
      RandomGenerator random,
      int first) {
    this.prefix = access.prefix();
    this.loops = EventLoops.start("etcd", 1, network);
    this.loop = (EventLoop) loops.group().iterator().next();
    this.client = HttpClient.on(loops, network).tls(tls).keepConnections(POOL).time(ticker).build();
    this.troubles = new Troubles(ticker);
    var lineage = new Lineage(troubles);
    var members = new Members(access.endpoints(), first);
    var gateway = new Gateway(client, members, lineage, within);
    this.session = new Session(access, gateway, loop, Thread::startVirtualThread, ticker, random);
    this.watches =
        new PrefixWatch(
            prefix,
            longestLease,
            members,
            gateway,
            session,
            lineage,
            troubles,
            loop,
            ticker,
            random);
    this.reads = new Bundles<>(ticker, within, this::readAll);
    this.swaps = new Bundles<>(ticker, within, this::replaceAll);
  }

  /**
   * Opens it; nothing is called yet.
   *
   * @param longestLease of the settings; a watch that is silent for a few of it is begun anew
   * @param answerWithin how long an answer is waited for, up to two seconds
   * @throws io.containerpatterns.chassis.settings.InvalidSettings when a file of the settings
   *     cannot be used
   */
  public static EtcdLeaseStore open(
      EtcdAccess access, Duration longestLease, Duration answerWithin, Chassis chassis) {
    var random = new SecureRandom();
    return open(
        access,
        longestLease,
        answerWithin,
        chassis.network(),
        chassis.ticker(),
        random,
        random.nextInt(access.endpoints().size()));
  }

  /** As above; {@code first} is the index of the endpoint that is asked first. */
  static EtcdLeaseStore open(
      EtcdAccess access,
      Duration longestLease,
      Duration answerWithin,
      Network network,
      Ticker ticker,
      RandomGenerator random,
      int first) {
    ClientTls tls = ClientTls.of(access.tlsFiles());
    if (access.tls()) {
      tls.check();
    }
    if (access.user().isPresent()) {
      access.password();
    }
    Duration within =
        answerWithin.compareTo(WITHIN_MAX) > 0
            ? WITHIN_MAX
            : answerWithin.compareTo(WITHIN_MIN) < 0 ? WITHIN_MIN : answerWithin;
    return new EtcdLeaseStore(access, tls, longestLease, within, network, ticker, random, first);
  }

  @Override
  public CompletionStage<Stored> read(String election) {
    return call(
        election,
        () ->
            reads
                .ask(prefix + election, 0, alone.contains(election))
                .thenApply(found -> stored(election, found))
                .thenApply(stored -> rehearsed(election, stored)));
  }

  /**
   * Once in a process writes what must conflict, as no key has the last revision there is: the
   * first write of a follower, which others wait for, then meets no code that was never run.
   * Whatever is answered is no matter.
   */
  private Stored rehearsed(String election, Stored stored) {
    Lease lease = stored.lease();
    if (!hasRehearsed && lease != null) {
      hasRehearsed = true;
      byte[] value = LeaseFormat.encode(lease);
      var unused =
          swaps.ask(new Replacement(prefix + election, Long.MAX_VALUE, value), value.length, true);
    }
    return stored;
  }

  @Override
  public CompletionStage<Swap> compareAndSet(String election, long expected, Lease next) {
    byte[] value = LeaseFormat.encode(next);
    return call(
        election,
        () ->
            swaps.ask(
                new Replacement(prefix + election, expected, value),
                value.length + prefix.length(),
                alone.contains(election)));
  }

  @Override
  public Watch watch(String election, Watcher watcher) {
    return watches.watch(election, watcher);
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.EXCLUSIVE;
  }

  @Override
  public @Nullable String trouble() {
    return troubles.now();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watches.close();
    try {
      loop.execute(() -> List.copyOf(underWay).forEach(EtcdLeaseStore::giveUp));
    } catch (RejectedExecutionException ended) {
      // Closed by another at the same moment.
      return;
    }
    client.close();
    loops.close();
  }

  private <T> CompletionStage<T> call(String election, Supplier<CompletableFuture<T>> question) {
    if (!ELECTION.matcher(election).matches()) {
      return CompletableFuture.failedStage(
          new IllegalArgumentException(
              "election: \"" + election + "\" (expected: " + ELECTION + ")"));
    }
    var answer = new CompletableFuture<T>();
    try {
      loop.execute(() -> begin(election, question, answer));
    } catch (RejectedExecutionException ended) {
      giveUp(answer);
    }
    return answer;
  }

  private <T> void begin(
      String election, Supplier<CompletableFuture<T>> question, CompletableFuture<T> answer) {
    if (closed) {
      giveUp(answer);
      return;
    }
    if (!busy.add(election)) {
      answer.completeExceptionally(
          new EtcdFailure(
              EtcdFailure.Kind.REFUSED,
              "an earlier call for \"" + election + "\" is still under way"));
      return;
    }
    underWay.add(answer);
    question
        .get()
        .whenComplete((value, failure) -> {
          busy.remove(election);
          underWay.remove(answer);
          Throwable why = cause(failure);
          if (why == null) {
            alone.remove(election);
            answer.complete(value);
          } else {
            askAloneNext(election);
            answer.completeExceptionally(why);
          }
        });
  }

  /** Bounded, although elections come and go: forgetting one only lets it share a call again. */
  private void askAloneNext(String election) {
    if (alone.size() >= ALONE_MAX) {
      alone.clear();
    }
    alone.add(election);
  }

  private CompletableFuture<List<Found>> readAll(List<String> keys) {
    if (keys.size() == 1) {
      return told(
          session
              .ask(Messages.RANGE, Messages.range(keys.getFirst()), ANSWER_BYTES_MAX)
              .thenApply(answer -> List.of(Messages.found(answer))));
    }
    return told(
        session
            .ask(Messages.TXN, Messages.ranges(keys), ANSWER_BYTES_MAX)
            .thenApply(answer -> Messages.foundAll(answer, keys.size())));
  }

  private CompletableFuture<List<Swap>> replaceAll(List<Replacement> all) {
    if (all.size() == 1) {
      return told(
          session
              .ask(Messages.TXN, Messages.replace(all.getFirst()), ANSWER_BYTES_MAX)
              .thenApply(answer -> List.of(Messages.replaced(answer))));
    }
    return told(
        session
            .ask(Messages.TXN, Messages.replaceAll(all), ANSWER_BYTES_MAX)
            .thenApply(answer -> Messages.replacedAll(answer, all.size())));
  }

  private <T> CompletableFuture<T> told(CompletableFuture<T> call) {
    return call.whenComplete((answer, failure) -> {
      Throwable why = cause(failure);
      if (why == null) {
        troubles.callDone();
      } else if (!closed) {
        troubles.callFailed(String.valueOf(why.getMessage()));
      }
    });
  }

  private Stored stored(String election, Found found) {
    byte[] value = found.value();
    if (value == null) {
      troubles.readable(election);
      return Stored.ABSENT;
    }
    try {
      Lease lease = LeaseFormat.decode(value);
      if (lease != null) {
        troubles.readable(election);
        return new Stored(found.version(), lease);
      }
      throw unreadable(election, "it stands for no lease, which only a missing key does", null);
    } catch (UnreadableLease e) {
      throw unreadable(election, String.valueOf(e.getMessage()), e);
    }
  }

  private EtcdFailure unreadable(String election, String found, @Nullable Throwable cause) {
    var failure =
        new EtcdFailure(
            EtcdFailure.Kind.REFUSED,
            "cannot read "
                + prefix
                + election
                + ": "
                + found
                + "; nobody can lead; unless a newer release wrote it, stop the electors of \""
                + election
                + "\" for one lease, delete the key, start them again",
            cause);
    troubles.unreadable(election, String.valueOf(failure.getMessage()));
    return failure;
  }

  private static void giveUp(CompletableFuture<?> answer) {
    answer.completeExceptionally(new EtcdFailure(EtcdFailure.Kind.UNKNOWN, "the store was closed"));
  }

  /** What a stage failed with, without what stages wrap around it. */
  static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : failure;
  }
}
