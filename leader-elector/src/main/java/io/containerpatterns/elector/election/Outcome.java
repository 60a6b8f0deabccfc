package io.containerpatterns.elector.election;

/** What became of a request of the application, and how the election stands then. */
public record Outcome(Verdict verdict, Status status) {

  /** What became of it. */
  public enum Verdict {
    /** We lead; for a renewal, a store round trip begun after the request says so. */
    LEADING,
    /** We led, stepped down and gave the lease back. */
    RELEASED,
    /** We led and stepped down; the lease runs out by itself. */
    STEPPED_DOWN,
    /** Somebody else leads, or nobody. */
    NOT_LEADER,
    /** We lead, by another token than the one given. */
    STALE_TOKEN,
    /** The application is not healthy, so we do not stand for election. */
    UNHEALTHY,
    /** Drained, stopping, or set never to lead. */
    PAUSED,
    /** No answer of the store in the time given; the claim holds until its end. */
    UNCONFIRMED,
    /** The store does not answer. */
    STORE_UNAVAILABLE
  }
}
