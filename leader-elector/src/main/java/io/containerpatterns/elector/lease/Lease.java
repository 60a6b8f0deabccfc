package io.containerpatterns.elector.lease;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the winner of an election writes and renews: who leads, for how long each renewal counts,
 * and what others should know of it. Times are durations only, never dates, because the clocks of
 * two machines need not agree.
 *
 * @param holder the id of the leader; empty when the lease was given back
 * @param boot a random number of the holder's process, so that two processes with one id are told
 *     apart
 * @param leaseMillis how long others must leave the lease alone after they saw it change; 500 to
 *     3,600,000
 * @param token the fencing token of the holder's term; 0 in the write that begins a term, whose
 *     token is the version that this write got from the store (see {@link #tokenAt})
 * @param priority the holder's priority, -1 to 100
 * @param wanted the id asked to take over, or null
 * @param meta what the holder tells about itself, such as {@code url}; at most 1 KiB in all
 */
public record Lease(
    String holder,
    String boot,
    long leaseMillis,
    long token,
    int priority,
    @Nullable String wanted,
    Map<String, String> meta) {

  public Lease {
    meta = Map.copyOf(meta);
  }

  /** Whether nobody holds it. */
  public boolean isReleased() {
    return holder.isEmpty();
  }

  /** Whether this very process, not only one with the same id, wrote it. */
  public boolean isHeldBy(String id, String boot) {
    return this.holder.equals(id) && this.boot.equals(boot);
  }

  /** The token of the term when this lease was read at {@code version}. */
  public long tokenAt(long version) {
    return token == 0 ? version : token;
  }

  /** This lease given back, with the wish that {@code successor} takes it. */
  public Lease released(@Nullable String successor) {
    return new Lease("", boot, leaseMillis, token, priority, successor, Map.of());
  }

  /** This lease given back to whoever wants it. */
  public Lease givenBack() {
    return released(wanted);
  }

  /** This lease, still its holder's, with the wish of {@code id} to take over. */
  public Lease wantedBy(String id, long token) {
    return new Lease(holder, boot, leaseMillis, token, priority, id, meta);
  }
}
