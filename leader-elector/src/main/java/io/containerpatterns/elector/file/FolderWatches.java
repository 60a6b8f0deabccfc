package io.containerpatterns.elector.file;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.elector.lease.LeaseStore;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Hears of new versions, for all elections with one thread and one inotify instance:
 *
 * <pre>
 *   leases/          a folder appears         -> watch it too, hint
 *   leases/orders/   a version appears that is
 *                    higher than the one seen -> hint
 *                    the folder disappears    -> hint
 * </pre>
 *
 * <p>The system's watch may be missing: not yet for a folder that is not there, not at all where
 * instances or watches are used up or the file system is of several hosts. Then, and only then, the
 * folder is looked at once a second, one or two system calls each.
 */
final class FolderWatches {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** What a hint tells that knows of no version. */
  private static final long UNKNOWN = 0;

  private final StoreDirectory directory;
  private final Executor executor;
  private final Ticker ticker;
  private final Map<String, Watched> elections = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final @Nullable WatchService service;
  private volatile @Nullable String trouble;

  /** {@code executor} does what may block. */
  FolderWatches(StoreDirectory directory, Executor executor, Ticker ticker) {
    this.directory = directory;
    this.executor = executor;
    this.ticker = ticker;
    this.service = startService();
    Thread.ofPlatform().daemon().name("file-store-watch").start(this::run);
  }

  /** Tells {@code watcher} when the folder may have changed, and once when the watch stands. */
  LeaseStore.Watch watch(String election, ElectionFolder folder, LeaseStore.Watcher watcher) {
    var hint = new Hint(watcher);
    elections.compute(
        election,
        (name, present) -> {
          var watched = present == null ? new Watched(folder) : present;
          watched.hints.add(hint);
          return watched;
        });
    executor.execute(() -> {
      arm(election);
      // What changed before the watch stood was not heard of.
      hint.give(UNKNOWN);
    });
    return () -> close(election, hint);
  }

  /** Why changes are heard of a second late, or null when they are not. */
  @Nullable String trouble() {
    return trouble;
  }

  void close() {
    closed.countDown();
    elections.clear();
    if (service != null) {
      try {
        service.close();
      } catch (IOException e) {
        trouble = "the watch was not closed: " + FileStoreFailure.reason(e);
      }
    }
  }

  private void close(String election, Hint hint) {
    hint.closed = true;
    elections.computeIfPresent(
        election,
        (name, watched) -> {
          watched.hints.remove(hint);
          return watched;
        });
  }

  private @Nullable WatchService startService() {
    if (directory.guarantee() == LeaseStore.Guarantee.BEST_EFFORT) {
      // This kernel does not tell what another host, or a file server, does.
      return null;
    }
    WatchService started = null;
    try {
      started = directory.path().getFileSystem().newWatchService();
      directory.path().register(started, ENTRY_CREATE);
      return started;
    } catch (IOException | UnsupportedOperationException e) {
      missing(e);
      return started;
    }
  }

  private void run() {
    long lookedAt = ticker.nanos();
    try {
      while (closed.getCount() > 0) {
        long left = LOOK_EVERY.toNanos() - (ticker.nanos() - lookedAt);
        if (left <= 0) {
          elections.keySet().forEach(this::look);
          lookedAt = ticker.nanos();
        } else if (service == null) {
          closed.await(left, NANOSECONDS);
        } else {
          WatchKey key = service.poll(left, NANOSECONDS);
          if (key != null) {
            dispatch(key);
          }
        }
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      // Both mean the end.
      return;
    }
  }

  private void dispatch(WatchKey key) {
    Path folder = (Path) key.watchable();
    boolean isDirectory = folder.equals(directory.path());
    String election = String.valueOf(folder.getFileName());
    var changed = new HashMap<String, Long>();
    for (WatchEvent<?> event : key.pollEvents()) {
      String name = String.valueOf(event.context());
      if (event.kind().equals(OVERFLOW)) {
        var all = isDirectory ? elections.keySet() : Set.of(election);
        all.forEach(each -> changed.putIfAbsent(each, UNKNOWN));
      } else if (isDirectory) {
        arm(name);
        changed.putIfAbsent(name, UNKNOWN);
      } else if (isNews(election, name)) {
        changed.merge(election, VersionName.version(name), Math::max);
      }
    }
    if (!key.reset() && !isDirectory) {
      // The folder was removed.
      changed.putIfAbsent(election, UNKNOWN);
    }
    changed.forEach(this::hint);
  }

  private boolean isNews(String election, String name) {
    var watched = elections.get(election);
    return watched != null && VersionName.version(name) > watched.folder.versionSeen();
  }

  /** What the system does not watch for us is looked at. */
  private void look(String election) {
    elections.computeIfPresent(
        election,
        (name, watched) -> {
          if (watched.hints.isEmpty()) {
            watched.disarm();
            return null;
          }
          return watched;
        });
    var watched = elections.get(election);
    if (watched == null || watched.isArmed()) {
      return;
    }
    arm(election);
    if (watched.looksChanged()) {
      hint(election, UNKNOWN);
    }
  }

  private void arm(String election) {
    var watched = elections.get(election);
    if (watched != null && service != null) {
      try {
        watched.arm(service);
      } catch (NoSuchFileException e) {
        // The directory tells when the folder appears.
        return;
      } catch (IOException e) {
        missing(e);
      }
    }
  }

  private void missing(Exception e) {
    trouble = "no watch by the system, looking every second: " + e.getMessage();
  }

  private void hint(String election, long version) {
    var watched = elections.get(election);
    if (watched != null) {
      watched.hints.forEach(hint -> hint.give(version));
    }
  }

  /** One election and who wants to hear of it. */
  private static final class Watched {
    private final ElectionFolder folder;
    private final List<Hint> hints = new CopyOnWriteArrayList<>();
    private @Nullable WatchKey key; // guarded by this

    Watched(ElectionFolder folder) {
      this.folder = folder;
    }

    synchronized boolean isArmed() {
      return key != null && key.isValid();
    }

    synchronized void arm(WatchService service) throws IOException {
      if (key == null || !key.isValid()) {
        key = folder.path().register(service, ENTRY_CREATE);
      }
    }

    synchronized void disarm() {
      if (key != null) {
        key.cancel();
      }
    }

    boolean looksChanged() {
      try {
        return folder.looksChanged();
      } catch (IOException e) {
        // The read that follows will say it.
        return true;
      }
    }
  }

  /** What is called, until it is closed. */
  private static final class Hint {
    private final LeaseStore.Watcher watcher;
    private volatile boolean closed;

    Hint(LeaseStore.Watcher watcher) {
      this.watcher = watcher;
    }

    void give(long version) {
      if (closed) {
        return;
      }
      try {
        watcher.changed(version);
      } catch (RuntimeException e) {
        // It must not keep the others from hearing.
        var thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }
}
