package io.containerpatterns.elector.file;

import io.containerpatterns.elector.lease.History;
import io.containerpatterns.elector.lease.History.Call;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process at the folder of one election, without the threads of a store: it reads, swaps and
 * sweeps on the caller's thread, and writes down what came of it.
 */
final class FolderProcess {
  /** Elections begin with the same version in every run, so that a seed can be replayed. */
  private static final InstantSource BEGINNING =
      InstantSource.fixed(Instant.ofEpochMilli(1_785_000_000_000L));

  /** To this clock all versions are old, so the sweeper is as eager as it may be. */
  private static final InstantSource LATER =
      InstantSource.offset(InstantSource.system(), Duration.ofMinutes(30));

  private final String name;
  private final History history;
  private final AtomicLong time;
  private final ElectionFolder folder;
  private final Sweeper sweeper;
  private int written;

  FolderProcess(
      String name, Path directory, String election, Disk disk, History history, AtomicLong time) {
    this.name = name;
    this.history = history;
    this.time = time;
    this.folder =
        new ElectionFolder(
            election, StoreDirectory.open(directory, disk, LATER, name), disk, BEGINNING);
    this.sweeper = new Sweeper(disk, LATER);
  }

  Stored read() {
    long from = time.incrementAndGet();
    Stored found = folder.read();
    history.add(Call.read(name, found, from, time.incrementAndGet()));
    return found;
  }

  /** Writes a lease that nobody else writes; the version written, or one of {@link Call}. */
  long swap(long expected) {
    String holder = name + "-" + ++written;
    long from = time.incrementAndGet();
    long outcome;
    try {
      var lease = StoreProcesses.lease(holder);
      outcome =
          folder.compareAndSet(expected, lease) instanceof Swap.Written(long version)
              ? version
              : Call.CONFLICT;
    } catch (FileStoreFailure e) {
      outcome = Call.UNKNOWN;
    }
    history.add(Call.swap(name, expected, holder, outcome, from, time.incrementAndGet()));
    return outcome;
  }

  /** Reads and swaps until it has written so many versions. */
  void write(int versions) {
    for (int i = 0; i < versions; ) {
      long version = swap(read().version());
      if (version > 0) {
        sweep();
        i++;
      }
    }
  }

  void sweep() {
    try {
      sweeper.sweep(folder.path(), folder.versionSeen(), Duration.ofMillis(500));
    } catch (IOException e) {
      // A sweep may fail; it must only not harm.
      return;
    }
  }

  /** The holder of the last swap that was begun. */
  String holder() {
    return name + "-" + written;
  }
}
