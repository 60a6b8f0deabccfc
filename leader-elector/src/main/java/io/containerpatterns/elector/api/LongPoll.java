package io.containerpatterns.elector.api;

import io.containerpatterns.elector.api.Places.Place;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.time.Duration;

/**
 * One client that waits for a version other than the one it knows. It is answered once, or goes
 * away. API loop only.
 */
final class LongPoll implements Audience.Member {
  private final Election election;
  private final String name;
  private final long known;
  private final Audience audience;
  private final Place place;
  private final Runnable answer;
  private Loop.Timer timer = () -> {};
  private boolean ended;

  LongPoll(Election election, long known, Audience audience, Place place, Runnable answer) {
    this.election = election;
    this.name = election.glance().election();
    this.known = known;
    this.audience = audience;
    this.place = place;
    this.answer = answer;
  }

  /** Waits; a change since the call came is seen here. */
  void begin(Loop loop, Duration wait) {
    if (ended) {
      return;
    }
    audience.join(name, this);
    timer = loop.schedule(wait, this::answer);
    look();
  }

  @Override
  public void heard(Event event, Status then) {
    look();
  }

  @Override
  public void dismissed() {
    answer();
  }

  /** An event may come late, from before the version that the client knows. */
  private void look() {
    if (election.glance().version() != known) {
      answer();
    }
  }

  private void answer() {
    if (!ended) {
      end();
      answer.run();
    }
  }

  /** Waits no more; without effect the second time. */
  void end() {
    ended = true;
    timer.cancel();
    audience.leave(name, this);
    place.leave();
  }
}
