package io.containerpatterns.elector;

import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Loop;
import io.containerpatterns.elector.election.Status;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Writes one line for each change of an election that an operator wants to know of. When a thousand
 * elections change in one moment, the first {@value #LINES_MAX} lines of a second are written and
 * the rest is counted:
 *
 * <pre>
 *   12:00:00.120 INFO elector.ElectionLog: leading election=shard-0 token=1042
 *   ...
 *   12:00:01.120 INFO elector.ElectionLog: more elections changed leading=480 lost=0 leader=500 ...
 * </pre>
 *
 * Loop only.
 */
final class ElectionLog implements Feed.Subscriber {
  private static final Log log = Log.of(ElectionLog.class);
  private static final int LINES_MAX = 20;
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final Duration STORE_SILENT = Duration.ofSeconds(1);

  private final Loop loop;
  private final Tally tally;
  private final Map<Event, Integer> keptBack = new EnumMap<>(Event.class);
  private int lines;
  private boolean storeDoubted;
  private boolean storeTold;

  /**
   * @param tally has heard of each event before we do
   */
  ElectionLog(Loop loop, Tally tally) {
    this.loop = loop;
    this.tally = tally;
  }

  @Override
  public void happened(Event event, Status status) {
    if (event == Event.STORE) {
      storeChanged();
    } else if (event != Event.CHANGED && mayWrite(event)) {
      tell(event, status);
    }
  }

  private boolean mayWrite(Event event) {
    if (lines == 0) {
      loop.schedule(WINDOW, this::endWindow);
    }
    if (lines < LINES_MAX) {
      lines++;
      return true;
    }
    keptBack.merge(event, 1, Integer::sum);
    return false;
  }

  private void endWindow() {
    lines = 0;
    if (keptBack.isEmpty()) {
      return;
    }
    var pairs = new Object[2 * keptBack.size()];
    int at = 0;
    for (Map.Entry<Event, Integer> entry : keptBack.entrySet()) {
      pairs[at++] = entry.getKey().wire();
      pairs[at++] = entry.getValue();
    }
    log.info("more elections changed", pairs);
    keptBack.clear();
  }

  private static void tell(Event event, Status status) {
    String election = status.election();
    switch (event) {
      case ACQUIRED -> log.info("leading", "election", election, "token", status.token());
      case LOST -> log.info("leading no more", "election", election, "reason", reason(status));
      case STEPPING_DOWN ->
          log.info("stepping down", "election", election, "reason", reason(status));
      case WARNING ->
          log.warn(
              "renewals fail",
              "election",
              election,
              "token",
              status.token(),
              "leadsForMs",
              status.validForMillis(),
              "action",
              "answer \"not leader\" from then on");
      case LEADER -> {
        String leader = status.leaderId();
        if (leader == null) {
          log.info("no leader known", "election", election);
        } else if (!status.leader()) {
          log.info("following", "election", election, "leader", leader);
        }
      }
      case STORE, CHANGED -> log.trace("changed", "election", election);
    }
  }

  private static String reason(Status status) {
    Status.LostReason reason = status.lostReason();
    return reason == null ? "unknown" : reason.wire();
  }

  /**
   * One store serves all elections, so one line tells it for all of them; a single slow answer is
   * not worth one.
   */
  private void storeChanged() {
    boolean silent = tally.count().storeSilent() > 0;
    if (silent && !storeDoubted) {
      loop.schedule(STORE_SILENT, this::tellStoreIsSilent);
    } else if (!silent && storeTold) {
      log.info("store answers again");
      storeTold = false;
    }
    storeDoubted = silent;
  }

  private void tellStoreIsSilent() {
    Tally.Count count = tally.count();
    if (count.storeSilent() > 0 && !storeTold) {
      storeTold = true;
      log.warn(
          "store does not answer",
          "silentFor",
          count.storeSilent(),
          "elections",
          count.elections(),
          "action",
          "ask again; whoever leads does so until its lease ends");
    }
  }
}
