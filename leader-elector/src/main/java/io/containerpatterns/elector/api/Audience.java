package io.containerpatterns.elector.api;

import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everyone on the API who waits for something to happen: long polls, watch streams, drains. One
 * subscription serves them all, so a crowd of clients costs the loop of the elections one task per
 * event.
 *
 * <pre>
 *   Election -> Feed -(one task per event)-> Audience -> LongPoll | WatchStream | DrainCalls | OldSidecar
 *   elections' loop                          API loop
 * </pre>
 *
 * Whoever joins takes a look of its own first; events from before that look may still arrive and
 * carry a lower version. API loop only, but for the constructor and {@link #close()}.
 */
final class Audience implements AutoCloseable {
  /** Somebody who waits. */
  interface Member {
    /** This happened; {@code then} is how the election stood, which may have changed since. */
    void heard(Event event, Status then);

    /** Nothing more will happen: the election was left, or the API ends. */
    void dismissed();
  }

  private final Loop loop;
  private final Feed.Subscription subscription;
  private final Map<String, Set<Member>> byElection = new HashMap<>();
  private final Set<Member> ofAll = new LinkedHashSet<>();

  Audience(Feed feed, Loop loop) {
    this.loop = loop;
    this.subscription =
        feed.subscribe(null, (event, then) -> loop.execute(() -> happened(event, then)));
  }

  /**
   * Hears from now on.
   *
   * @param election the election to hear of; null for all of them
   */
  void join(@Nullable String election, Member member) {
    if (election == null) {
      ofAll.add(member);
    } else {
      byElection.computeIfAbsent(election, name -> new LinkedHashSet<>()).add(member);
    }
  }

  /** Hears no more; without effect for whoever does not. */
  void leave(@Nullable String election, Member member) {
    if (election == null) {
      ofAll.remove(member);
      return;
    }
    byElection.computeIfPresent(
        election,
        (name, members) -> {
          members.remove(member);
          return members.isEmpty() ? null : members;
        });
  }

  /** Dismisses whoever waits for this election alone. */
  void dismiss(String election) {
    Set<Member> members = byElection.remove(election);
    if (members != null) {
      List.copyOf(members).forEach(Member::dismissed);
    }
  }

  /** How many wait. */
  int size() {
    return ofAll.size() + byElection.values().stream().mapToInt(Set::size).sum();
  }

  /** Dismisses everybody, soon. Any thread. */
  @Override
  public void close() {
    subscription.close();
    loop.execute(() -> {
      List.copyOf(byElection.keySet()).forEach(this::dismiss);
      List.copyOf(ofAll).forEach(Member::dismissed);
      ofAll.clear();
    });
  }

  private void happened(Event event, Status then) {
    tell(byElection.getOrDefault(then.election(), Set.of()), event, then);
    tell(ofAll, event, then);
  }

  /** To a copy: whoever has heard enough leaves at once. */
  private static void tell(Collection<Member> members, Event event, Status then) {
    for (Member member : new ArrayList<>(members)) {
      member.heard(event, then);
    }
  }
}
