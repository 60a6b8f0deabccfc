package io.containerpatterns.elector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the applications of several pods believed, from the notes of their {@link BeliefPoller}s.
 *
 * @param intervals sorted by their beginning, each with the node that believed to lead
 */
record Beliefs(List<Interval> intervals) {

  /**
   * From when until when a node was entitled to act as leader, and by which token; in nanoseconds
   * of one clock.
   */
  record Interval(String node, long from, long until, long token) {}

  /** Reads one file per node. */
  static Beliefs read(Map<String, Path> notes) {
    var all = new ArrayList<Interval>();
    notes.forEach((node, file) -> all.addAll(read(node, file)));
    all.sort(Comparator.comparingLong(Interval::from));
    return new Beliefs(all);
  }

  private static List<Interval> read(String node, Path file) {
    var intervals = new ArrayList<Interval>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ");
        if (words[0].equals("led") && words.length == 4) {
          var led =
              new Interval(
                  node,
                  Long.parseLong(words[1]),
                  Long.parseLong(words[2]),
                  Long.parseLong(words[3]));
          // An answer that arrived after it had run out entitles to nothing.
          if (led.from() < led.until()) {
            intervals.add(led);
          }
        } else if (words[0].equals("stopped") && words.length == 2) {
          cut(intervals, Long.parseLong(words[1]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return intervals;
  }

  /** What was believed before ends with the word of the application that it has stopped. */
  private static void cut(List<Interval> intervals, long at) {
    intervals.replaceAll(i ->
        i.until() > at ? new Interval(i.node(), i.from(), Math.max(i.from(), at), i.token()) : i);
  }

  /** Pairs of nodes that believed to lead at one instant; must be empty. */
  List<String> overlaps() {
    var overlaps = new ArrayList<String>();
    Map<String, Interval> latest = new TreeMap<>();
    for (Interval next : intervals) {
      for (Interval other : latest.values()) {
        if (!other.node().equals(next.node()) && next.from() < other.until()) {
          overlaps.add(next + " begins before the end of " + other);
        }
      }
      latest.merge(next.node(), next, (a, b) -> a.until() >= b.until() ? a : b);
    }
    return overlaps;
  }

  /** The terms in the order of their beginning: token and node. */
  List<Map.Entry<Long, String>> terms() {
    var terms = new ArrayList<Map.Entry<Long, String>>();
    for (Interval interval : intervals) {
      var term = Map.entry(interval.token(), interval.node());
      if (!terms.contains(term)) {
        terms.add(term);
      }
    }
    return terms;
  }
}
