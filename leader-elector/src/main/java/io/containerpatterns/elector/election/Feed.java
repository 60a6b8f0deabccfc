package io.containerpatterns.elector.election;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Passes every visible change of every election on to whoever subscribed: long polls, watch
 * streams, metrics, the log.
 */
public final class Feed implements Listener {
  /** Is told of changes on the loop of the elections, in order; must not block. */
  @FunctionalInterface
  public interface Subscriber {
    void happened(Event event, Status status);
  }

  /** Ends a subscription; may be called from within it, and twice. */
  @FunctionalInterface
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  private final List<Subscriber> all = new CopyOnWriteArrayList<>();
  private final Map<String, List<Subscriber>> byElection = new ConcurrentHashMap<>();

  /**
   * Subscribes from now on.
   *
   * @param election the election to hear of; null for all, those that join later included
   */
  public Subscription subscribe(@Nullable String election, Subscriber subscriber) {
    if (election == null) {
      all.add(subscriber);
      return () -> all.remove(subscriber);
    }
    byElection.compute(
        election,
        (name, before) -> {
          List<Subscriber> subscribers = before == null ? new CopyOnWriteArrayList<>() : before;
          subscribers.add(subscriber);
          return subscribers;
        });
    return () ->
        byElection.computeIfPresent(
            election,
            (name, subscribers) -> {
              subscribers.remove(subscriber);
              return subscribers.isEmpty() ? null : subscribers;
            });
  }

  @Override
  public void happened(Event event, Status status) {
    for (Subscriber subscriber : byElection.getOrDefault(status.election(), List.of())) {
      subscriber.happened(event, status);
    }
    for (Subscriber subscriber : all) {
      subscriber.happened(event, status);
    }
  }
}
