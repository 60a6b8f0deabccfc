package io.containerpatterns.elector.election;

import java.util.random.RandomGenerator;

/**
 * How badly the network between the processes and the store behaves at the moment; chances are per
 * message.
 *
 * @param requestLost the request never arrives
 * @param answerLost the request is applied, its answer never arrives
 * @param failureTold how often whoever waits for a lost message hears of a failure, instead of
 *     nothing at all
 * @param duplicated the request arrives a second time, later
 * @param late the request or the answer takes not {@code delayNanosMax} but up to {@code
 *     lateNanosMax}, which is longer than anybody waits
 * @param hintLost a watcher is not told of a change
 */
public record Conditions(
    double requestLost,
    double answerLost,
    double failureTold,
    double duplicated,
    double late,
    double hintLost,
    long delayNanosMax,
    long lateNanosMax) {

  /** Nothing is lost, and an answer takes at most a fortieth of the lease. */
  public static Conditions calm(long leaseNanos) {
    return new Conditions(0, 0, 0, 0.01, 0, 0, leaseNanos / 80, 0);
  }

  /**
   * Anything may be lost, doubled or late, a little or very much; or the network is the one thing
   * that works.
   */
  public static Conditions storm(long leaseNanos, RandomGenerator random) {
    if (random.nextBoolean()) {
      return calm(leaseNanos);
    }
    double worst = random.nextInt(4) == 0 ? 0.4 : 0.08;
    return new Conditions(
        random.nextDouble(worst),
        random.nextDouble(worst),
        random.nextDouble(),
        random.nextDouble(worst),
        random.nextDouble(worst),
        random.nextDouble(0.5),
        leaseNanos / (random.nextBoolean() ? 8 : 40),
        3 * leaseNanos);
  }
}
