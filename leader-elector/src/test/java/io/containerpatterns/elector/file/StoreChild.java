package io.containerpatterns.elector.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.elector.lease.History;
import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.StoreProcesses;
import io.containerpatterns.elector.lease.Stored;
import io.containerpatterns.elector.lease.Swap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of its own in which {@link FileLeaseStoreFaultIT} runs a store. It is told by lines
 * on its standard input and answers by lines on its standard output, times being those of the clock
 * that all processes of a machine share:
 *
 * <pre>
 *   read ELECTION                      found VERSION HOLDER FROM TO
 *   swap ELECTION EXPECTED HOLDER      swapped VERSION|-1|-2 FROM TO
 *   arm SIGNAL STEP                    armed             sends itself the signal before that step
 *   settle                             settled           once nothing is at the disk any more
 *   stress ELECTION HOLDER COUNT       many of the above, each swap told before it begins
 * </pre>
 */
final class StoreChild {
  private final FileLeaseStore store;
  private final AtomicInteger stepsLeft = new AtomicInteger(-1);
  private volatile int signal;

  private StoreChild(Path directory, Duration clockOffset) {
    // Signals lose no power, so nobody need wait for the disk.
    var disk = new SteppedDisk((call, path) -> step()).withoutSync();
    var clock = InstantSource.offset(InstantSource.system(), clockOffset);
    store = FileLeaseStore.open(directory, Duration.ofMillis(500), disk, clock);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      var child = new StoreChild(Path.of(args[0]), Duration.parse(args[1]));
      say("ready " + child.store.guarantee());
      child.serve();
    } catch (InvalidSettings e) {
      say("refused " + e.getMessage());
      System.exit(78);
    }
  }

  private void serve() throws IOException, InterruptedException {
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "read" -> read(words[1]);
        case "swap" -> swap(words[1], Long.parseLong(words[2]), words[3]);
        case "arm" -> arm(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        case "settle" -> settle();
        case "stress" -> stress(words[1], words[2], Integer.parseInt(words[3]));
        default -> throw new IllegalArgumentException(line);
      }
    }
    store.close();
  }

  private long read(String election) throws InterruptedException {
    long from = System.nanoTime();
    try {
      Stored found = StoreProcesses.get(store.read(election));
      Lease lease = found.lease();
      say(
          "found %d %s %d %d"
              .formatted(
                  found.version(), lease == null ? "-" : lease.holder(), from, System.nanoTime()));
      return found.version();
    } catch (ExecutionException e) {
      say("failed " + e.getCause());
      return -1;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  private void swap(String election, long expected, String holder) throws InterruptedException {
    long from = System.nanoTime();
    long outcome;
    try {
      var lease = StoreProcesses.lease(holder);
      outcome =
          StoreProcesses.get(store.compareAndSet(election, expected, lease))
                  instanceof Swap.Written(long version)
              ? version
              : History.Call.CONFLICT;
    } catch (ExecutionException e) {
      outcome = History.Call.UNKNOWN;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
    say("swapped %d %d %d".formatted(outcome, from, System.nanoTime()));
  }

  private void stress(String election, String name, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      long version = read(election);
      if (version >= 0 && i % 4 != 0) {
        String holder = name + "-" + i;
        // Told first, because a process that is killed can no more tell what it had begun.
        say("begins %d %s %d".formatted(version, holder, System.nanoTime()));
        swap(election, version, holder);
      }
    }
    say("done");
  }

  /** What a store does behind its answers shows only in what its threads are at. */
  private static void settle() {
    while (Thread.getAllStackTraces().keySet().stream().anyMatch(StoreChild::isAtDisk)) {
      LockSupport.parkNanos(200_000);
    }
    say("settled");
  }

  private static boolean isAtDisk(Thread thread) {
    return thread.getName().matches("file-store-[0-9]+")
        && thread.getState() == Thread.State.RUNNABLE;
  }

  private void arm(int signal, int step) {
    this.signal = signal;
    stepsLeft.set(step);
    say("armed");
  }

  private void step() {
    if (stepsLeft.get() >= 0 && stepsLeft.getAndDecrement() == 0) {
      raise(signal);
    }
  }

  /** The C function: it stops or ends this process before it returns. */
  private static void raise(int signal) {
    var linker = Linker.nativeLinker();
    var raise =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("raise"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      if ((int) raise.invokeExact(signal) != 0) {
        throw new AssertionError("signal " + signal + " was refused");
      }
    } catch (Throwable e) {
      throw new AssertionError("raise", e);
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
  }
}
