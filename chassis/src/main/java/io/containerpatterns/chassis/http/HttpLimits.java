package io.containerpatterns.chassis.http;

import java.time.Duration;

/**
 * What one server gives to peers that it does not know.
 *
 * @param connections open at once; beyond them the one that has waited longest for a request makes
 *     room
 * @param lineBytes the request line; longer: 414
 * @param headerBytes all header lines together; more: 431
 * @param idle how long a kept connection may wait for its next request
 * @param read how long a request may take from its first byte to its last; longer: 408
 * @param stall how long a client may take nothing of what we send before it is cut off
 */
public record HttpLimits(
    int connections, int lineBytes, int headerBytes, Duration idle, Duration read, Duration stall) {
  /**
   * Enough for every client we know, and bounded at about 20 MiB of header and line buffers at the
   * worst.
   */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          1024,
          8192,
          16384,
          Duration.ofSeconds(90),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30));

  /** The same with another number of connections. */
  public HttpLimits withConnections(int max) {
    return new HttpLimits(max, lineBytes, headerBytes, idle, read, stall);
  }

  /** The same with other times. */
  public HttpLimits withTimes(Duration newIdle, Duration newRead, Duration newStall) {
    return new HttpLimits(connections, lineBytes, headerBytes, newIdle, newRead, newStall);
  }
}
