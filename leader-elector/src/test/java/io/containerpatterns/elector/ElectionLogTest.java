package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.log.CapturedLog;
import io.containerpatterns.elector.election.Candidate;
import io.containerpatterns.elector.election.Elections;
import io.containerpatterns.elector.election.Hooks;
import io.containerpatterns.elector.election.Listener.Event;
import io.containerpatterns.elector.election.ManualLoop;
import io.containerpatterns.elector.election.Status;
import io.containerpatterns.elector.election.Status.LostReason;
import io.containerpatterns.elector.election.Status.State;
import io.containerpatterns.elector.election.VirtualClocks;
import io.containerpatterns.elector.election.VirtualTime;
import io.containerpatterns.elector.lease.FakeLeaseStore;
import io.containerpatterns.elector.lease.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ElectionLogTest {
  private final VirtualTime time = new VirtualTime();
  private final VirtualClocks clocks = new VirtualClocks(time);
  private final ManualLoop loop = new ManualLoop(time, clocks);
  private final Tally tally = new Tally(clocks);
  private final ElectionLog log = new ElectionLog(loop, tally);
  private final CapturedLog captured = CapturedLog.of(ElectionLog.class);

  @AfterEach
  void close() {
    captured.close();
  }

  @Test
  void theLifeOfATermIsOneLinePerStep() {
    log.happened(Event.ACQUIRED, status("orders", State.LEADING, null, true));
    log.happened(
        Event.STEPPING_DOWN, status("orders", State.STEPPING_DOWN, LostReason.SHUTDOWN, true));
    log.happened(Event.LOST, status("orders", State.FOLLOWING, LostReason.SHUTDOWN, true));
    log.happened(Event.LEADER, status("orders", State.FOLLOWING, LostReason.SHUTDOWN, true));
    log.happened(Event.CHANGED, status("orders", State.FOLLOWING, LostReason.SHUTDOWN, true));

    assertThat(captured.lines())
        .containsExactly(
            "INFO  elector.ElectionLog: leading election=orders token=7",
            "INFO  elector.ElectionLog: stepping down election=orders reason=shutdown",
            "INFO  elector.ElectionLog: leading no more election=orders reason=shutdown",
            "INFO  elector.ElectionLog: following election=orders leader=orders-1");
  }

  @Test
  void aThousandChangesOfOneMomentAreTwentyLinesAndASum() {
    for (int i = 0; i < 1_000; i++) {
      log.happened(Event.ACQUIRED, status("e-" + i, State.LEADING, null, true));
    }
    time.advance(Duration.ofSeconds(1));

    assertThat(captured.lines()).hasSize(21);
    assertThat(captured.lines().getLast())
        .isEqualTo("INFO  elector.ElectionLog: more elections changed acquired=980");
  }

  @Test
  void afterASecondLinesAreWrittenAgain() {
    for (int i = 0; i < 21; i++) {
      log.happened(Event.ACQUIRED, status("e-" + i, State.LEADING, null, true));
    }
    time.advance(Duration.ofSeconds(1));
    log.happened(Event.ACQUIRED, status("orders", State.LEADING, null, true));

    assertThat(captured.lines().getLast())
        .isEqualTo("INFO  elector.ElectionLog: leading election=orders token=7");
  }

  @Test
  void aSilentStoreIsToldOnceForAllElectionsAndSoIsItsReturn() {
    join("e-0", "e-1", "e-2");
    for (int i = 0; i < 3; i++) {
      store("e-" + i, false);
    }
    time.advance(Duration.ofSeconds(10));
    for (int i = 0; i < 3; i++) {
      store("e-" + i, true);
    }

    assertThat(captured.lines())
        .containsExactly(
            "WARN  elector.ElectionLog: store does not answer silentFor=3 elections=3 action=\"ask"
                + " again; whoever leads does so until its lease ends\"",
            "INFO  elector.ElectionLog: store answers again");
  }

  @Test
  void oneSlowAnswerOfTheStoreIsNotWorthALine() {
    join("orders");
    store("orders", false);
    time.advance(Duration.ofMillis(300));
    store("orders", true);
    time.advance(Duration.ofSeconds(10));

    assertThat(captured.lines()).isEmpty();
  }

  private void store(String election, boolean ok) {
    Status status = status(election, State.FOLLOWING, null, ok);
    tally.happened(Event.STORE, status);
    log.happened(Event.STORE, status);
  }

  private void join(String... names) {
    var elections =
        new Elections(
            List.of(names),
            "fake",
            true,
            loop,
            clocks,
            new Random(1),
            Hooks.NONE,
            (event, status) -> {},
            tally);
    elections.start(
        new FakeLeaseStore(),
        new Candidate(
            "orders-0",
            "boot",
            Duration.ofSeconds(10),
            Candidate.Mode.AUTO,
            0,
            false,
            Duration.ZERO,
            Duration.ZERO,
            Map.of()));
  }

  private static Status status(
      String election, State state, @Nullable LostReason reason, boolean storeOk) {
    boolean leader = state == State.LEADING;
    return new Status(
        election,
        "orders-0",
        state,
        leader,
        leader ? 7 : 0,
        leader ? 9_000 : 0,
        10_000,
        leader ? "orders-0" : "orders-1",
        Map.of(),
        0,
        Candidate.Mode.AUTO,
        true,
        0,
        1,
        1,
        LeaseStore.Guarantee.EXCLUSIVE,
        storeOk,
        reason);
  }
}
