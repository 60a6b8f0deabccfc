package io.containerpatterns.elector.spread;

import java.util.ArrayList;
import java.util.List;

/**
 * Whose turn it is to take a free election, when nobody has reason to go first: for each election
 * all replicas stand in an order that each of them computes for itself.
 */
final class Turn {
  private Turn() {}

  /**
   * How many stand before {@code who} for the election of this number, 0 to {@code replicas} - 1.
   *
   * <p>Each election takes the next of all orders. So each replica comes first for the same number
   * of elections, and whoever it is that dies, the others inherit the same number of its. {@code
   * number % replicas} alone would not do: one neighbour would inherit all of them.
   */
  static int of(int number, int who, int replicas) {
    List<Integer> waiting = new ArrayList<>(replicas);
    for (int i = 0; i < replicas; i++) {
      waiting.add(i);
    }
    int rest = number;
    for (int place = 0; place < replicas; place++) {
      int choice = rest % waiting.size();
      rest /= waiting.size();
      if (waiting.remove(choice) == who) {
        return place;
      }
    }
    throw new IllegalArgumentException("replica " + who + " of " + replicas);
  }
}
