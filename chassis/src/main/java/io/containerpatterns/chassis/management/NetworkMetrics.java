package io.containerpatterns.chassis.management;

import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.Traffic;
import io.containerpatterns.chassis.metrics.Family;
import io.containerpatterns.chassis.metrics.Level;
import io.containerpatterns.chassis.metrics.Metrics;
import io.micrometer.core.instrument.Counter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows the statistics of the network as metrics. They are carried over at each scrape, so the hot
 * path pays nothing.
 */
public final class NetworkMetrics {
  private static final List<String> QUANTILES = List.of("0.5", "0.9", "0.99");

  private final Network network;
  private final Family<Level> open;
  private final Family<Counter> accepted;
  private final Family<Counter> messages;
  private final Family<Counter> bytes;
  private final Family<Counter> errors;
  private final Family<Counter> drops;
  private final Family<Level> latency;
  private final Map<String, Traffic.Snapshot> shown = new HashMap<>(); // guarded by this

  /** Declares them; nothing is shown before {@link #update()}. */
  public NetworkMetrics(Metrics metrics, Network network) {
    this.network = network;
    String noun = metrics.noun() + ".network.";
    open = metrics.level(noun + "open", "", "connections open", "side", "name");
    accepted =
        metrics.counter(noun + "connections", "connections accepted or made", "side", "name");
    messages = metrics.counter(noun + "messages", "messages", "side", "name", "direction");
    bytes = metrics.counter(noun + "bytes", "bytes", "side", "name", "direction");
    errors =
        metrics.counter(
            noun + "errors", "answers of 500 and more, broken connections", "side", "name");
    drops =
        metrics.counter(
            noun + "drops", "turned away for lack of room, cut off as too slow", "side", "name");
    latency =
        metrics.level(
            noun + "latency",
            "seconds",
            "time to answer in the last two minutes",
            "side",
            "name",
            "quantile");
  }

  /** Carries over what was counted since the last call. */
  synchronized void update() {
    network.listeners().forEach(now -> update("listener", now));
    network.upstreams().forEach(now -> update("upstream", now));
  }

  private void update(String side, Traffic.Snapshot now) {
    String name = now.name();
    Traffic.Snapshot last = shown.put(side + name, now);
    Traffic.Snapshot from = last == null ? zero(now) : last;
    open.with(side, name).set(now.open());
    add(accepted.with(side, name), now.accepted() - from.accepted());
    add(messages.with(side, name, "in"), now.messagesIn() - from.messagesIn());
    add(messages.with(side, name, "out"), now.messagesOut() - from.messagesOut());
    add(bytes.with(side, name, "in"), now.bytesIn() - from.bytesIn());
    add(bytes.with(side, name, "out"), now.bytesOut() - from.bytesOut());
    add(errors.with(side, name), now.errors() - from.errors());
    add(drops.with(side, name), now.drops() - from.drops());
    Traffic.Latency spread = now.latency();
    List<Long> micros = List.of(spread.p50Micros(), spread.p90Micros(), spread.p99Micros());
    for (int i = 0; i < QUANTILES.size(); i++) {
      latency.with(side, name, QUANTILES.get(i)).set(micros.get(i) / 1e6);
    }
  }

  private static void add(Counter counter, long more) {
    if (more > 0) {
      counter.increment(more);
    }
  }

  private static Traffic.Snapshot zero(Traffic.Snapshot like) {
    return new Traffic.Snapshot(like.name(), 0, 0, 0, 0, 0, 0, 0, 0, like.latency());
  }
}
