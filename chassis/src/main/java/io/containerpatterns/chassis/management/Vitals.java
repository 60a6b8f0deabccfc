package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.Check;
import io.containerpatterns.chassis.Health;
import io.containerpatterns.chassis.http.Heartbeat;
import io.containerpatterns.chassis.http.Network;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What makes a restart the remedy: a loop that has stood still for long, threads that wait for each
 * other forever.
 */
final class Vitals {
  private static final Duration STUCK = Duration.ofSeconds(10);

  private final Network network;
  private volatile Health deadlock = Health.UP;

  Vitals(Network network) {
    this.network = network;
  }

  /** Whether the loops turn. Any thread. */
  Check loops() {
    Duration worst = Duration.ZERO;
    String name = "";
    for (Heartbeat loop : network.loops()) {
      if (loop.lag().compareTo(worst) > 0) {
        worst = loop.lag();
        name = loop.name();
      }
    }
    Health health =
        worst.compareTo(STUCK) > 0
            ? new Health.Down(
                "the event loop " + name + " has stood still for " + worst.toSeconds() + " s")
            : Health.UP;
    return new Check("event-loops", health, Map.of("worstLagMillis", worst.toMillis()));
  }

  /** What the last search for deadlocks found. Any thread. */
  Check deadlocks() {
    return Check.of("deadlock", deadlock);
  }

  /**
   * Searches for deadlocks; stops all threads for a moment, so this is not done for every probe.
   */
  void search() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] ids = threads.findDeadlockedThreads();
    deadlock = ids == null ? Health.UP : new Health.Down(sentence(threads.getThreadInfo(ids)));
  }

  private static String sentence(ThreadInfo[] threads) {
    return Arrays.stream(threads)
            .filter(thread -> thread != null)
            .map(ThreadInfo::getThreadName)
            .sorted()
            .collect(Collectors.joining(", "))
        + " wait for each other's locks; /threads tells where";
  }
}
