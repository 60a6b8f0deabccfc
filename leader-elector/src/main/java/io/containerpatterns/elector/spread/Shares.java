package io.containerpatterns.elector.spread;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Who should hand over how many to whom, as every replica computes it for itself from what all of
 * them see. Each does only its own part, so there is nobody to ask.
 */
final class Shares {
  private Shares() {}

  /**
   * To whom {@code us} should hand an election over, one entry for each.
   *
   * <p>Everybody is due the whole part of the average, and those who hold the most now are due one
   * more until all are shared out. So nothing moves while no two differ by more than one, no
   * election moves twice, and none moves that could stay.
   *
   * @param held how many each replica holds, in an order on which all agree
   */
  static List<String> handOvers(Map<String, Integer> held, String us) {
    List<String> replicas = new ArrayList<>(held.keySet());
    replicas.sort(Comparator.comparing((String id) -> held.getOrDefault(id, 0)).reversed());
    int total = held.values().stream().mapToInt(Integer::intValue).sum();
    int each = total / replicas.size();
    int more = total % replicas.size();
    int before = 0;
    int ours = 0;
    int[] missing = new int[replicas.size()];
    boolean beforeUs = true;
    for (int i = 0; i < missing.length; i++) {
      int due = i < more ? each + 1 : each;
      int above = held.getOrDefault(replicas.get(i), 0) - due;
      missing[i] = Math.max(0, -above);
      if (replicas.get(i).equals(us)) {
        ours = Math.max(0, above);
        beforeUs = false;
      } else if (beforeUs) {
        before += Math.max(0, above);
      }
    }
    return places(replicas, missing).subList(before, before + ours);
  }

  /** The places to be filled, one of each replica in turn, so that all of them get some early. */
  private static List<String> places(List<String> replicas, int[] missing) {
    var places = new ArrayList<String>();
    boolean any = true;
    while (any) {
      any = false;
      for (int i = 0; i < missing.length; i++) {
        if (missing[i] > 0) {
          missing[i]--;
          places.add(replicas.get(i));
          any = true;
        }
      }
    }
    return places;
  }
}
