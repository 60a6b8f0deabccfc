package io.containerpatterns.elector.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.containerpatterns.chassis.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LanesTest {
  private final ManualTicker ticker = new ManualTicker();
  private final Lanes lanes = new Lanes(1, Duration.ofSeconds(1), ticker);
  private final List<String> begun = new ArrayList<>();
  private final CompletableFuture<String> first = new CompletableFuture<>();

  @Test
  void aCallThatFindsNoLaneHasNotBegun() {
    ask("first", false, first);
    ask("second", false, new CompletableFuture<>());

    assertThat(begun).containsExactly("first");

    first.complete("done");

    assertThat(begun).containsExactly("first", "second");
  }

  @Test
  void theElectionsThatWeLeadComeFirst() {
    ask("first", false, first);
    ask("follower", false, new CompletableFuture<>());
    ask("leader", true, new CompletableFuture<>());

    first.complete("done");

    assertThat(begun).containsExactly("first", "leader");
  }

  @Test
  void whereThoseThatWeLeadWaitNoOthersAreAdded() {
    var two = new Lanes(2, Duration.ofSeconds(1), ticker);
    var leading = new CompletableFuture<String>();
    two.ask(false, () -> first);
    two.ask(false, CompletableFuture<String>::new);
    two.ask(true, () -> leading);
    CompletableFuture<String> other =
        two.ask(false, () -> CompletableFuture.completedFuture("answer"));
    ticker.advance(Duration.ofMillis(200));

    first.complete("done");
    leading.complete("renewed");

    assertThat(other).isNotDone();
  }

  @Test
  void whatHasWaitedTooLongIsNotSent() {
    ask("first", false, first);
    CompletableFuture<String> late = ask("late", false, new CompletableFuture<>());
    ticker.advance(Duration.ofMillis(1001));
    ask("inTime", false, new CompletableFuture<>());

    first.complete("done");

    assertThat(begun).containsExactly("first", "inTime");
    assertThatThrownBy(late::join)
        .hasRootCauseMessage(
            "earlier calls to the API server took longer than 1000 ms, this one was not sent");
  }

  @Test
  void aCallThatFailsFreesItsLane() {
    ask("first", false, first);
    CompletableFuture<String> second =
        ask("second", false, CompletableFuture.completedFuture("answer"));

    first.completeExceptionally(new IllegalStateException("broken"));

    assertThat(second).isCompletedWithValue("answer");
  }

  @Test
  void tenThousandThatFailAtOnceNeedNoDeepStack() {
    ask("first", false, first);
    var all = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 10_000; i++) {
      all.add(ask("next", false, CompletableFuture.failedFuture(new IllegalStateException("no"))));
    }

    first.complete("done");

    assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
  }

  private CompletableFuture<String> ask(
      String name, boolean leads, CompletableFuture<String> answer) {
    return lanes.ask(
        leads,
        () -> {
          begun.add(name);
          return answer;
        });
  }
}
