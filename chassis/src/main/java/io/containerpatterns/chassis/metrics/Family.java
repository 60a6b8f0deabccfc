package io.containerpatterns.chassis.metrics;

import io.containerpatterns.chassis.log.Log;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * All series of one name. The number of series is bounded: beyond the limit everything goes to one
 * series whose labels are {@code other}, because a scrape that grows without end takes the process
 * down.
 */
public final class Family<M> {
  private static final Log log = Log.of(Family.class);
  private static final int SERIES_MAX = 5_000;
  private static final String REST = "other";

  private final Metrics.Declared declared;
  private final Maker<M> maker;
  private final Consumer<Tags> remover;
  private final ConcurrentMap<List<String>, M> series = new ConcurrentHashMap<>();
  private final AtomicBoolean full = new AtomicBoolean();

  /** Registers one series. */
  @FunctionalInterface
  interface Maker<M> {
    M make(Tags tags);
  }

  Family(Metrics.Declared declared, Maker<M> maker, Consumer<Tags> remover) {
    this.declared = declared;
    this.maker = maker;
    this.remover = remover;
  }

  /**
   * The series with these label values, in the order of the declaration. Keep the result where it
   * is used often.
   */
  public M with(String... values) {
    List<String> key = List.of(values);
    M known = series.get(key);
    return known != null ? known : add(key, values);
  }

  private M add(List<String> key, String[] values) {
    if (series.size() >= SERIES_MAX) {
      if (full.compareAndSet(false, true)) {
        log.warn(
            "too many series, the rest is counted as one",
            "metric",
            declared.name(),
            "limit",
            SERIES_MAX);
      }
      String[] rest = new String[values.length];
      java.util.Arrays.fill(rest, REST);
      return series.computeIfAbsent(List.of(rest), k -> maker.make(declared.tags(rest)));
    }
    return series.computeIfAbsent(key, k -> maker.make(declared.tags(values)));
  }

  /**
   * Shows the series with these label values no longer, because what it told of is gone; it may
   * begin again.
   */
  public void forget(String... values) {
    if (series.remove(List.of(values)) != null) {
      remover.accept(declared.tags(values));
    }
  }

  Metrics.Declared declared() {
    return declared;
  }
}
