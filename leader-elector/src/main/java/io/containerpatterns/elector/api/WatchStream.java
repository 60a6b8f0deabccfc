package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.http.HttpStream;
import io.containerpatterns.elector.api.Places.Place;
import io.containerpatterns.elector.election.Election;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One client that hears what happens. API loop only.
 *
 * <p>A reader who lags behind by {@link #LAG_BYTES} gets of each election only the newest line of
 * what does not concern a term of ours, once it has caught up. What does (acquired, warning,
 * stepping down, lost) is never left out; at {@link #UNSENT_BYTES_MAX} unsent bytes the reader is
 * cut off instead.
 *
 * <pre>
 *   heard -- ours, or the reader keeps up ----------------------> socket
 *     '----- otherwise --> lagging (one line per election) --- caught up --^
 * </pre>
 */
final class WatchStream implements Audience.Member {
  static final Duration PING_EVERY = Duration.ofSeconds(5);
  static final long LAG_BYTES = 16 * 1024;
  static final long UNSENT_BYTES_MAX = 64 * 1024;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final String SNAPSHOT = "snapshot";
  private static final String PING = "ping";

  private final @Nullable String election;
  private final HttpStream out;
  private final WatchForm form;
  private final Elections elections;
  private final Audience audience;
  private final Loop loop;
  private final Place place;

  /**
   * Up to which version the snapshots tell everything; an election is in here until an event goes
   * beyond.
   */
  private final Map<String, Long> told = new HashMap<>();

  private final Map<String, Line> lagging = new LinkedHashMap<>();
  private Loop.Timer ping = () -> {};
  private Loop.Timer look = () -> {};
  private boolean looking;
  private boolean ended;

  /** A line to be written; its state is looked up when it is. */
  private record Line(String event, Status then) {
    /** One line instead of two: the later state, the event that says more. */
    Line and(Line later) {
      boolean says = rank(later.event) >= rank(event);
      return new Line(says ? later.event : event, later.then);
    }

    private static int rank(String event) {
      return switch (event) {
        case SNAPSHOT -> 4;
        case "leader" -> 3;
        case "store" -> 2;
        case "changed" -> 1;
        default -> 0;
      };
    }
  }

  /**
   * @param election the one to hear of; null for all
   */
  WatchStream(
      @Nullable String election,
      HttpStream out,
      WatchForm form,
      Elections elections,
      Audience audience,
      Loop loop,
      Place place) {
    this.election = election;
    this.out = out;
    this.form = form;
    this.elections = elections;
    this.audience = audience;
    this.loop = loop;
    this.place = place;
  }

  /**
   * Tells how things stand, then what happens.
   *
   * @param from the version that the client knows; when it is the present one, a ping says so
   *     instead of a snapshot
   */
  void begin(List<Election> which, OptionalLong from) {
    out.onClosed(() -> loop.execute(this::end));
    audience.join(election, this);
    ping = loop.schedule(PING_EVERY, this::ping);
    for (Election each : which) {
      Status now = each.glance();
      told.put(now.election(), now.version());
      boolean known = from.isPresent() && from.getAsLong() == now.version();
      lagging.put(now.election(), new Line(known ? PING : SNAPSHOT, now));
    }
    catchUp();
  }

  @Override
  public void heard(Event event, Status then) {
    Long toldVersion = told.get(then.election());
    if (toldVersion != null && then.version() <= toldVersion) {
      return;
    }
    told.remove(then.election());
    var line = new Line(event.wire(), then);
    if (isOfOurTerm(event)) {
      Line before = lagging.remove(then.election());
      if (before != null) {
        send(before);
      }
      send(line);
    } else {
      offer(line);
    }
  }

  private static boolean isOfOurTerm(Event event) {
    return switch (event) {
      case ACQUIRED, WARNING, STEPPING_DOWN, LOST -> true;
      case LEADER, STORE, CHANGED -> false;
    };
  }

  @Override
  public void dismissed() {
    out.close();
    end();
  }

  /** Hears no more; without effect the second time. */
  private void end() {
    ended = true;
    ping.cancel();
    look.cancel();
    lagging.clear();
    audience.leave(election, this);
    place.leave();
  }

  private void ping() {
    if (ended) {
      return;
    }
    ping = loop.schedule(PING_EVERY, this::ping);
    boolean any = false;
    for (Election each : watched()) {
      Status now = each.glance();
      // Of many elections only those that we lead have a claim that runs out.
      if (election != null || now.leader()) {
        any = true;
        offer(new Line(PING, now));
      }
    }
    if (!any && !isLagging()) {
      out.write(form.ping(null));
    }
  }

  private List<Election> watched() {
    if (election == null) {
      return elections.all();
    }
    Election one = elections.find(election);
    return one == null ? List.of() : List.of(one);
  }

  // ---- what a slow reader costs

  private boolean isLagging() {
    return out.unsentBytes() > LAG_BYTES;
  }

  /** Sends a line now, or the sum of what was offered meanwhile when the reader has caught up. */
  private void offer(Line line) {
    if (lagging.isEmpty() && !isLagging()) {
      send(line);
    } else {
      lagging.merge(line.then().election(), line, Line::and);
      lookAgain(false);
    }
  }

  private void catchUp() {
    looking = false;
    boolean progress = false;
    Iterator<Line> next = lagging.values().iterator();
    while (!ended && next.hasNext() && !isLagging()) {
      Line line = next.next();
      next.remove();
      send(line);
      progress = true;
    }
    if (!ended && !lagging.isEmpty()) {
      lookAgain(progress);
    }
  }

  /**
   * At once after some lines went out, for they may have left in the meantime; a little later
   * otherwise.
   */
  private void lookAgain(boolean atOnce) {
    if (looking) {
      return;
    }
    looking = true;
    if (atOnce) {
      loop.execute(this::catchUp);
    } else {
      look = loop.schedule(LOOK_AGAIN, this::catchUp);
    }
  }

  private void send(Line line) {
    Election known = elections.find(line.then().election());
    if (ended || (known == null && line.then().leader())) {
      return; // Of an election that was left meanwhile nobody may hear that we lead.
    }
    Status now = known == null ? line.then() : known.status();
    boolean pings = line.event().equals(PING);
    out.write(pings ? form.ping(now) : form.event(line.event(), now, line.then().version()));
    if (out.unsentBytes() > UNSENT_BYTES_MAX) {
      out.abort();
      end();
    }
  }
}
