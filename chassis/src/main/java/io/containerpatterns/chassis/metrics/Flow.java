package io.containerpatterns.chassis.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.Locale;

/**
 * The four questions of every image: how much came in, went out, failed, was dropped. What came in
 * and met none of the other three is held, so at every moment
 *
 * <pre>
 *   in = out + failed + dropped + held
 * </pre>
 *
 * and a held that only grows is work that somebody forgot. Every {@link #in} is followed by exactly
 * one of the others. Stages and reasons come from enums, never from a peer.
 */
public final class Flow {
  private final Family<Counter> in;
  private final Family<Counter> out;
  private final Family<Counter> failed;
  private final Family<Counter> dropped;
  private final Level held;

  Flow(Metrics metrics, String things, String... labels) {
    String noun = metrics.noun();
    in = metrics.counter(noun + ".in", things + " that came in", labels);
    out = metrics.counter(noun + ".out", things + " that went out", labels);
    failed =
        metrics.counter(
            noun + ".failed", things + " that failed, by stage and reason", "stage", "reason");
    dropped =
        metrics.counter(noun + ".dropped", things + " that were dropped, by reason", "reason");
    held = metrics.level(noun + ".held", "", things + " that came in and are not done").with();
  }

  /** One came in. */
  public void in(String... labels) {
    in(1, labels);
  }

  /** So many came in. */
  public void in(long count, String... labels) {
    in.with(labels).increment((double) count);
    held.add((double) count);
  }

  /** One was done. */
  public void out(String... labels) {
    out(1, labels);
  }

  /** So many were done. */
  public void out(long count, String... labels) {
    out.with(labels).increment((double) count);
    held.add((double) -count);
  }

  /** One failed. */
  public void failed(Enum<?> stage, Enum<?> reason) {
    failed(1, stage, reason);
  }

  /** So many failed. */
  public void failed(long count, Enum<?> stage, Enum<?> reason) {
    failed.with(word(stage), word(reason)).increment((double) count);
    held.add((double) -count);
  }

  /** One was dropped. */
  public void dropped(Enum<?> reason) {
    dropped(1, reason);
  }

  /** So many were dropped. */
  public void dropped(long count, Enum<?> reason) {
    dropped.with(word(reason)).increment((double) count);
    held.add((double) -count);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
