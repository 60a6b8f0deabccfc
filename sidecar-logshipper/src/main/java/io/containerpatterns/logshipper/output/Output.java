package io.containerpatterns.logshipper.output;

import io.containerpatterns.logshipper.encode.Sink;
import io.containerpatterns.logshipper.event.Event;
import java.util.function.Consumer;

/**
 * One store. {@link #encode} and {@link #send} are called by one thread, the output's own; what
 * {@code send} tells may come on any.
 */
public interface Output extends AutoCloseable {
  /**
   * Appends {@code event} to {@code to} as an item in the form of this store, complete in itself:
   * items are later sent together with others, by halves, or alone.
   */
  void encode(Event event, Sink to);

  /**
   * Gives the store these items. Never throws, never waits for the store, never holds an item back
   * for a later call.
   *
   * @param parcel unchanged until its verdict is told
   * @param verdict called exactly once; a store that never answers is {@link Verdict.Again} after
   *     the time limit
   */
  void send(Parcel parcel, Consumer<Verdict> verdict);

  /** Gives back connections and threads; parcels under way are answered or forgotten. */
  @Override
  void close();
}
