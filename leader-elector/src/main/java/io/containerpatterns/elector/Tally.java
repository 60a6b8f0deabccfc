package io.containerpatterns.elector;

import io.containerpatterns.elector.election.Clocks;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Status;
import io.containerpatterns.elector.election.Status.State;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many elections stand where, kept up to date by their events, so that a probe need not ask ten
 * thousand of them. Any thread.
 */
final class Tally implements Feed.Subscriber, Elections.Attendance {
  private final Clocks clocks;

  // All guarded by this.
  private final Map<String, Status> newest = new HashMap<>();
  private final Map<State, Integer> states = new EnumMap<>(State.class);
  private int leaderless;
  private int storeSilent;
  private long leaderlessNanos;
  private long countedAt;

  public Tally(Clocks clocks) {
    this.clocks = clocks;
    this.countedAt = clocks.monotonicNanos();
  }

  /**
   * A look at all elections.
   *
   * @param storeSilent elections for which the store does not answer
   * @param leaderless elections without a leader that we know of
   */
  record Count(
      int elections, int leading, int stepping, int unknown, int storeSilent, int leaderless) {}

  synchronized Count count() {
    return new Count(
        newest.size(),
        states.getOrDefault(State.LEADING, 0),
        states.getOrDefault(State.STEPPING_DOWN, 0),
        states.getOrDefault(State.UNKNOWN, 0),
        storeSilent,
        leaderless);
  }

  /** For how long elections have been without a leader, all added up, in seconds. */
  synchronized double leaderlessSeconds() {
    settle();
    return leaderlessNanos / 1e9;
  }

  @Override
  public synchronized void joined(String name, Election election) {
    replace(name, election.glance());
  }

  @Override
  public synchronized void left(String name) {
    replace(name, null);
  }

  @Override
  public synchronized void happened(Event event, Status status) {
    if (newest.containsKey(status.election())) {
      replace(status.election(), status);
    }
  }

  private void replace(String name, @Nullable Status next) {
    settle();
    Status before = next == null ? newest.remove(name) : newest.put(name, next);
    if (before != null) {
      add(before, -1);
    }
    if (next != null) {
      add(next, 1);
    }
  }

  private void add(Status status, int count) {
    states.merge(status.state(), count, Integer::sum);
    leaderless += status.leaderId() == null ? count : 0;
    storeSilent += status.storeOk() ? 0 : count;
  }

  private void settle() {
    long now = clocks.monotonicNanos();
    leaderlessNanos += (now - countedAt) * leaderless;
    countedAt = now;
  }
}
