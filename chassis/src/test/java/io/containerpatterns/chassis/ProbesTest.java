package io.containerpatterns.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.Probes.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProbesTest {
  private static final Check UP = Check.of("bear", Health.UP);
  private static final Check DEGRADED =
      Check.of("store", new Health.Degraded("it does not answer"));
  private static final Check DOWN = Check.of("bear", new Health.Down("no honey"));

  private final ManualTicker ticker = new ManualTicker();
  private final Lifecycle lifecycle =
      new Lifecycle(ticker, ticker.clock(), () -> Duration.ofSeconds(30));
  private final Probes probes = new Probes(lifecycle);

  @Test
  void notReadyBeforeTheStartAndTheReasonIsTheState() {
    assertThat(probes.ready()).isEqualTo(new Answer(false, State.STARTING, List.of()));
    assertThat(probes.ready().reasons()).containsExactly("state: STARTING");
  }

  @Test
  void aDegradedCheckLeavesUsReady() {
    probes.ability(() -> List.of(UP, DEGRADED));

    lifecycle.started();

    assertThat(probes.ready()).isEqualTo(new Answer(true, State.READY, List.of(UP, DEGRADED)));
    assertThat(probes.ready().reasons()).isEmpty();
  }

  @Test
  void aDownCheckMakesUsUnreadyButNotUnlive() {
    probes.ability(() -> List.of(DOWN));
    lifecycle.started();

    assertThat(probes.ready().yes()).isFalse();
    assertThat(probes.ready().reasons()).containsExactly("bear: no honey");
    assertThat(probes.live().yes()).isTrue();
  }

  @Test
  void onlyAVitalCheckMakesUsUnlive() {
    probes.vital(() -> Check.of("loop-1", new Health.Down("stood still for 12s")));

    assertThat(probes.live().yes()).isFalse();
    assertThat(probes.live().reasons()).containsExactly("loop-1: stood still for 12s");
  }

  @Test
  void onceStartedAlwaysStarted() {
    assertThat(probes.started().yes()).isFalse();

    lifecycle.started();
    lifecycle.stop("SIGTERM");

    assertThat(probes.started().yes()).isTrue();
  }
}
