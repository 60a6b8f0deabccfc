package io.containerpatterns.chassis.http;

import io.containerpatterns.chassis.Ticker;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;

/**
 * Statistics of everything this process listens on and calls, and the heartbeat of the threads that
 * do it. The names are chosen by us, never by a peer, so their number is bounded.
 */
public final class Network {
  private final Ticker ticker;
  private final Map<String, Traffic> listeners = new ConcurrentSkipListMap<>();
  private final Map<String, Traffic> upstreams = new ConcurrentSkipListMap<>();
  private final Map<String, Heartbeat> loops = new ConcurrentSkipListMap<>();

  /** Nothing counted yet. */
  public Network(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * The listener of this name, made when first asked for; keep it rather than ask for each message.
   */
  public Traffic listener(String name) {
    return listeners.computeIfAbsent(name, key -> new Traffic(key, ticker));
  }

  /**
   * The upstream of this name, made when first asked for; keep it rather than ask for each message.
   */
  public Traffic upstream(String name) {
    return upstreams.computeIfAbsent(name, key -> new Traffic(key, ticker));
  }

  /**
   * Watches a thread that serves sockets: one that does not run a small task for long makes us
   * unlive.
   */
  public void watch(String name, Executor loop) {
    loops.put(name, new Heartbeat(name, loop, ticker));
  }

  /** Forgets a thread that ended on purpose. */
  public void unwatch(String name) {
    loops.remove(name);
  }

  /** All listeners by name. */
  public List<Traffic.Snapshot> listeners() {
    return listeners.values().stream().map(Traffic::snapshot).toList();
  }

  /** All upstreams by name. */
  public List<Traffic.Snapshot> upstreams() {
    return upstreams.values().stream().map(Traffic::snapshot).toList();
  }

  /** All watched threads by name. */
  public Collection<Heartbeat> loops() {
    return List.copyOf(loops.values());
  }
}
