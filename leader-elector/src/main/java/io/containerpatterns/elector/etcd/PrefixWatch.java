package io.containerpatterns.elector.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import io.containerpatterns.chassis.Backoff;
import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.AnswerLines;
import io.containerpatterns.chassis.http.AnswerReceiver;
import io.containerpatterns.chassis.settings.Secret;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseFormat;
import io.containerpatterns.elector.lease.LeaseStore.Watch;
import io.containerpatterns.elector.lease.LeaseStore.Watcher;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.UnreadableLease;
import io.netty.channel.EventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One watch of everything under our prefix, which tells each watcher of its election:
 *
 * <pre>
 *   first watcher -> open -> created -> changes ... -> ended, silent, member changed -> pause -> open
 *                     from: the revision behind the last that was told; "from now" at first,
 *                           where that revision is not to be had, and when it failed twice
 * </pre>
 *
 * Opened from a revision it misses nothing. Opened from now it may have missed something, so every
 * watcher is told to look. A stream that says nothing for a few leases is opened anew: where
 * anybody leads, renewals are heard more often than that, and nothing tells a dead stream from a
 * silent one.
 *
 * <p>On the loop, except for {@link #watch} and {@link #close}.
 */
final class PrefixWatch {
  /** A burst of changes comes in one line; one that is longer is skipped by opening from now. */
  private static final int LINE_BYTES_MAX = 1 << 20;

  private static final int REFUSAL_BYTES_MAX = 16 * 1024;
  private static final int LEASES_OF_SILENCE = 3;
  private static final Duration SILENCE_MIN = Duration.ofSeconds(5);
  private static final Duration SILENCE_MAX = Duration.ofMinutes(1);
  private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
  private static final int FAILURES_IN_PLACE = 2;

  private final String prefix;
  private final Members members;
  private final Gateway gateway;
  private final Session session;
  private final Lineage lineage;
  private final Troubles troubles;
  private final EventLoop loop;
  private final Ticker ticker;
  private final Duration silence;
  private final Backoff backoff;
  private final Map<String, List<Subscription>> watchers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private boolean begun; // loop only, as all below
  private long next; // the first revision not told yet; 0 for "from now"
  private int failures;
  private @Nullable Stream stream;

  PrefixWatch(
      String prefix,
      Duration longestLease,
      Members members,
      Gateway gateway,
      Session session,
      Lineage lineage,
      Troubles troubles,
      EventLoop loop,
      Ticker ticker,
      RandomGenerator random) {
    this.prefix = prefix;
    this.members = members;
    this.gateway = gateway;
    this.session = session;
    this.lineage = lineage;
    this.troubles = troubles;
    this.loop = loop;
    this.ticker = ticker;
    this.silence = within(longestLease.multipliedBy(LEASES_OF_SILENCE));
    this.backoff = new Backoff(PAUSE_FIRST, PAUSE_MAX, random, ticker);
    members.onMove(this::move);
  }

  /** Any thread. */
  Watch watch(String election, Watcher watcher) {
    var subscription = new Subscription(election, watcher);
    watchers.compute(
        election,
        (name, all) -> {
          List<Subscription> some = all == null ? new CopyOnWriteArrayList<>() : all;
          some.add(subscription);
          return some;
        });
    execute(() -> {
      if (!begun) {
        begun = true;
        open();
      }
    });
    return subscription;
  }

  /** Tells nobody anything any more. Any thread. */
  void close() {
    closed = true;
    watchers.clear();
    execute(() -> {
      Stream open = stream;
      if (open != null) {
        open.cancel();
      }
    });
  }

  /** The calls have left this member, so what it still says is not worth waiting for. */
  private void move() {
    Stream open = stream;
    if (open != null && !open.member.equals(members.current())) {
      open.cancel();
    }
  }

  private void open() {
    if (closed) {
      return;
    }
    session
        .token()
        .whenComplete((token, failure) -> {
          if (token != null) {
            open(token);
          } else {
            troubles.watchFailed(
                String.valueOf(failure == null ? "no token" : failure.getMessage()));
            openLater();
          }
        });
  }

  private void open(Optional<Secret> token) {
    if (closed) {
      return;
    }
    var opened = new Stream(members.current(), token, next);
    stream = opened;
    opened.ended =
        gateway.stream(
            opened.member, Messages.WATCH, Messages.watch(prefix, next), token, silence, opened);
    opened.ended.whenComplete((end, failure) -> execute(() -> ended(opened, failure)));
  }

  private void ended(Stream old, @Nullable Throwable failure) {
    if (closed || stream != old) {
      return;
    }
    stream = null;
    EtcdFailure why = old.why;
    if (why == null && old.wasSilent()) {
      open();
      return;
    }
    if (why != null && why.kind() == EtcdFailure.Kind.TOKEN_REFUSED) {
      session.forget(old.token);
    } else if (!old.cancelled && !old.missing) {
      members.failed(old.member);
    }
    if (!old.cancelled && !old.missing) {
      failures++;
      String said = why == null ? null : why.getMessage();
      troubles.watchFailed(
          said != null
              ? said
              : failure == null ? old.place() + ": the watch ended" : said(failure));
    }
    if (failures >= FAILURES_IN_PLACE || old.missing) {
      next = 0;
    }
    openLater();
  }

  private void openLater() {
    loop.schedule(() -> open(), backoff.failed().toNanos(), TimeUnit.NANOSECONDS);
  }

  private void created(Stream opened, long revision) {
    troubles.watchDone();
    if (opened.from == 0) {
      failures = 0;
      next = revision + 1;
      watchers.values().forEach(each -> each.forEach(one -> one.changed(0)));
    }
  }

  private void tell(WatchLine.Change change) {
    if (!change.key().startsWith(prefix)) {
      return;
    }
    List<Subscription> interested = watchers.get(change.key().substring(prefix.length()));
    if (interested == null) {
      return;
    }
    Stored stored = stored(change.found());
    for (Subscription one : interested) {
      if (stored == null) {
        one.changed(change.found().version());
      } else {
        one.reached(stored);
      }
    }
  }

  /** Null for what is better read: a deleted key, whose event may be old, and what is no lease. */
  private static @Nullable Stored stored(Messages.Found found) {
    byte[] value = found.value();
    if (value == null) {
      return null;
    }
    try {
      Lease lease = LeaseFormat.decode(value);
      return lease == null ? null : new Stored(found.version(), lease);
    } catch (UnreadableLease whoeverReadsItIsTold) {
      return null;
    }
  }

  private void execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return;
    }
    try {
      loop.execute(task);
    } catch (RejectedExecutionException ended) {
      // Closed; nobody is to be told anything.
      return;
    }
  }

  private static String said(Throwable failure) {
    return String.valueOf(EtcdLeaseStore.cause(failure));
  }

  private static Duration within(Duration wished) {
    return wished.compareTo(SILENCE_MAX) > 0
        ? SILENCE_MAX
        : wished.compareTo(SILENCE_MIN) < 0 ? SILENCE_MIN : wished;
  }

  /** One stream from one member, from its opening to its end. */
  private final class Stream implements AnswerReceiver {
    private final URI member;
    private final Optional<Secret> token;
    private final long from;
    private final AnswerLines lines = new AnswerLines(LINE_BYTES_MAX, this::line);
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream(0);
    private CompletableFuture<Void> ended = new CompletableFuture<>();
    private int status;
    private long heardAt;
    private boolean heard;
    private boolean missing;
    private boolean cancelled;
    private @Nullable EtcdFailure why;

    Stream(URI member, Optional<Secret> token, long from) {
      this.member = member;
      this.token = token;
      this.from = from;
    }

    String place() {
      return member + Messages.WATCH;
    }

    void cancel() {
      cancelled = true;
      ended.cancel(false);
    }

    /** Whether it was alive and ended for want of anything to say. */
    boolean wasSilent() {
      return heard && !cancelled && ticker.nanos() - heardAt >= silence.toNanos();
    }

    @Override
    public boolean head(int newStatus, Map<String, String> headers) {
      status = newStatus;
      heardAt = ticker.nanos();
      return true;
    }

    @Override
    public boolean bytes(byte[] chunk) throws IOException {
      heardAt = ticker.nanos();
      if (status == 200) {
        return lines.bytes(chunk);
      }
      if (refusal.size() + chunk.length <= REFUSAL_BYTES_MAX) {
        refusal.writeBytes(chunk);
      }
      return true;
    }

    @Override
    public void end() throws IOException {
      if (status == 200) {
        lines.end();
      } else {
        why = EtcdFailure.of(place(), status, refusal.toByteArray());
      }
    }

    private boolean line(byte[] line) throws IOException {
      if (closed || stream != this) {
        return false;
      }
      try {
        return take(line);
      } catch (EtcdFailure failure) {
        why = failure;
        return false;
      }
    }

    private boolean take(byte[] line) throws IOException {
      return switch (WatchLine.parse(place(), line)) {
        case WatchLine.Created(long revision, JsonNode result) -> {
          lineage.checkCluster(member, result);
          heard = true;
          // A member that lags, or one of a restored cluster, would be silent until it is there.
          missing = from > revision + 1;
          if (!missing) {
            created(this, revision);
          }
          yield !missing;
        }
        case WatchLine.Changes(long revision, List<WatchLine.Change> changes) -> {
          changes.forEach(PrefixWatch.this::tell);
          next = Math.max(next, revision + 1);
          // Not earlier: what cannot be taken may be the very first change.
          failures = 0;
          backoff.succeeded();
          yield true;
        }
        case WatchLine.Compacted() -> {
          missing = true;
          yield false;
        }
        case WatchLine.Ended(EtcdFailure failure) -> {
          why = failure;
          yield false;
        }
      };
    }
  }

  /** One who wants to be told. */
  private final class Subscription implements Watch {
    private final String election;
    private final Watcher watcher;
    private volatile boolean ended;

    Subscription(String election, Watcher watcher) {
      this.election = election;
      this.watcher = watcher;
    }

    void changed(long version) {
      if (!ended && !closed) {
        watcher.changed(version);
      }
    }

    void reached(Stored stored) {
      if (!ended && !closed) {
        watcher.reached(stored);
      }
    }

    @Override
    public void close() {
      ended = true;
      watchers.computeIfPresent(
          election,
          (name, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }
}
