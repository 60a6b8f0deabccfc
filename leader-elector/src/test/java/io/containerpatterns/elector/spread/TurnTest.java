package io.containerpatterns.elector.spread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TurnTest {
  @Test
  void eachReplicaHasAnotherPlaceInTheOrderOfAnElection() {
    for (int number = 0; number < 1_000; number++) {
      Set<Integer> places = new HashSet<>();
      for (int replica = 0; replica < 7; replica++) {
        places.add(Turn.of(number, replica, 7));
      }
      assertThat(places).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void eachReplicaComesFirstForTheSameNumberOfElections() {
    int[] firsts = new int[3];
    for (int number = 0; number < 999; number++) {
      for (int replica = 0; replica < 3; replica++) {
        firsts[replica] += Turn.of(number, replica, 3) == 0 ? 1 : 0;
      }
    }

    assertThat(firsts).containsOnly(333);
  }

  @Test
  void theOthersInheritTheSameNumberOfTheElectionsOfADeadOne() {
    int[] inherited = new int[3];
    for (int number = 0; number < 1_200; number++) {
      if (Turn.of(number, 2, 3) == 0) {
        inherited[Turn.of(number, 0, 3) == 1 ? 0 : 1]++;
      }
    }

    assertThat(inherited).containsExactly(200, 200, 0);
  }
}
