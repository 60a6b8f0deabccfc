package io.containerpatterns.elector.election;

import io.containerpatterns.elector.lease.Lease;
import io.containerpatterns.elector.lease.Stored;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a simulation just before and just after each event, and speaks up when a promise is
 * broken.
 *
 * <p>That misses no instant: between two events nothing moves but the clocks, so a claim can only
 * run out there. If two electors answered "leader" at some instant between two events, they did so
 * just after the first; and a claim that came back without an event would show just before the
 * second.
 *
 * <ol>
 *   <li>At no instant do two electors answer "leader", stopped and suspended ones included: they
 *       answer when they wake.
 *   <li>While one does, no application elsewhere still holds an answer that is valid.
 *   <li>A lease is given back only after its elector answers "no" and its application has finished.
 *   <li>A token has one holder, and each new term's token is higher than all before it.
 *   <li>What was given up by an answered resignation never comes back.
 *   <li>The register takes no write of a term after one of a later term, and refuses none of the
 *       newest term.
 *   <li>Somebody leads within {@link Simulation#leaderlessNanosMax} when nothing is in the way of
 *       one candidate.
 * </ol>
 */
final class Judge {
  private final Simulation world;
  private final Map<Long, Integer> terms = new HashMap<>();
  private long newestToken;
  private String newestHolder = "nobody";
  private int newestTermWritten;
  private long ledAt;
  private long writtenAt;
  private long version;
  private long leaderlessNanos;
  private @Nullable SimulatedNode leader;
  private long token;
  private @Nullable String failure;

  Judge(Simulation world) {
    this.world = world;
  }

  /** Takes note of a broken promise; the next look throws it, whoever might swallow it here. */
  void fail(String what) {
    if (failure == null) {
      failure = what;
    }
  }

  void look() {
    SimulatedNode leading = null;
    for (SimulatedNode node : world.nodes) {
      Status status = node.status();
      if (status != null && status.leader()) {
        if (leading != null) {
          fail("two electors lead at one instant: " + leading.name + " and " + node.name);
        }
        leading = node;
        token = status.token();
      }
    }
    if (leading != leader) {
      world.trace.add(leading == null ? "nobody" : leading.name, "leads now");
      leader = leading;
    }
    if (leading == null) {
      checkLeaderless();
    } else {
      ledAt = world.time.now();
      checkToken(leading, Objects.requireNonNull(leading.process()));
      checkApplications(leading);
    }
    if (failure != null) {
      throw new AssertionError(failure);
    }
  }

  /** The record was written, or somebody says so. */
  void written(Stored stored) {
    if (stored.version() != version) {
      version = stored.version();
      writtenAt = world.time.now();
      world.trace.add("the store holds", stored);
      Lease lease = stored.lease();
      if (lease != null && lease.isReleased()) {
        checkRelease(lease.boot());
      }
    }
  }

  /** The application of {@code node} tried to write with {@code token}. */
  void written(SimulatedNode node, long token, boolean accepted) {
    int term = terms.getOrDefault(token, 0);
    if (accepted && term < newestTermWritten) {
      fail("a write of an older term was taken from " + node.name + ", token " + token);
    } else if (accepted) {
      newestTermWritten = term;
    } else if (term == terms.size()) {
      fail("a write of the newest term was refused to " + node.name + ", token " + token);
    }
  }

  int terms() {
    return terms.size();
  }

  /** The longest time without a leader that nothing excused, as a share of the promise. */
  double leaderless() {
    return (double) leaderlessNanos / world.leaderlessNanosMax;
  }

  @Nullable SimulatedNode leader() {
    return leader;
  }

  private void checkToken(SimulatedNode node, SimulatedNode.Process process) {
    if (process.hasGivenUp(token)) {
      fail(node.name + " leads again with the token " + token + " that it gave up");
    }
    if (token > newestToken) {
      newestToken = token;
      newestHolder = process.boot;
      terms.put(token, terms.size() + 1);
    } else if (token < newestToken) {
      fail(process.boot + " leads with token " + token + " after token " + newestToken);
    } else if (!newestHolder.equals(process.boot)) {
      fail("token " + token + " has two holders: " + newestHolder + " and " + process.boot);
    }
  }

  /** Only who answers "no" gives a lease back, and only when his application has finished. */
  private void checkRelease(String boot) {
    for (SimulatedNode node : world.nodes) {
      SimulatedNode.Process process = node.process();
      if (process != null && process.boot.equals(boot) && (node == leader || node.app.believes())) {
        fail(node.name + " gave the lease back while it or its application leads");
      }
    }
  }

  private void checkApplications(SimulatedNode leading) {
    for (SimulatedNode node : world.nodes) {
      if (node != leading && node.app.believes()) {
        fail(
            "%s leads while the application of %s holds a valid answer, token %d"
                .formatted(leading.name, node.name, node.app.token()));
      }
    }
  }

  private void checkLeaderless() {
    long now = world.time.now();
    long since = Math.max(ledAt, writtenAt);
    for (SimulatedNode node : world.nodes) {
      long eligible = node.eligibleSince();
      if (eligible != Long.MAX_VALUE) {
        leaderlessNanos = Math.max(leaderlessNanos, now - Math.max(since, eligible));
        if (leaderlessNanos > world.leaderlessNanosMax) {
          fail("nobody leads though nothing is in the way of " + node.name);
        }
      }
    }
  }
}
