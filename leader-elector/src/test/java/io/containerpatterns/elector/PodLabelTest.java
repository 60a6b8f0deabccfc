package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.elector.PodLabel.Setting;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Feed;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.Status;
import io.containerpatterns.elector.election.ThreadLoop;
import io.containerpatterns.elector.lease.LeaseStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The label follows the election, and never the other way round. */
final class PodLabelTest {
  private static final Setting REMOVED =
      new Setting("role", "leader", Optional.empty(), "orders-0");

  private final ThreadLoop loop = new ThreadLoop("test");
  private final Feed feed = new Feed();
  private final Pod pod = new Pod();

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void whatAKilledPredecessorLeftBehindIsTakenAwayAtTheStart() {
    begin(REMOVED);

    pod.await("role=null");
  }

  @Test
  void itIsSetWhileWeLeadAndTakenAwayAfterwards() {
    begin(REMOVED);

    happens(true);
    pod.await("role=null", "role=leader");
    happens(false);
    pod.await("role=null", "role=leader", "role=null");
  }

  @Test
  void aFollowerMayHaveAValueOfItsOwn() {
    begin(new Setting("role", "leader", Optional.of("follower"), "orders-0"));

    happens(true);

    pod.await("role=follower", "role=leader");
  }

  @Test
  void anotherElectionIsNotItsBusiness() {
    begin(REMOVED);
    pod.await("role=null");

    loop.execute(() -> feed.happened(Event.ACQUIRED, status("bills", true)));
    happens(true);

    pod.await("role=null", "role=leader");
  }

  @Test
  void aFailureIsTriedAgainUntilTheLabelIsWhatItShouldBe() {
    pod.failures.set(2);
    begin(REMOVED);

    pod.await("role=null", "role=null", "role=null");
  }

  @Test
  void onlyTheNewestIsSaidOnceASlowPatchIsAnswered() {
    pod.hanging = new CompletableFuture<>();
    begin(REMOVED);
    pod.await("role=null");
    happens(true);
    happens(false);
    happens(true);

    pod.hanging.complete(null);

    pod.await("role=null", "role=leader");
  }

  @Test
  void aStopTakesItAwayEvenBehindAPatchThatFailsLate() {
    PodLabel label = begin(REMOVED);
    pod.await("role=null");
    happens(true);
    pod.await("role=null", "role=leader");

    label.close();

    assertThat(pod.said).containsExactly("role=null", "role=leader", "role=null");
    assertThat(pod.closed).isTrue();
  }

  @Test
  void aStopWaitsForNoServerThatIsSilent() {
    pod.hanging = new CompletableFuture<>();
    PodLabel label = begin(REMOVED);

    label.close();

    assertThat(pod.closed).isTrue();
  }

  private PodLabel begin(Setting setting) {
    return PodLabel.begin(setting, "orders", pod, loop, feed);
  }

  private void happens(boolean leads) {
    loop.execute(() -> feed.happened(leads ? Event.ACQUIRED : Event.LOST, status("orders", leads)));
  }

  private static Status status(String election, boolean leads) {
    return new Status(
        election,
        "orders-0",
        leads ? Status.State.LEADING : Status.State.FOLLOWING,
        leads,
        leads ? 7 : 0,
        leads ? 9000 : 0,
        10_000,
        null,
        Map.of(),
        0,
        Candidate.Mode.AUTO,
        true,
        0,
        1,
        0,
        LeaseStore.Guarantee.EXCLUSIVE,
        true,
        null);
  }

  /** A pod that notes what is said of it. */
  private static final class Pod implements PodLabel.Label {
    final List<String> said = new CopyOnWriteArrayList<>();
    final AtomicInteger failures = new AtomicInteger();
    volatile @Nullable CompletableFuture<Void> hanging;
    volatile boolean closed;

    @Override
    public CompletionStage<Void> set(String key, @Nullable String value) {
      said.add(key + "=" + value);
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return CompletableFuture.failedStage(new IllegalStateException("the server is away"));
      }
      CompletableFuture<Void> answer = hanging;
      return answer == null ? CompletableFuture.completedStage(null) : answer;
    }

    void await(String... all) {
      Await.until(() -> List.of(all) + " but " + said, () -> said.equals(List.of(all)));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
