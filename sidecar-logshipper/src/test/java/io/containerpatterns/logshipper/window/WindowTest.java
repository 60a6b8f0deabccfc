package io.containerpatterns.logshipper.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WindowTest {
  @Test
  void itIsAcknowledgedUpToTheFirstSegmentThatIsNot() {
    var window = new Window(100, 0, 4);
    long one = window.send(200, 0);
    long two = window.send(300, 0);
    long three = window.send(400, 0);

    assertThat(window.acknowledge(two)).isFalse();
    assertThat(window.acknowledged()).isEqualTo(100);
    assertThat(window.acknowledge(one)).isTrue();
    assertThat(window.acknowledged()).isEqualTo(300);
    assertThat(window.acknowledge(three)).isTrue();
    assertThat(window.acknowledged()).isEqualTo(400);
    assertThat(window.open()).isZero();
  }

  @Test
  void aSegmentThatWaitsForAnOlderOneStillTakesItsRoom() {
    var window = new Window(0, 0, 2);
    window.send(10, 0);
    window.acknowledge(window.send(20, 0));

    assertThat(window.hasRoom()).isFalse();
    assertThatThrownBy(() -> window.send(30, 0)).hasMessage("2 segments are on their way already");
  }

  @Test
  void anAnswerThatComesTwiceOrAfterARewindChangesNothing() {
    var window = new Window(0, 0, 2);
    long one = window.send(10, 0);
    window.acknowledge(one);
    long lost = window.send(20, 0);

    window.rewind();

    assertThat(window.acknowledge(one)).isFalse();
    assertThat(window.acknowledge(lost)).isFalse();
    assertThat(window.acknowledged()).isEqualTo(10);
    assertThat(window.sent()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itDoesWhatTheSimplestModelDoes(long seed) {
    var random = new SplittableRandom(seed);
    var window = new Window(0, 0, 5);
    List<long[]> model = new ArrayList<>(); // end, 1 when acknowledged; of all segments
    List<Long> numbers = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      if (window.hasRoom() && random.nextInt(3) > 0) {
        long end = window.sent() + 1 + random.nextInt(100);
        numbers.add(window.send(end, 0));
        model.add(new long[] {end, 0});
      } else if (!numbers.isEmpty()) {
        int one = Math.max(0, numbers.size() - 1 - random.nextInt(8));
        window.acknowledge(numbers.get(one));
        model.get(one)[1] = 1;
      }
      long expected = 0;
      for (int i = 0; i < model.size() && model.get(i)[1] == 1; i++) {
        expected = model.get(i)[0];
      }
      assertThat(window.acknowledged()).as("seed %d, step %d", seed, step).isEqualTo(expected);
      if (model.size() > 200) {
        long from = window.acknowledged();
        model.removeIf(segment -> segment[0] < from);
        numbers.subList(0, numbers.size() - model.size()).clear();
      }
    }
  }
}
