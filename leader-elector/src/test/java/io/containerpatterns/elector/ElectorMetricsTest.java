package io.containerpatterns.elector;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.elector.application.HttpHooks;
import io.containerpatterns.elector.election.SystemClocks;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ElectorMetricsTest {
  @Test
  void whatAHookTookIsCountedByItsKindAndEnd() {
    var metrics = new Metrics("elector");
    var counting = ElectorMetrics.of(metrics, new Tally(SystemClocks.open()));

    counting.hook(HttpHooks.Kind.LOST, true, TimeUnit.MILLISECONDS.toNanos(250));

    assertThat(new String(metrics.scrape(null).body(), StandardCharsets.UTF_8))
        .contains(
            "elector_hook_seconds_count{acknowledged=\"true\",hook=\"lost\",} 1.0",
            "elector_hook_seconds_sum{acknowledged=\"true\",hook=\"lost\",} 0.25");
  }
}
