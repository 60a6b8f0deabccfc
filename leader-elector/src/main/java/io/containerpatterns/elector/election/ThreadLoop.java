package io.containerpatterns.elector.election;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The loop of all elections of this process: one thread that does nothing else, so that a flood of
 * requests cannot keep a renewal waiting.
 */
public final class ThreadLoop implements Loop, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;
  private volatile boolean closed;

  public ThreadLoop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            },
            (task, pool) -> {});
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(guarded(task));
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    ScheduledFuture<?> scheduled =
        executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /**
   * A task that fails is a fault of ours: it goes to the thread's handler, which ends the process.
   */
  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error fault) {
        if (!closed) {
          Thread thread = Thread.currentThread();
          thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
        }
      }
    };
  }

  /** Ends the thread after the task under way; what is scheduled is dropped. */
  @Override
  public void close() {
    closed = true;
    executor.shutdownNow();
  }
}
