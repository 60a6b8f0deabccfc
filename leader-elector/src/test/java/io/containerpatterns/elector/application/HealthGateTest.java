package io.containerpatterns.elector.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.elector.election.ManualLoop;
import io.containerpatterns.elector.election.VirtualClocks;
import io.containerpatterns.elector.election.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class HealthGateTest {
  private final VirtualTime time = new VirtualTime();
  private final ManualLoop loop = new ManualLoop(time, new VirtualClocks(time));
  private final List<Boolean> verdicts = new ArrayList<>();
  private final HealthGate gate = new HealthGate(loop, verdicts::add);
  private int looks;
  private boolean well = true;

  @Test
  void anApplicationIsNotHealthyBeforeItsFirstSuccess() {
    well = false;
    gate.watch(this::look);
    seconds(10);

    assertThat(verdicts).containsExactly(false);
  }

  @Test
  void oneSuccessIsEnoughAtTheBeginning() {
    gate.watch(this::look);
    time.settle();

    assertThat(verdicts).containsExactly(false, true);
  }

  @Test
  void itIsAskedOnceASecond() {
    gate.watch(this::look);
    seconds(10);

    assertThat(looks).isEqualTo(11);
  }

  @Test
  void twoFailuresAreForgivenAndAThirdIsNot() {
    gate.watch(this::look);
    time.settle();
    verdicts.clear();

    well = false;
    seconds(2);
    assertThat(verdicts).isEmpty();

    well = true;
    seconds(1);
    well = false;
    seconds(2);
    assertThat(verdicts).isEmpty();

    seconds(1);
    assertThat(verdicts).containsExactly(false);
  }

  @Test
  void twoSuccessesInARowBringItBack() {
    gate.watch(this::look);
    time.settle();
    well = false;
    seconds(5);
    verdicts.clear();

    well = true;
    seconds(1);
    well = false;
    seconds(1);
    well = true;
    seconds(1);
    assertThat(verdicts).isEmpty();

    seconds(1);
    assertThat(verdicts).containsExactly(true);
  }

  @Test
  void noAnswerInHalfASecondIsAFailureAndTheLateAnswerCountsForNothing() {
    gate.watch(this::look);
    time.settle();
    verdicts.clear();
    var late = new ArrayList<CompletableFuture<Boolean>>();
    gate.watch(() -> {
      var answer = new CompletableFuture<Boolean>();
      late.add(answer);
      time.after(Duration.ofMillis(600).toNanos(), () -> answer.complete(true));
      return answer;
    });
    seconds(5);

    assertThat(verdicts).containsExactly(false);
    assertThat(late).hasSizeBetween(5, 6);
  }

  @Test
  void aLookThatHangsIsNotBegunTwice() {
    gate.watch(this::look);
    time.settle();
    verdicts.clear();
    int[] begun = {0};
    gate.watch(() -> {
      begun[0]++;
      return new CompletableFuture<>();
    });
    seconds(10);

    assertThat(begun[0]).isEqualTo(1);
    assertThat(verdicts).containsExactly(false);
  }

  @Test
  void withoutACheckTheApplicationMayLead() {
    well = false;
    gate.watch(this::look);
    seconds(2);

    gate.watch(null);
    seconds(10);

    assertThat(verdicts).containsExactly(false, true);
  }

  private CompletableFuture<Boolean> look() {
    looks++;
    return well
        ? CompletableFuture.completedFuture(true)
        : CompletableFuture.failedFuture(new IllegalStateException("it answers 503"));
  }

  private void seconds(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }
}
