package io.containerpatterns.chassis;

import io.containerpatterns.chassis.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What an image does, seen from its process. One thread calls, in this order: {@link #start()},
 * then any number of {@link #drain}, {@link #resume}, {@link #reload} and {@link #priority}, then
 * {@link #drain} and {@link #close}. {@link #checks()} and {@link #load()} are asked from any
 * thread at any time after construction and must answer at once, without waiting for a lock or a
 * peer.
 *
 * <p>A call that waits is interrupted when a later step makes the wait pointless: {@link #start()}
 * by a stop, {@link #drain} by a resume or a stop, {@link #close} by a second signal or when it
 * overstays its deadline. It then throws InterruptedException, or returns, and the next call
 * follows.
 *
 * @param <C> the configuration record of the image
 */
public interface Service<C> {
  /**
   * Binds the listeners and begins to work; the process is READY when it returns.
   *
   * @throws io.containerpatterns.chassis.settings.InvalidSettings when what a setting points to
   *     cannot be used (exit 78)
   * @throws UpstreamMissing when an upstream that the settings call required does not answer (exit
   *     69)
   */
  void start() throws IOException, InterruptedException;

  /** What can be said about our own ability and about what we depend on; shown by the probes. */
  List<Check> checks();

  /**
   * What the image shows on the management port beside what every image shows there, such as {@code
   * /status}; for whoever comes from loopback or has the token. Asked once, before {@link
   * #start()}.
   */
  default List<Route> routes() {
    return List.of();
  }

  /** How much work is held at this moment. */
  Load load();

  /**
   * Takes no new work, finishes what is in flight, flushes; returns when done or when the deadline
   * has passed. May be called again while drained, with another deadline.
   */
  void drain(Deadline deadline) throws InterruptedException;

  /** Takes work again after a {@link #drain} that was not the beginning of the end. */
  void resume();

  /**
   * Gives back everything in reverse order of {@link #start()} and says what was lost or left
   * behind, if anything. Also called after a start that failed or was cut short, to give back what
   * was taken so far.
   */
  Optional<String> close(Deadline deadline) throws InterruptedException;

  /**
   * Takes over those settings of {@code next} that were declared reloadable; the others are
   * unchanged in it.
   */
  default void reload(C next) {}

  /** Takes over a new priority, 0 (shed first) to 100; the image's README says what it does. */
  default void priority(int priority) {}

  /** State worth carrying to another process; empty where the image keeps none. */
  default Optional<Checkpoint> checkpoint() {
    return Optional.empty();
  }

  /** Saves and takes back what a copy of this process would need to go on. */
  interface Checkpoint {
    /** The format written now; a reader refuses a higher one. At least 1. */
    int format();

    /** The state as bytes of {@link #format()}. May block; called on a virtual thread. */
    byte[] save() throws IOException;

    /**
     * Takes over state saved by this or an earlier format. May block; called on a virtual thread.
     * All or nothing.
     *
     * @throws IllegalArgumentException with a sentence for the caller when the bytes are not such a
     *     state
     */
    void restore(int format, byte[] state) throws IOException;
  }
}
