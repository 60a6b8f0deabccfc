package io.containerpatterns.chassis;

/**
 * How much work a service holds.
 *
 * @param inFlight begun and not ended
 * @param queued accepted and not begun
 * @param waitingFor what a drain waits for, in words; empty when it waits for nothing
 */
public record Load(long inFlight, long queued, String waitingFor) {
  /** Nothing held. */
  public static final Load NONE = new Load(0, 0, "");
}
