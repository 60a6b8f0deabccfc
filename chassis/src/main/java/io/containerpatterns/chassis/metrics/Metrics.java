package io.containerpatterns.chassis.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a process counts. A family is declared once, with its meaning, before anything is counted in
 * it; the README's table is made of the declarations. Declaring the same again gives the same
 * family, so that an image can declare all of them in one place and its parts can hold them.
 *
 * <pre>
 *   var calls = metrics.counter("elector.calls", "calls answered", "call", "status");
 *   calls.with("become", "200").increment();
 * </pre>
 *
 * Names in Micrometer's form, base units, labels whose values we choose. Any thread.
 */
public final class Metrics {
  private final String noun;
  private final PrometheusText prometheus = new PrometheusText();
  private final Map<String, Family<?>> families = new LinkedHashMap<>();
  private final List<Runnable> updates = new CopyOnWriteArrayList<>();
  private final AtomicBoolean machineBound = new AtomicBoolean();

  /** For an image whose metrics all begin with {@code noun}. */
  public Metrics(String noun) {
    this.noun = noun;
  }

  /** The first word of every metric of the image. */
  public String noun() {
    return noun;
  }

  /** Counts what only grows; {@code elector.calls} is scraped as {@code elector_calls_total}. */
  public Family<Counter> counter(String name, String description, String... labels) {
    MeterRegistry registry = registry();
    return declare(
        new Declared(name, Meter.Type.COUNTER, "", description, List.of(labels)),
        tags -> Counter.builder(name).description(description).tags(tags).register(registry));
  }

  /** Reads a count that another keeps. */
  public <T> void counter(String name, String description, T source, ToDoubleFunction<T> count) {
    MeterRegistry registry = registry();
    declare(
        new Declared(name, Meter.Type.COUNTER, "", description, List.of()),
        tags ->
            FunctionCounter.builder(name, source, count)
                .description(description)
                .register(registry));
  }

  /**
   * A level that is set; {@code unit} is a base unit such as {@code seconds} or {@code bytes}, or
   * empty.
   */
  public Family<Level> level(String name, String unit, String description, String... labels) {
    MeterRegistry registry = registry();
    return declare(
        new Declared(name, Meter.Type.GAUGE, unit, description, List.of(labels)),
        tags -> {
          Level level = new Level();
          Gauge.builder(name, level, Level::value)
              .description(description)
              .baseUnit(unit.isEmpty() ? null : unit)
              .tags(tags)
              .strongReference(true)
              .register(registry);
          return level;
        });
  }

  /**
   * A level that is asked for at each scrape; {@code source} is held for the life of the process.
   */
  public <T> void level(
      String name, String unit, String description, T source, ToDoubleFunction<T> value) {
    MeterRegistry registry = registry();
    declare(
        new Declared(name, Meter.Type.GAUGE, unit, description, List.of()),
        tags ->
            Gauge.builder(name, source, value)
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .strongReference(true)
                .register(registry));
  }

  /** How long something takes, in buckets with these upper bounds; scraped in seconds. */
  public Family<Timer> timer(
      String name, String description, Duration[] buckets, String... labels) {
    MeterRegistry registry = registry();
    return declare(
        new Declared(name, Meter.Type.TIMER, "seconds", description, List.of(labels)),
        tags ->
            Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(buckets)
                .tags(tags)
                .register(registry));
  }

  /** How big something is, in buckets with these upper bounds, in the base unit {@code unit}. */
  public Family<DistributionSummary> sizes(
      String name, String unit, String description, double[] buckets, String... labels) {
    MeterRegistry registry = registry();
    return declare(
        new Declared(name, Meter.Type.DISTRIBUTION_SUMMARY, unit, description, List.of(labels)),
        tags ->
            DistributionSummary.builder(name)
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .serviceLevelObjectives(buckets)
                .tags(tags)
                .register(registry));
  }

  /**
   * The four questions of every image, and what is held; {@code things} is the plural of what
   * flows.
   */
  public Flow flow(String things, String... labels) {
    return new Flow(this, things, labels);
  }

  private MeterRegistry registry() {
    return prometheus.registry();
  }

  @SuppressWarnings(
      "unchecked") // A declaration that is equal was made with the same maker of the same type.
  private synchronized <M> Family<M> declare(Declared declared, Family.Maker<M> maker) {
    Family<?> earlier = families.get(declared.name());
    if (earlier == null) {
      Family<M> family = new Family<>(declared, maker, tags -> remove(declared, tags));
      families.put(declared.name(), family);
      if (declared.labels().isEmpty()) {
        // Scraped as 0 from the start: a series that appears later hides its first increase from
        // rate().
        family.with();
      }
      return family;
    }
    if (!earlier.declared().isAlike(declared)) {
      throw new IllegalStateException(declared + " was declared before as " + earlier.declared());
    }
    return (Family<M>) earlier;
  }

  private void remove(Declared declared, Tags tags) {
    registry().remove(new Meter.Id(declared.name(), tags, null, null, declared.type()));
  }

  /**
   * Runs {@code update} before every scrape, so that what changes with time alone is right when it
   * is read.
   */
  public void beforeScrape(Runnable update) {
    updates.add(update);
  }

  /** What was declared, in order, by the names that a scrape shows. */
  public synchronized List<Described> described() {
    List<Described> all = new ArrayList<>();
    for (Family<?> family : families.values()) {
      Declared d = family.declared();
      all.add(new Described(prometheus.nameOf(d), d.kind(), d.labels(), d.description()));
    }
    return List.copyOf(all);
  }

  /**
   * Everything counted so far, in the format that {@code accept} prefers. The first call also
   * begins to watch JVM and process, which takes tens of milliseconds: never call it on an event
   * loop.
   */
  public Exposition scrape(@Nullable String accept) {
    if (machineBound.compareAndSet(false, true)) {
      Machine.watch(registry());
    }
    updates.forEach(Runnable::run);
    return prometheus.render(accept);
  }

  /**
   * A family as it was declared.
   *
   * @param unit base unit, or empty
   */
  record Declared(
      String name, Meter.Type type, String unit, String description, List<String> labels) {
    /**
     * Whether the two say the same. Asked for every metric at the start, where the first {@code
     * equals} of a record would cost some ten milliseconds: the AOT cache does not hold it.
     */
    boolean isAlike(Declared other) {
      return name.equals(other.name)
          && type == other.type
          && unit.equals(other.unit)
          && description.equals(other.description)
          && labels.equals(other.labels);
    }

    /** The type in the words of an exposition. */
    String kind() {
      return switch (type) {
        case COUNTER -> "counter";
        case GAUGE -> "gauge";
        default -> "histogram";
      };
    }

    Tags tags(String... values) {
      if (values.length != labels.size()) {
        throw new IllegalArgumentException(
            name + " has the labels " + labels + ", not " + Arrays.toString(values));
      }
      Tags tags = Tags.empty();
      for (int i = 0; i < values.length; i++) {
        tags = tags.and(labels.get(i), values[i]);
      }
      return tags;
    }
  }

  /**
   * A line of the table that documents the metrics; {@code name} is the one that a scrape shows.
   */
  public record Described(String name, String type, List<String> labels, String description) {}

  /** A scrape's answer. */
  @SuppressWarnings("ArrayRecordComponent") // Made to be sent once, never compared.
  public record Exposition(String contentType, byte[] body) {}
}
