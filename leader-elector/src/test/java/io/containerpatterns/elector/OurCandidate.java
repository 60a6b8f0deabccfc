package io.containerpatterns.elector;

import io.containerpatterns.chassis.Await;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** An elector of ours, asked over HTTP every millisecond whether it leads. */
record OurCandidate(ElectorProcess process) implements Candidate {
  @Override
  public void awaitStanding() {
    process.ready();
    Await.until(
        () -> "a leader is known\n" + process.log(),
        () -> !process.get("/status").body().contains("\"leaderId\":null"));
  }

  @Override
  public long awaitLeading(Duration most) {
    long until = System.nanoTime() + most.toNanos();
    while (!process.leads()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("does not lead within " + most + "\n" + process.log());
      }
      LockSupport.parkNanos(1_000_000);
    }
    return System.nanoTime();
  }

  @Override
  public void kill() {
    process.kill();
  }

  @Override
  public void terminate() {
    process.terminate();
  }

  /** As its own metrics count them. */
  @Override
  public long requests() {
    return process
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("elector_network_messages_total{"))
        .filter(line -> line.contains("side=\"upstream\"") && line.contains("direction=\"out\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
