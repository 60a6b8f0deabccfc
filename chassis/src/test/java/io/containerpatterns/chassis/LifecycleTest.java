package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.Lifecycle.Status;
import io.containerpatterns.chassis.Lifecycle.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LifecycleTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final ManualTicker ticker = new ManualTicker();
  private final Lifecycle lifecycle =
      new Lifecycle(ticker, ticker.clock(), () -> Duration.ofSeconds(30));

  @Test
  void itBeginsStarting() {
    assertThat(lifecycle.status())
        .isEqualTo(new Status(State.STARTING, BEGIN, "start", Optional.empty(), false, false, 50));
  }

  @Test
  void aDrainSaysSinceWhenWhyAndUntilWhen() {
    lifecycle.started();
    ticker.advance(Duration.ofMinutes(1));

    Step step = lifecycle.drain("upgrade", Duration.ofSeconds(5));

    Instant now = BEGIN.plusSeconds(60);
    assertThat(step)
        .isEqualTo(
            new Step.Taken(
                new Status(
                    State.DRAINING,
                    now,
                    "upgrade",
                    Optional.of(now.plusSeconds(5)),
                    false,
                    true,
                    50)));
  }

  @Test
  void aSecondDrainChangesNothing() {
    lifecycle.started();
    Step first = lifecycle.drain("upgrade", Duration.ofSeconds(5));
    ticker.advance(Duration.ofSeconds(1));

    assertThat(lifecycle.drain("again", Duration.ofSeconds(50))).isEqualTo(first);
  }

  @Test
  void thereIsNothingToDrainBeforeTheStart() {
    assertThat(lifecycle.drain("early"))
        .isEqualTo(
            new Step.Refused(lifecycle.status(), "still starting; wait until /readyz answers 200"));
  }

  @Test
  void aResumeLeadsBackToReady() {
    lifecycle.started();
    lifecycle.drain("upgrade");

    lifecycle.resume("changed my mind");

    assertThat(lifecycle.status())
        .isEqualTo(
            new Status(State.READY, BEGIN, "changed my mind", Optional.empty(), false, true, 50));
  }

  @Test
  void afterStopThereIsNoWayBack() {
    lifecycle.started();
    lifecycle.stop("SIGTERM");

    assertThat(lifecycle.resume("please"))
        .isEqualTo(
            new Step.Refused(
                lifecycle.status(), "stopping because of SIGTERM; there is no way back"));
  }

  @Test
  void aStopKeepsTwoSecondsOfTheGraceForClosing() {
    lifecycle.started();

    lifecycle.stop("SIGTERM");

    assertThat(lifecycle.status().deadline()).contains(BEGIN.plusSeconds(28));
    assertThat(lifecycle.status().stopping()).isTrue();
  }

  @Test
  void aSecondStopKeepsTheFirstReasonAndDeadline() {
    lifecycle.started();
    Step first = lifecycle.stop("SIGTERM");

    assertThat(lifecycle.stop("again", Duration.ofHours(1), true)).isEqualTo(first);
  }

  @Test
  void hurryingBringsTheDeadlineToNow() {
    lifecycle.started();
    lifecycle.stop("SIGTERM");
    ticker.advance(Duration.ofSeconds(3));

    lifecycle.hurry();

    assertThat(lifecycle.stopCause().orElseThrow().deadline().passed()).isTrue();
    assertThat(lifecycle.status().deadline()).contains(BEGIN.plusSeconds(3));
  }

  @Test
  void aFaultOverridesAStopOnItsWay() {
    lifecycle.started();
    lifecycle.stop("SIGTERM");

    lifecycle.fail("a tree fell");

    assertThat(lifecycle.stopCause().orElseThrow().exit()).isEqualTo(ExitCode.INTERNAL_ERROR);
    assertThat(lifecycle.status().reason()).isEqualTo("a tree fell");
  }

  @Test
  void aPriorityOutOfRangeIsRefused() {
    assertThat(lifecycle.priority(101, "test"))
        .isEqualTo(
            new Step.Refused(lifecycle.status(), "priority is a whole number from 0 to 100"));
    assertThat(lifecycle.priority(100, "test")).isInstanceOf(Step.Taken.class);
    assertThat(lifecycle.status().priority()).isEqualTo(100);
  }

  @Test
  void listenersHearEveryStepInOrder() {
    List<State> heard = new ArrayList<>();
    lifecycle.onChange(status -> heard.add(status.state()));

    lifecycle.started();
    lifecycle.drain("a");
    lifecycle.resume("b");
    lifecycle.stop("c");
    lifecycle.stopping();

    assertThat(heard)
        .containsExactly(State.READY, State.DRAINING, State.READY, State.DRAINING, State.STOPPING);
  }

  @Test
  void aDrainThatWasTakenBackBeforeItsTurnNeverReachesTheService() throws Exception {
    lifecycle.started();
    lifecycle.drain("a");
    lifecycle.resume("b");
    lifecycle.priority(60, "something to return for");

    assertThat(lifecycle.next()).isEqualTo(new Turn.Priority(60));
  }

  @Test
  void aStopComesBeforeEverythingElse() throws Exception {
    lifecycle.started();
    lifecycle.priority(60, "test");
    lifecycle.drain("a");
    lifecycle.stop("SIGTERM");

    assertThat(lifecycle.next()).isEqualTo(new Turn.Stop());
  }

  @Test
  void aCallOvertakenBetweenItsTurnAndItsBeginningIsNotMade() throws Exception {
    List<String> calls = new ArrayList<>();
    lifecycle.started();
    lifecycle.drain("a");
    assertThat(lifecycle.next()).isInstanceOf(Turn.Drain.class);
    lifecycle.resume("b");

    assertThat(lifecycle.call(() -> calls.add("drain"))).isFalse();

    assertThat(calls).isEmpty();
    assertThat(lifecycle.next()).isEqualTo(new Turn.Resume());
  }

  @Test
  void theLastCallIsMadeEvenInAHurry() {
    List<String> calls = new ArrayList<>();
    lifecycle.started();
    lifecycle.stop("SIGTERM");
    lifecycle.hurry();
    lifecycle.ending();

    assertThat(lifecycle.call(() -> calls.add("drain"))).isFalse();
    assertThat(lifecycle.callAtLast(() -> calls.add("close"))).isTrue();

    assertThat(calls).containsExactly("close");
  }

  @Test
  void anErrandThatWaitsIsRefusedWhenADrainBegins() {
    List<String> answers = new ArrayList<>();
    lifecycle.started();
    lifecycle.submit(errand(answers));

    lifecycle.drain("a");

    assertThat(answers).containsExactly("the process is DRAINING");
  }

  @Test
  void aSecondErrandIsRefusedWhileOneWaits() {
    List<String> answers = new ArrayList<>();
    lifecycle.started();
    lifecycle.submit(errand(new ArrayList<>()));

    lifecycle.submit(errand(answers));

    assertThat(answers).containsExactly("another change is waiting");
  }

  private static Turn.Errand errand(List<String> answers) {
    return new Turn.Errand() {
      @Override
      public void run() {
        answers.add("done");
      }

      @Override
      public void refused(String why) {
        answers.add(why);
      }
    };
  }
}
