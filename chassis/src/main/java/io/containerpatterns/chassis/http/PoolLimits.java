package io.containerpatterns.chassis.http;

import java.time.Duration;

/**
 * How many connections a client keeps to one origin, and for how long.
 *
 * @param connections open at once to one origin, from 1
 * @param waiting calls that wait for one of them, from 0; one more fails at once
 * @param idle how long a connection is kept without a call
 * @param age how long a connection is used at all, so that other addresses of a name and other
 *     certificates are noticed although it is never idle
 */
public record PoolLimits(int connections, int waiting, Duration idle, Duration age) {
  /** For one peer that is called often. */
  public static final PoolLimits DEFAULT =
      new PoolLimits(4, 256, Duration.ofSeconds(30), Duration.ofMinutes(5));

  /** Refuses what could never make a call. */
  public PoolLimits {
    if (connections < 1 || waiting < 0 || idle.isNegative() || age.isNegative()) {
      throw new IllegalArgumentException("at least one connection, and nothing negative");
    }
  }

  /** The same with another number of connections and of calls that wait. */
  public PoolLimits withRoom(int newConnections, int newWaiting) {
    return new PoolLimits(newConnections, newWaiting, idle, age);
  }

  /** The same with other times. */
  public PoolLimits withTimes(Duration newIdle, Duration newAge) {
    return new PoolLimits(connections, waiting, newIdle, newAge);
  }
}
