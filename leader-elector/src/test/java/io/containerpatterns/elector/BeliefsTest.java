package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeliefsTest {
  @TempDir Path folder;

  @Test
  void twoNodesThatBelievedAtOneInstantOverlap() throws IOException {
    var beliefs = read("led 100 300 1", "led 200 400 2");

    assertThat(beliefs.overlaps())
        .containsExactly(
            "Interval[node=b, from=200, until=400, token=2] begins before the end of"
                + " Interval[node=a, from=100, until=300, token=1]");
  }

  @Test
  void aNodeThatSaidItStoppedBelievesNoLonger() throws IOException {
    var beliefs = read("led 100 300 1\nstopped 150", "led 200 400 2");

    assertThat(beliefs.overlaps()).isEmpty();
  }

  @Test
  void anAnswerThatArrivesAfterItHasRunOutIsNoBelief() throws IOException {
    var beliefs = read("led 350 300 1", "led 320 400 2");

    assertThat(beliefs.overlaps()).isEmpty();
  }

  private Beliefs read(String a, String b) throws IOException {
    return Beliefs.read(
        Map.of(
            "a", Files.writeString(folder.resolve("a"), a),
            "b", Files.writeString(folder.resolve("b"), b)));
  }
}
