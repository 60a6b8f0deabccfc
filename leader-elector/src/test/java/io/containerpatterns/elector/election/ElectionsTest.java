package io.containerpatterns.elector.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ElectionsTest {
  private static final Candidate US =
      new Candidate(
          "orders-0",
          "boot",
          Duration.ofSeconds(10),
          Candidate.Mode.AUTO,
          0,
          false,
          Duration.ZERO,
          Duration.ofSeconds(10),
          Map.of());

  private final VirtualTime time = new VirtualTime();
  private final VirtualClocks clocks = new VirtualClocks(time);
  private final List<String> attendance = new ArrayList<>();
  private final Slow hooks = new Slow();
  private final Elections elections =
      new Elections(
          List.of("orders", "bills"),
          "file",
          true,
          new ManualLoop(time, clocks),
          clocks,
          new Random(1),
          hooks,
          (event, status) -> {},
          new Elections.Attendance() {
            @Override
            public void joined(String name, Election election) {
              attendance.add("+" + name);
            }

            @Override
            public void left(String name) {
              attendance.add("-" + name);
            }
          });

  @BeforeEach
  void start() {
    elections.start(new FakeLeaseStore(), US);
    pass();
  }

  @Test
  void thoseOfTheSettingsComeFirstAndTheOthersAsTheyJoined() {
    elections.join("zebra", US);
    elections.join("ant", US);
    pass();

    assertThat(elections.names()).containsExactly("orders", "bills", "zebra", "ant");
    assertThat(elections.all())
        .extracting(election -> election.glance().election())
        .isEqualTo(elections.names());
    assertThat(elections.first().glance().election()).isEqualTo("orders");
    assertThat(attendance).containsExactly("+orders", "+bills", "+zebra", "+ant");
  }

  @Test
  void whoeverJoinsTwiceIsInOnceOnTheNewerTerms() {
    Election first = elections.join("ant", US);
    Election second = elections.join("ant", US.withPriority(9));
    pass();

    assertThat(second).isSameAs(first);
    assertThat(second.candidate().priority()).isEqualTo(9);
  }

  @Test
  void aNameIsPlainAndShort() {
    for (String wrong : List.of("", "Orders", "-a", "a/b", "a b", "a".repeat(64))) {
      assertThatThrownBy(() -> elections.join(wrong, US))
          .isInstanceOf(CannotJoin.class)
          .hasMessage(
              "an election is named by 1 to 63 of a-z, 0-9, dot, underscore and dash, the first a"
                  + " letter or digit");
    }
    assertThat(elections.join("0.a_b-c", US)).isNotNull();
    assertThat(elections.join("a".repeat(63), US)).isNotNull();
  }

  @Test
  void noElectionIsNamedLikeASeat() {
    assertThatThrownBy(() -> elections.join("elector-seat-0", US))
        .isInstanceOf(CannotJoin.class)
        .hasMessage("names that begin with elector-seat- are the electors' own; choose another");
    assertThat(elections.hasRoomFor("elector-seat-0")).isFalse();
  }

  @Test
  void tenThousandIsTheMost() {
    for (int i = 2; i < Elections.COUNT_MAX; i++) {
      elections.join("e-" + i, US);
    }

    assertThat(elections.hasRoomFor("e-2")).isTrue();
    assertThat(elections.hasRoomFor("another")).isFalse();
    assertThatThrownBy(() -> elections.join("another", US))
        .isInstanceOf(CannotJoin.class)
        .hasMessage("this elector takes part in 10000 elections already; leave one first");
  }

  @Test
  void whoeverLeavesGivesItsLeaseBackFirst() {
    Election left = elections.join("ant", US);
    pass();
    hooks.holds = true;

    CompletionStage<Outcome> leaving = elections.leave("ant");
    pass();

    assertThat(elections.find("ant")).isNull();
    assertThat(left.glance().state()).isEqualTo(State.STEPPING_DOWN);
    assertThatThrownBy(() -> elections.join("ant", US))
        .isInstanceOf(CannotJoin.class)
        .hasMessage("ant is still leaving; try again when its lost hook has answered");

    hooks.letGo();
    pass();

    assertThat(leaving.toCompletableFuture()).isCompleted();
    assertThat(attendance).endsWith("-ant");
    assertThat(elections.join("ant", US)).isNotSameAs(left);
  }

  @Test
  void anElectionOfTheSettingsDoesNotLeave() {
    assertThatThrownBy(() -> elections.leave("orders"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(elections.isConfigured("orders")).isTrue();
  }

  @Test
  void whoeverJoinsWhileAllIsPausedStaysOutUntilItResumes() {
    CompletionStage<Void> quiet = elections.pauseAll(LostReason.PAUSED);
    time.advance(Duration.ofSeconds(10));
    assertThat(quiet.toCompletableFuture()).isCompleted();

    Election joined = elections.join("ant", US);
    pass();
    assertThat(joined.glance().state()).isEqualTo(State.IDLE);

    elections.resumeAll();
    pass();
    assertThat(joined.glance().leader()).isTrue();
    assertThat(elections.first().glance().leader()).isTrue();
  }

  @Test
  void whoeverJoinsAnUnhealthyApplicationIsUnhealthy() {
    elections.healthy(false);

    Election joined = elections.join("ant", US);
    pass();

    assertThat(joined.glance().healthy()).isFalse();
    assertThat(joined.glance().leader()).isFalse();
  }

  @Test
  void aPriorityCountsForThoseThatJoinLater() {
    elections.priority(70);

    assertThat(elections.usualTerms().priority()).isEqualTo(70);
    pass();
    assertThat(Objects.requireNonNull(elections.find("bills")).candidate().priority())
        .isEqualTo(70);
  }

  @Test
  void whatWasNotGivenBackIsLeftBehindForTheRestOfTheLease() {
    hooks.holds = true;
    elections.pauseAll(LostReason.SHUTDOWN);
    time.advance(Duration.ofSeconds(11));

    assertThat(elections.leftBehind()).containsOnlyKeys("orders", "bills");
    assertThat(elections.leftBehind().values()).allMatch(millis -> millis > 0 && millis <= 10_000);

    time.advance(Duration.ofSeconds(30));
    assertThat(elections.leftBehind()).isEmpty();
  }

  private void pass() {
    time.advance(Duration.ofMillis(200));
  }

  /** An application that acknowledges a loss at once, or when the test says so. */
  private static final class Slow implements Hooks {
    boolean holds;
    private final List<CompletableFuture<Boolean>> held = new ArrayList<>();

    void letGo() {
      held.forEach(answer -> answer.complete(true));
    }

    @Override
    public boolean gates() {
      return false;
    }

    @Override
    public boolean confirmsLoss() {
      return true;
    }

    @Override
    public CompletionStage<Boolean> acquired(String election, long token) {
      return CompletableFuture.completedStage(true);
    }

    @Override
    public CompletionStage<Boolean> lost(String election, long token, LostReason reason) {
      var answer = new CompletableFuture<Boolean>();
      if (holds) {
        held.add(answer);
      } else {
        answer.complete(true);
      }
      return answer;
    }
  }
}
