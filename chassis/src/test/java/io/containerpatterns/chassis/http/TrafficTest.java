package io.containerpatterns.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong time = new AtomicLong();
  private final Network network = new Network(time::get);

  @Test
  void aNameStandsForTheSameTrafficEachTime() {
    network.listener("api").opened();
    network.listener("api").opened();
    network.listener("api").closed();

    Traffic.Snapshot api = network.listeners().getFirst();
    assertThat(api.accepted()).isEqualTo(2);
    assertThat(api.open()).isEqualTo(1);
    assertThat(network.upstreams()).isEmpty();
  }

  @Test
  void quantilesAreOfWhatWasMeasured() {
    Traffic traffic = network.listener("api");
    for (int i = 1; i <= 1000; i++) {
      traffic.latency(i * 1_000_000L);
    }

    Traffic.Latency latency = traffic.snapshot().latency();

    assertThat(latency.count()).isEqualTo(1000);
    assertThat(latency.p50Micros()).isBetween(495_000L, 505_000L);
    assertThat(latency.p99Micros()).isBetween(980_000L, 1_000_000L);
    assertThat(latency.maxMicros()).isBetween(1_000_000L, 1_010_000L);
  }

  @Test
  void quantilesForgetWhatIsMinutesAgo() {
    Traffic traffic = network.listener("api");
    traffic.latency(SECOND);
    time.addAndGet(61 * SECOND);
    assertThat(traffic.snapshot().latency().count()).as("the window just turned").isEqualTo(1);
    time.addAndGet(61 * SECOND);
    assertThat(traffic.snapshot().latency().count()).as("the window before").isEqualTo(1);

    assertThat(traffic.snapshot().latency().count()).isZero();
  }
}
