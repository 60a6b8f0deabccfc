package io.containerpatterns.elector.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BundlesTest {
  private final ManualTicker ticker = new ManualTicker();
  private final List<List<Integer>> sent = new ArrayList<>();
  private final List<CompletableFuture<List<Integer>>> calls = new ArrayList<>();
  private final Bundles<Integer, Integer> bundles =
      new Bundles<>(
          ticker,
          Duration.ofSeconds(1),
          questions -> {
            sent.add(questions);
            var call = new CompletableFuture<List<Integer>>();
            calls.add(call);
            return call;
          });

  @Test
  void oneAloneLeavesAtOnce() {
    var answer = bundles.ask(1, 100, false);

    assertThat(sent).containsExactly(List.of(1));
    calls.getFirst().complete(List.of(10));
    assertThat(answer).isCompletedWithValue(10);
  }

  @Test
  void whatWaitsForTwoCallsGoesTogether() {
    List<CompletableFuture<Integer>> answers = ask(1, 2, 3, 4, 5);

    calls.getFirst().complete(List.of(10));

    assertThat(sent).containsExactly(List.of(1), List.of(2), List.of(3, 4, 5));
    calls.getLast().complete(List.of(30, 40, 50));
    assertThat(answers.get(4)).isCompletedWithValue(50);
    assertThat(answers.get(1)).isNotDone();
  }

  @Test
  void aBundleHasABoundInNumberAndInBytes() {
    bundles.ask(0, 0, false);
    bundles.ask(0, 0, false);
    IntStream.range(0, 100).forEach(i -> bundles.ask(i, 1, false));
    calls.get(0).complete(List.of(0));
    assertThat(sent.getLast()).hasSize(64);
    calls.get(1).complete(List.of(0));
    assertThat(sent.getLast()).hasSize(36);

    IntStream.range(0, 4).forEach(i -> bundles.ask(i, 100 * 1024, false));
    calls.get(2).complete(IntStream.range(0, 64).boxed().toList());

    assertThat(sent.getLast()).containsExactly(0, 1);
  }

  @Test
  void oneThatMustBeAloneSharesACallWithNobody() {
    ask(1, 2, 3);
    bundles.ask(4, 0, true);
    bundles.ask(5, 0, false);

    for (int i = 0; i < 3; i++) {
      calls.get(i).complete(List.of(0));
    }

    assertThat(sent).containsExactly(List.of(1), List.of(2), List.of(3), List.of(4), List.of(5));
  }

  @Test
  void aFailureIsEverybodysInTheBundle() {
    List<CompletableFuture<Integer>> answers = ask(1, 2, 3, 4);
    calls.getFirst().complete(List.of(10));

    calls.getLast().completeExceptionally(new EtcdFailure(EtcdFailure.Kind.UNKNOWN, "gone"));

    assertThat(answers.get(2)).isCompletedExceptionally();
    assertThat(answers.get(3)).isCompletedExceptionally();
    assertThat(answers.get(1)).isNotDone();
  }

  @Test
  void whatWaitedTooLongIsNotSentAnyMore() {
    List<CompletableFuture<Integer>> answers = ask(1, 2, 3);
    ticker.advance(Duration.ofSeconds(1));
    var late = bundles.ask(4, 0, false);

    calls.getFirst().complete(List.of(10));

    assertThat(answers.get(2)).isCompletedExceptionally();
    assertThat(sent).containsExactly(List.of(1), List.of(2), List.of(4));
    assertThat(late).isNotDone();
  }

  @Test
  void tenThousandThatFailAtOnceAreToldOneByOne() {
    var failing =
        new Bundles<Integer, Integer>(
            ticker,
            Duration.ofSeconds(1),
            questions ->
                CompletableFuture.failedFuture(
                    new EtcdFailure(EtcdFailure.Kind.REFUSED, "no token")));

    List<CompletableFuture<Integer>> answers =
        IntStream.range(0, 10_000).mapToObj(i -> failing.ask(i, 0, true)).toList();

    assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedExceptionally());
  }

  private List<CompletableFuture<Integer>> ask(Integer... questions) {
    return List.of(questions).stream().map(each -> bundles.ask(each, 0, false)).toList();
  }
}
