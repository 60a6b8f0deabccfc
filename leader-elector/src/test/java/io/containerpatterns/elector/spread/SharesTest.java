package io.containerpatterns.elector.spread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SharesTest {
  @Test
  void nothingMovesWhileNoTwoDifferByMoreThanOne() {
    assertThat(moves(5, 6, 5)).isEmpty();
    assertThat(moves(1, 0, 0)).isEmpty();
    assertThat(moves(0, 0)).isEmpty();
    assertThat(moves(7)).isEmpty();
  }

  @Test
  void aNewcomerGetsFromEachWhatThatHasTooMuch() {
    assertThat(Shares.handOvers(held(6, 5, 5, 0), "r0")).containsExactly("r3", "r3");
    assertThat(Shares.handOvers(held(6, 5, 5, 0), "r1")).containsExactly("r3");
    assertThat(Shares.handOvers(held(6, 5, 5, 0), "r2")).containsExactly("r3");
    assertThat(Shares.handOvers(held(6, 5, 5, 0), "r3")).isEmpty();
  }

  @Test
  void severalNewcomersGetSomeInTurn() {
    assertThat(Shares.handOvers(held(6, 0, 0), "r0")).containsExactly("r1", "r2", "r1", "r2");
  }

  @Test
  void twoGiversDoNotFillTheSamePlace() {
    assertThat(Shares.handOvers(held(5, 5, 3, 3), "r0")).containsExactly("r2");
    assertThat(Shares.handOvers(held(5, 5, 3, 3), "r1")).containsExactly("r3");
  }

  @Test
  void whenAllDoTheirPartNoTwoDifferByMoreThanOneAndNoneMovedThatCouldStay() {
    long seed = Long.getLong("containerpatterns.seed", 1);
    var random = new Random(seed);
    for (int world = 0; world < 2_000; world++) {
      int[] before = random.ints(1 + random.nextInt(8), 0, 30).toArray();
      var after = held(before);

      List<String> moves = moves(before);
      for (String id : held(before).keySet()) {
        List<String> ours = Shares.handOvers(held(before), id);
        after.computeIfPresent(id, (who, count) -> count - ours.size());
        ours.forEach(to -> after.computeIfPresent(to, (who, count) -> count + 1));
      }

      int most = after.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
      int least = after.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
      int tooMany = 0;
      int tooFew = 0;
      for (int count : before) {
        tooMany += Math.max(0, count - most);
        tooFew += Math.max(0, least - count);
      }
      assertThat(most - least).as("seed %d: %s", seed, after).isLessThanOrEqualTo(1);
      assertThat(moves).as("seed %d: %s", seed, after).hasSize(Math.max(tooMany, tooFew));
    }
  }

  private static List<String> moves(int... held) {
    return held(held).keySet().stream()
        .flatMap(id -> Shares.handOvers(held(held), id).stream())
        .toList();
  }

  private static Map<String, Integer> held(int... counts) {
    var held = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < counts.length; i++) {
      held.put("r" + i, counts[i]);
    }
    return held;
  }
}
