package io.containerpatterns.elector.election;

import io.containerpatterns.elector.election.Status.LostReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One term of ours, from the write that won it to the write that gives it back. Loop only.
 *
 * <pre>
 *   won -> [gate] -> leading -> stepping down -> released
 *                       |            '--------> abandoned   the application did not acknowledge: the lease runs out
 *                       '--> lost                           no renewal in time, or somebody else wrote
 * </pre>
 */
final class Term {
  final long token;

  /** The version that our next write expects. */
  long version;

  /**
   * The longest lease that this term has written. A shorter one waits for the next term: what we
   * answered so far must stay true until it ends.
   */
  long leaseMillis;

  /** Ends our claim by itself; null from the moment we begin to step down. */
  @Nullable Claim claim;

  /** When the last confirmed renewal was sent, in monotonic nanoseconds. */
  long renewedAt;

  /** Whether the acquired hook has let us answer "leader". */
  boolean open;

  /** Whether the application was told that we lead, so that it must hear when we stop. */
  boolean told;

  /** Whether the application was warned that renewals fail. */
  boolean warned;

  /** Why we step down; null while we lead. */
  @Nullable LostReason ending;

  /** Whether the application is done, so that the lease may be given back. */
  boolean mayRelease;

  /**
   * When stepping down ends one way or the other, in monotonic nanoseconds; meaningless before it
   * begins.
   */
  long endsBy;

  /** How long giving the lease back may take once the application is done. */
  long releaseWithinNanos;

  /** Who was named to take over; null for nobody in particular. */
  @Nullable String successor;

  /** How long we stay out of the race afterwards. */
  long cooldownNanos;

  final List<CompletableFuture<Outcome>> resigning = new ArrayList<>();

  Term(Claim claim) {
    this.token = claim.token();
    this.version = claim.token();
    this.leaseMillis = claim.leaseMillis();
    this.claim = claim;
    this.renewedAt = claim.from().monotonic();
  }

  boolean isStepping() {
    return ending != null;
  }
}
