package io.containerpatterns.elector.election;

import java.util.Locale;

/** Is told of every visible change of an election, on its loop, in order; must not block. */
public interface Listener {
  /** What happened. */
  enum Event {
    /** We lead from now on. */
    ACQUIRED,
    /** Our term is over. */
    LOST,
    /** Somebody else leads, or nobody that we know of. */
    LEADER,
    /** Renewals fail; the claim ends in about a fifth of the lease. */
    WARNING,
    /** We answer "no" from now on and will give the lease back. */
    STEPPING_DOWN,
    /** The store began or ceased to answer. */
    STORE,
    /** Anything else that a status shows. */
    CHANGED;

    /** The name on the wire. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** This happened, and {@code status} is how the election stands since. */
  void happened(Event event, Status status);

  /** Another process holds the election under our own id: two candidates must not share one. */
  default void twin(String election, String id) {}

  /**
   * The store took {@code nanos} to confirm a renewal; when {@code confirmed} is false it refused
   * or did not answer.
   */
  default void renewed(String election, long nanos, boolean confirmed) {}
}
