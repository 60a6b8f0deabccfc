package io.containerpatterns.logshipper;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The account of what a store took of the lines of {@link LogWriter}s: which ones, in which order
 * for the first time, how many twice, and what never was a line. Any thread.
 */
final class Arrivals {
  private static final Pattern LINE = Pattern.compile("([a-z0-9-]+),(\\d+),([0-9a-f]{8})");

  private final Map<String, Of> byName = new HashMap<>();
  private final List<String> strange = new ArrayList<>();
  private int count;
  private int again;

  private static final class Of {
    private final BitSet there = new BitSet();
    private final List<Integer> firsts = new ArrayList<>();
  }

  /** Takes one down. */
  synchronized void add(HttpStore.Message message) {
    count++;
    Matcher line = LINE.matcher(message.text());
    if (!line.matches()
        || !LogWriter.line(line.group(1), Integer.parseInt(line.group(2))).equals(message.text())
        || message.json().has("piece")
        || message.json().has("raw")) {
      strange.add(message.json().toString());
      return;
    }
    Of of = byName.computeIfAbsent(line.group(1), name -> new Of());
    int number = Integer.parseInt(line.group(2));
    if (of.there.get(number)) {
      again++;
    } else {
      of.there.set(number);
      of.firsts.add(number);
    }
  }

  /** How many messages came. */
  synchronized int count() {
    return count;
  }

  /** How many of them had come before. */
  synchronized int again() {
    return again;
  }

  /** What is no line that anybody wrote: torn, merged, or cut. */
  synchronized List<String> strange() {
    return List.copyOf(strange);
  }

  /** How many different lines of a writer came. */
  synchronized int different(String name) {
    Of of = byName.get(name);
    return of == null ? 0 : of.there.cardinality();
  }

  /** Whether that line of a writer came. */
  synchronized boolean has(LogWriter writer, int number) {
    return byName.getOrDefault(writer.name(), new Of()).there.get(number);
  }

  /** The lines that were written and have not come, as ranges. */
  synchronized List<String> missing(LogWriter writer) {
    BitSet there = byName.getOrDefault(writer.name(), new Of()).there;
    var missing = new ArrayList<String>();
    int lines = writer.lines();
    for (int from = there.nextClearBit(0); from < lines; ) {
      int to = there.nextSetBit(from);
      to = to < 0 || to > lines ? lines : to;
      missing.add(from + ".." + (to - 1));
      from = there.nextClearBit(to);
    }
    return missing;
  }

  /** Lines that came for the first time after a later one of the same file, by file. */
  synchronized Map<String, List<Integer>> outOfOrder(LogWriter writer) {
    var wrong = new LinkedHashMap<String, List<Integer>>();
    var highest = new HashMap<Integer, Integer>();
    for (int number : byName.getOrDefault(writer.name(), new Of()).firsts) {
      int file = writer.fileOf(number);
      int before = highest.getOrDefault(file, -1);
      if (number < before) {
        wrong.computeIfAbsent("file " + file, none -> new ArrayList<>()).add(number);
      }
      highest.put(file, Math.max(before, number));
    }
    return wrong;
  }
}
