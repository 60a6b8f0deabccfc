package io.containerpatterns.elector.file;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.containerpatterns.chassis.Ticker;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.LeaseStore;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Leases as files in a directory that the electors of one host share, without a lock that a stopped
 * process could keep.
 *
 * <pre>
 *   read, compareAndSet -> 4 threads -> ElectionFolder  the versions of one record, and the proof
 *                              '-----> Sweeper          removes old versions
 *   watch -> FolderWatches                              hears of new versions
 *            StoreDirectory                             what all elections stand in
 *            LeaseFormat, VersionName                   what is in a file, and how it is called
 *            Disk                                       the system calls
 * </pre>
 *
 * <p>Calls wait for the disk, so they run on a few threads of their own. An election has one call
 * at a time, waiting or running, and the next is refused until it ends; so the queue is never
 * longer than there are elections.
 */
public final class FileLeaseStore implements LeaseStore {
  /**
   * Most of a write is two waits for the disk. A journal takes what waits at once in one go, so a
   * few threads are worth more than one, and more only queue in the kernel instead of here.
   */
  private static final int THREADS = 4;

  /** Who writes a version that this divides sweeps behind it; each time costs a list. */
  private static final int SWEEP_EVERY = 8;

  private static final Pattern ELECTION = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private final StoreDirectory directory;
  private final Disk disk;
  private final InstantSource clock;
  private final Duration longestLease;
  private final Sweeper sweeper;
  private final ThreadPoolExecutor threads;
  private final FolderWatches watches;
  private final Map<String, ElectionFolder> folders = new ConcurrentHashMap<>();
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile @Nullable String sweepTrouble;

  private FileLeaseStore(
      StoreDirectory directory, Duration longestLease, Disk disk, InstantSource clock) {
    this.directory = directory;
    this.disk = disk;
    this.clock = clock;
    this.longestLease = longestLease;
    this.sweeper = new Sweeper(disk, clock);
    var started = new AtomicInteger();
    ThreadFactory factory =
        task ->
            Thread.ofPlatform()
                .daemon()
                .name("file-store-" + started.incrementAndGet())
                .unstarted(task);
    this.threads =
        new ThreadPoolExecutor(THREADS, THREADS, 10, SECONDS, new LinkedBlockingQueue<>(), factory);
    threads.allowCoreThreadTimeOut(true);
    this.watches = new FolderWatches(directory, this::whileOpen, Ticker.system());
  }

  /**
   * Opens the directory, making it and marking it with the format when it is new.
   *
   * @param longestLease versions younger than this are never swept; records with longer leases
   *     extend it
   * @throws io.containerpatterns.chassis.settings.InvalidSettings when the directory cannot be used
   */
  public static FileLeaseStore open(Path directory, Duration longestLease) {
    return open(directory, longestLease, new LocalDisk(), InstantSource.system());
  }

  static FileLeaseStore open(
      Path directory, Duration longestLease, Disk disk, InstantSource clock) {
    String writer = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    return new FileLeaseStore(
        StoreDirectory.open(directory, disk, clock, writer), longestLease, disk, clock);
  }

  @Override
  public CompletionStage<Stored> read(String election) {
    return call(election, ElectionFolder::read, (folder, stored) -> {});
  }

  @Override
  public CompletionStage<Swap> compareAndSet(String election, long expected, Lease next) {
    return call(election, folder -> folder.compareAndSet(expected, next), this::sweepBehind);
  }

  @Override
  public Watch watch(String election, Watcher watcher) {
    return watches.watch(election, folder(election), watcher);
  }

  @Override
  public Guarantee guarantee() {
    return directory.guarantee();
  }

  @Override
  public @Nullable String trouble() {
    String watching = watches.trouble();
    return watching == null ? sweepTrouble : watching;
  }

  /**
   * Gives up at once; then waits a moment for the threads to come back from the disk, so that in
   * ordinary times nothing of this store is written after it was closed.
   */
  @Override
  public void close() {
    closed = true;
    watches.close();
    threads.shutdown();
    threads.getQueue().clear();
    underWay.forEach(this::giveUp);
    try {
      threads.awaitTermination(1, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <T> CompletionStage<T> call(
      String election, Function<ElectionFolder, T> work, After<T> after) {
    ElectionFolder folder;
    try {
      folder = folder(election);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedStage(e);
    }
    if (!folder.enter()) {
      return CompletableFuture.failedStage(
          new FileStoreFailure("an earlier call for \"" + election + "\" is still under way"));
    }
    var answer = new CompletableFuture<T>();
    underWay.add(answer);
    try {
      threads.execute(() -> run(folder, work, after, answer));
    } catch (RejectedExecutionException e) {
      giveUp(answer);
    }
    if (closed) {
      // Closed meanwhile, perhaps after the others were given up.
      giveUp(answer);
    }
    return answer;
  }

  private <T> void run(
      ElectionFolder folder,
      Function<ElectionFolder, T> work,
      After<T> after,
      CompletableFuture<T> answer) {
    if (answer.isDone()) {
      return;
    }
    T value;
    try {
      value = work.apply(folder);
    } catch (RuntimeException e) {
      end(folder, answer);
      answer.completeExceptionally(e);
      return;
    }
    end(folder, answer);
    answer.complete(value);
    after.run(folder, value);
  }

  /** Before the answer: whoever gets it may call again at once. */
  private void end(ElectionFolder folder, CompletableFuture<?> answer) {
    folder.leave();
    underWay.remove(answer);
  }

  private void sweepBehind(ElectionFolder folder, Swap swap) {
    if (!(swap instanceof Swap.Written(long version)) || version % SWEEP_EVERY != 0) {
      return;
    }
    long keepMillis = Math.max(longestLease.toMillis(), folder.longestLeaseMillis());
    try {
      sweeper.sweep(folder.path(), version, Duration.ofMillis(keepMillis));
      sweepTrouble = null;
    } catch (IOException e) {
      sweepTrouble =
          "cannot sweep "
              + folder.path()
              + ": "
              + FileStoreFailure.reason(e)
              + "; old versions stay, all else works";
    }
  }

  private ElectionFolder folder(String election) {
    return folders.computeIfAbsent(
        election,
        name -> {
          if (!ELECTION.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "election: \"" + name + "\" (expected: " + ELECTION + ")");
          }
          return new ElectionFolder(name, directory, disk, clock);
        });
  }

  private void whileOpen(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed; nobody waits for it.
      return;
    }
  }

  private void giveUp(CompletableFuture<?> answer) {
    underWay.remove(answer);
    answer.completeExceptionally(new FileStoreFailure("the store was closed"));
  }

  /** What is done behind an answer. */
  @FunctionalInterface
  private interface After<T> {
    void run(ElectionFolder folder, T value);
  }
}
