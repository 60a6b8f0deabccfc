package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.EventLoops;
import io.containerpatterns.elector.election.Loop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The thread of the HTTP API as a loop, so that what waits for an answer lives where its socket
 * does. After the end of the thread every task is dropped: there is nobody left to answer.
 */
final class SocketLoop implements Loop {
  private final EventLoopGroup group;

  /**
   * @param loops a single thread
   */
  SocketLoop(EventLoops loops) {
    this.group = loops.group();
  }

  @Override
  public void execute(Runnable task) {
    try {
      group.execute(task);
    } catch (RejectedExecutionException ended) {
      // Said above.
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      Future<?> scheduled = group.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException ended) {
      return () -> {};
    }
  }
}
