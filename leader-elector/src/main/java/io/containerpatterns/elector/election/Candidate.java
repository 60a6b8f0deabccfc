package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.Lease;
import java.time.Duration;
import java.util.Map;

/**
 * How this process takes part in one election.
 *
 * @param id what others call us; unique among the candidates
 * @param boot a random number of this process
 * @param lease how long a renewal counts, 500 ms to 1 h
 * @param mode who renews
 * @param priority -1 never leads, 0 is normal, up to 100 waits less before it takes a free lease
 * @param preempt whether we ask a holder of lower priority to step down
 * @param leadUnhealthyAfter how long an election may be without a leader before even an unhealthy
 *     candidate takes it; zero means never
 * @param drain how long the application may take to acknowledge that it stopped leading
 * @param meta what we tell about ourselves while we lead
 */
public record Candidate(
    String id,
    String boot,
    Duration lease,
    Mode mode,
    int priority,
    boolean preempt,
    Duration leadUnhealthyAfter,
    Duration drain,
    Map<String, String> meta) {

  /** Who renews the lease. */
  public enum Mode {
    /** Always a candidate while healthy; the elector renews. */
    AUTO,
    /** A candidate only inside a become call; the application renews. */
    MANUAL
  }

  public Candidate {
    meta = Map.copyOf(meta);
  }

  Candidate withPriority(int priority) {
    return new Candidate(id, boot, lease, mode, priority, preempt, leadUnhealthyAfter, drain, meta);
  }

  public Candidate with(Duration lease, Mode mode, int priority, Map<String, String> meta) {
    return new Candidate(id, boot, lease, mode, priority, preempt, leadUnhealthyAfter, drain, meta);
  }

  long leaseNanos() {
    return lease.toNanos();
  }

  /** Three tries fit into a lease before the claim ends. */
  long renewEveryNanos() {
    return leaseNanos() / 3;
  }

  /**
   * After how long without a word of the store we know nothing of today: a lease and a bit for the
   * answer.
   */
  long silenceNanos() {
    return leaseNanos() + leaseNanos() / 3;
  }

  /** How long we wait for one answer of the store. */
  public Duration answerWithin() {
    // Not dividedBy: it calculates in BigDecimal, whose first use in a JVM takes 20 ms of the
    // start.
    return Duration.ofNanos(leaseNanos() / 6);
  }

  /**
   * The lease that begins a term of ours; its token is the version that the store gives to this
   * write.
   */
  Lease beginning(long leaseMillis) {
    return new Lease(id, boot, leaseMillis, 0, priority, null, meta);
  }

  /** The lease that goes on with a term of ours, which keeps the longest lease that it has had. */
  Lease renewed(Term ours) {
    ours.leaseMillis = Math.max(ours.leaseMillis, lease.toMillis());
    return new Lease(id, boot, ours.leaseMillis, ours.token, priority, null, meta);
  }
}
