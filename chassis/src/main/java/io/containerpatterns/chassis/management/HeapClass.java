package io.containerpatterns.chassis.management;

import java.util.ArrayList;
import java.util.List;

/** All objects of one class. */
record HeapClass(String name, long instances, long bytes) {

  /**
   * Reads what the JVM prints, most bytes first:
   *
   * <pre>
   *  num     #instances         #bytes  class name (module)
   * -------------------------------------------------------
   *    1:          5024         391232  [B (java.base@25)
   * Total         34524        1823880
   * </pre>
   */
  static List<HeapClass> parse(String histogram, int limit) {
    var classes = new ArrayList<HeapClass>();
    for (String line : histogram.lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (classes.size() < limit && words.length >= 4 && words[0].endsWith(":")) {
        classes.add(new HeapClass(words[3], Long.parseLong(words[1]), Long.parseLong(words[2])));
      }
    }
    return List.copyOf(classes);
  }
}
