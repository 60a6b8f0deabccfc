package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.LeaseStore;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One election as this process sees it at the instant of asking.
 *
 * @param leader whether we lead, computed from the clocks at this instant: the claim
 * @param token the fencing token of our term; 0 unless {@code leader}
 * @param validForMillis how long the claim holds from now; 0 unless {@code leader}
 * @param leaderId who leads as far as we know: a hint, null when unknown, our own id only while
 *     {@code leader}
 * @param leaderSeenMillisAgo the age of the hint
 * @param version grows with each visible change, and from one process to the next: it begins at the
 *     wall clock, in milliseconds since 1970
 * @param transitions changes of holder that we saw
 * @param storeOk whether the last call to the store was answered
 * @param lostReason why our last term ended; null while leading or if there was none
 */
public record Status(
    String election,
    String self,
    State state,
    boolean leader,
    long token,
    long validForMillis,
    long leaseMillis,
    @Nullable String leaderId,
    Map<String, String> leaderMeta,
    long leaderSeenMillisAgo,
    Candidate.Mode mode,
    boolean healthy,
    int priority,
    long version,
    long transitions,
    LeaseStore.Guarantee guarantee,
    boolean storeOk,
    @Nullable LostReason lostReason) {

  /**
   * Whether a client sees no difference: all but the version and what time alone changes is alike.
   */
  boolean isAlike(Status other) {
    return state == other.state
        && leader == other.leader
        && token == other.token
        && leaseMillis == other.leaseMillis
        && Objects.equals(leaderId, other.leaderId)
        && leaderMeta.equals(other.leaderMeta)
        && mode == other.mode
        && healthy == other.healthy
        && priority == other.priority
        && transitions == other.transitions
        && storeOk == other.storeOk
        && lostReason == other.lostReason;
  }

  /** Where an election stands for this process. */
  public enum State {
    /** Not a candidate. */
    IDLE,
    /** Somebody else leads, or nobody does and we are waiting for our turn. */
    FOLLOWING,
    /** We hold the lease and the claim. */
    LEADING,
    /** We answer "no" already, and hold the lease until the application is done. */
    STEPPING_DOWN,
    /** The store has not answered for a whole lease, so we know nothing of today. */
    UNKNOWN
  }

  /** Why a term ended. */
  public enum LostReason {
    /** The application asked for it. */
    RESIGNED,
    /** No renewal was confirmed in time. */
    EXPIRED,
    /** The application was not healthy. */
    UNHEALTHY,
    /** This process stops. */
    SHUTDOWN,
    /** A candidate of higher priority asked for it, or somebody else holds the record. */
    PREEMPTED,
    /** The record is gone. */
    DELETED,
    /** The elector was drained. */
    PAUSED,
    /** Another replica leads fewer elections than we do. */
    SPREAD;

    /** The name on the wire. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
