package io.containerpatterns.logshipper.ship;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that takes turns: each says for how long nothing is due, and a word from others ends the
 * wait. It is never interrupted, because that would close the files that it reads. An error ends
 * the process.
 */
final class Turns {
  private static final long WAIT_MAX_NANOS = Duration.ofSeconds(1).toNanos();

  private final String name;
  private @Nullable Thread thread; // written once, in start
  private volatile boolean word;
  private volatile boolean over;

  Turns(String name) {
    this.name = name;
  }

  /** Begins to take turns. */
  void start(LongSupplier turn) {
    Thread started = Thread.ofPlatform().name(name).daemon().unstarted(() -> run(turn));
    thread = started;
    started.start();
  }

  private void run(LongSupplier turn) {
    while (!over) {
      long nothingFor = turn.getAsLong();
      if (nothingFor > 0 && !word && !over) {
        LockSupport.parkNanos(this, Math.min(nothingFor, WAIT_MAX_NANOS));
      }
      word = false;
    }
  }

  /** Something is due. Any thread, also before the start. */
  void wake() {
    if (!word) {
      word = true;
      LockSupport.unpark(thread);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Ends after the present turn; returns when it has, or after {@code patience}. */
  boolean end(Duration patience) throws InterruptedException {
    over = true;
    Thread started = thread;
    if (started == null) {
      return true;
    }
    LockSupport.unpark(started);
    return patience.isZero() ? !started.isAlive() : started.join(patience);
  }
}
