package io.containerpatterns.elector.kubernetes;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.elector.lease.LeaseStore.Watch;
import io.containerpatterns.elector.lease.LeaseStore.Watcher;
import io.containerpatterns.elector.lease.Stored;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who watches which Lease, over as few connections as that takes:
 *
 * <pre>
 *   up to 16 Leases    a watch of each by its name         rights to these names are enough
 *   more               one watch of all of the namespace   needs the right to watch them all
 * </pre>
 *
 * <p>A watch can go silent without breaking. So each version that a read or a write has met must
 * come over the watch, too, within a moment; where it does not, the connection is cut and opened
 * again. The state is the loop's; all else any thread.
 */
final class LeaseWatches {
  /** A connection with TLS holds, by estimate, some 50 KiB here and more there. */
  static final int BY_NAME_MAX = 16;

  private static final Duration SILENT_MIN = Duration.ofSeconds(2);

  private final ApiCalls calls;
  private final String path;
  private final String inNamespace;
  private final EventLoop loop;
  private final Duration silentAfter;
  private final Ticker ticker;
  private final SplittableRandom random = new SplittableRandom();
  private final Map<String, Watched> leases = new HashMap<>(); // loop only
  private @Nullable LeaseWatch all; // loop only
  private @Nullable String allTrouble; // loop only
  private volatile @Nullable String trouble;
  private volatile boolean closed;

  /** One Lease that somebody watches. Loop only. */
  private static final class Watched {
    final List<Told> watchers = new CopyOnWriteArrayList<>();
    @Nullable LeaseWatch own;
    @Nullable String trouble;
    long heard;
    boolean awaited;
  }

  /** One who watches, until it does not. */
  private static final class Told {
    final Watcher watcher;
    volatile boolean closed;

    Told(Watcher watcher) {
      this.watcher = watcher;
    }

    void hint(Consumer<Watcher> hint) {
      if (!closed) {
        hint.accept(watcher);
      }
    }
  }

  LeaseWatches(
      ApiCalls calls,
      String path,
      String inNamespace,
      EventLoops loops,
      Duration answerWithin,
      Ticker ticker) {
    this.calls = calls;
    this.path = path;
    this.inNamespace = inNamespace;
    this.loop = (EventLoop) loops.group().iterator().next();
    this.silentAfter = answerWithin.compareTo(SILENT_MIN) > 0 ? answerWithin : SILENT_MIN;
    this.ticker = ticker;
  }

  /** Tells {@code watcher} from now on. */
  Watch watch(String name, Watcher watcher) {
    var told = new Told(watcher);
    onLoop(() -> add(name, told));
    return () -> {
      // First: a hint may be on its way already.
      told.closed = true;
      onLoop(() -> remove(name, told));
    };
  }

  /** The Lease has this version: the watch must tell of it soon. */
  void reached(String name, long version) {
    onLoop(() -> {
      Watched watched = leases.get(name);
      if (watched == null || watched.awaited || watched.heard >= version) {
        return;
      }
      watched.awaited = true;
      var unused =
          loop.schedule(
              () -> {
                watched.awaited = false;
                if (watched.heard < version) {
                  cut(watched);
                }
              },
              silentAfter.toNanos(),
              TimeUnit.NANOSECONDS);
    });
  }

  /** What does not stand, in a sentence; null when all does. */
  @Nullable String trouble() {
    return trouble;
  }

  void close() {
    closed = true;
    onLoop(() -> {
      leases.values().forEach(watched -> watched.watchers.forEach(told -> told.closed = true));
      leases.values().forEach(LeaseWatches::closeOwn);
      closeAll();
    });
  }

  private void add(String name, Told told) {
    if (closed || told.closed) {
      return;
    }
    Watched watched = leases.computeIfAbsent(name, added -> new Watched());
    watched.watchers.add(told);
    if (all != null || watched.own != null) {
      return;
    }
    if (leases.size() <= BY_NAME_MAX) {
      watched.own = open("&fieldSelector=metadata.name%3D" + name, "\"" + name + "\"", watched);
      return;
    }
    leases.values().forEach(LeaseWatches::closeOwn);
    all = open("", "of more than " + BY_NAME_MAX + " elections", null);
  }

  private void remove(String name, Told told) {
    Watched watched = leases.get(name);
    if (watched == null) {
      return;
    }
    watched.watchers.remove(told);
    if (watched.watchers.isEmpty()) {
      leases.remove(name);
      closeOwn(watched);
      summarize();
    }
    if (leases.isEmpty()) {
      closeAll();
    }
  }

  private LeaseWatch open(String selector, String shown, @Nullable Watched one) {
    var watch =
        new LeaseWatch(
            calls,
            path,
            selector,
            "watch of leases " + shown + inNamespace,
            new Hints(one),
            loop,
            random.split(),
            ticker);
    watch.open();
    return watch;
  }

  private void cut(Watched watched) {
    LeaseWatch silent = watched.own == null ? all : watched.own;
    if (silent != null) {
      silent.cut();
    }
  }

  private static void closeOwn(Watched watched) {
    if (watched.own != null) {
      watched.own.close();
      watched.own = null;
    }
  }

  private void closeAll() {
    if (all != null) {
      all.close();
      all = null;
    }
  }

  private void summarize() {
    String first = allTrouble;
    for (Watched watched : leases.values()) {
      first = first == null ? watched.trouble : first;
    }
    trouble =
        first == null
            ? null
            : first + "; until then electors notice changes late, once in each lease";
  }

  private void onLoop(Runnable step) {
    if (loop.inEventLoop()) {
      step.run();
    } else if (!loop.isShuttingDown()) {
      loop.execute(step);
    }
  }

  /** What one watch tells: of one Lease, or of all. Loop only. */
  private final class Hints implements LeaseWatch.Sink {
    private final @Nullable Watched one;

    Hints(@Nullable Watched one) {
      this.one = one;
    }

    @Override
    public void changed(LeaseObject object) {
      Watched watched = leases.get(object.name());
      if (watched == null) {
        return;
      }
      watched.heard = object.version();
      Consumer<Watcher> hint = hintOf(object);
      watched.watchers.forEach(told -> told.hint(hint));
    }

    /** One that cannot be read is read again by whoever needs it, and told of then. */
    private static Consumer<Watcher> hintOf(LeaseObject object) {
      try {
        Stored stored = object.stored();
        return watcher -> watcher.reached(stored);
      } catch (RuntimeException unreadable) {
        return watcher -> watcher.changed(object.version());
      }
    }

    @Override
    public void deleted(String name) {
      Watched watched = leases.get(name);
      if (watched != null) {
        watched.watchers.forEach(told -> told.hint(watcher -> watcher.changed(0)));
      }
    }

    @Override
    public void missed() {
      Iterable<Watched> those = one == null ? leases.values() : List.of(one);
      those.forEach(
          watched -> watched.watchers.forEach(told -> told.hint(watcher -> watcher.changed(0))));
    }

    @Override
    public void trouble(@Nullable String sentence) {
      if (one == null) {
        allTrouble = sentence;
      } else {
        one.trouble = sentence;
      }
      summarize();
    }
  }
}
