package io.containerpatterns.chassis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  enum Stage {
    DECODE
  }

  enum Reason {
    TOO_BIG,
    TIMED_OUT
  }

  private final Metrics metrics = new Metrics("toy");

  @Test
  void aCounterIsScrapedByItsPrometheusName() {
    metrics.counter("toy.calls", "calls answered", "call").with("become").increment(2);

    assertThat(scrape())
        .contains(
            """
            # HELP toy_calls_total calls answered
            # TYPE toy_calls_total counter
            toy_calls_total{call="become",} 2.0
            """);
  }

  @Test
  void levelsAreSetOrAskedFor() {
    metrics.level("toy.depth", "", "how deep").with().set(3);
    metrics.level("toy.age", "seconds", "how old", this, self -> 1.5);
    metrics.counter("toy.reads", "what another counts", this, self -> 7);

    assertThat(scrape())
        .contains("toy_depth 3.0\n", "toy_age_seconds 1.5\n", "toy_reads_total 7.0\n");
  }

  @Test
  void aTimerHasExactlyTheDeclaredBucketsInSeconds() {
    Duration[] buckets = {Duration.ofMillis(5), Duration.ofMillis(50)};
    metrics.timer("toy.wait", "time waited", buckets).with().record(Duration.ofMillis(10));

    assertThat(scrape())
        .contains(
            """
            # TYPE toy_wait_seconds histogram
            toy_wait_seconds_bucket{le="0.005",} 0.0
            toy_wait_seconds_bucket{le="0.05",} 1.0
            toy_wait_seconds_bucket{le="+Inf",} 1.0
            toy_wait_seconds_count 1.0
            toy_wait_seconds_sum 0.01
            """);
  }

  @Test
  void sizesHaveTheirBaseUnit() {
    metrics.sizes("toy.body", "bytes", "how big", new double[] {100, 1_000}).with().record(150);

    assertThat(scrape())
        .contains("toy_body_bytes_bucket{le=\"1000.0\",} 1.0\n", "toy_body_bytes_sum 150.0\n");
  }

  @Test
  void theSameDeclarationGivesTheSameFamilyAndAnotherIsRefused() {
    var first = metrics.counter("toy.calls", "calls answered", "call");

    assertThat(metrics.counter("toy.calls", "calls answered", "call")).isSameAs(first);
    assertThatThrownBy(() -> metrics.counter("toy.calls", "calls answered", "verb"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was declared before as");
  }

  @Test
  void aWrongNumberOfLabelValuesIsOurMistake() {
    var family = metrics.counter("toy.calls", "calls answered", "call");

    assertThatThrownBy(() -> family.with("a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("toy.calls has the labels [call], not [a, b]");
  }

  @Test
  void seriesBeyondTheLimitAreCountedAsOne() {
    var family = metrics.counter("toy.calls", "calls answered", "peer");
    for (int i = 0; i < 5_010; i++) {
      family.with("peer" + i).increment();
    }

    String text = scrape();
    assertThat(text.lines().filter(line -> line.startsWith("toy_calls_total{")).count())
        .isEqualTo(5_001);
    assertThat(text).contains("toy_calls_total{peer=\"other\",} 10.0");
  }

  @Test
  void whatCameInIsOutFailedDroppedOrHeld() {
    Flow flow = metrics.flow("growls", "kind");

    flow.in(10, "loud");
    flow.out(4, "loud");
    flow.failed(2, Stage.DECODE, Reason.TOO_BIG);
    flow.dropped(Reason.TIMED_OUT);

    assertThat(scrape())
        .contains(
            "toy_in_total{kind=\"loud\",} 10.0\n",
            "toy_out_total{kind=\"loud\",} 4.0\n",
            "toy_failed_total{reason=\"too_big\",stage=\"decode\",} 2.0\n",
            "toy_dropped_total{reason=\"timed_out\",} 1.0\n",
            "toy_held 3.0\n");
  }

  @Test
  void theFormatFollowsTheAcceptHeader() {
    metrics.counter("toy.calls", "calls answered").with().increment();

    Metrics.Exposition plain = metrics.scrape(null);
    Metrics.Exposition open =
        metrics.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

    assertThat(plain.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(open.contentType())
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(new String(open.body(), StandardCharsets.UTF_8)).endsWith("# EOF\n");
  }

  @Test
  void jvmAndProcessComeWithTheFirstScrapeByStandardNames() {
    assertThat(scrape())
        .contains(
            "jvm_memory_used_bytes{area=\"heap\"",
            "jvm_threads_live_threads ",
            "process_cpu_seconds_total ",
            "process_resident_memory_bytes ",
            "process_start_time_seconds ",
            "process_open_fds ");
  }

  @Test
  void theTableNamesWhatAScrapeShows() {
    metrics.counter("toy.calls", "calls | answered", "call", "status");
    metrics.timer("toy.wait", "time waited", new Duration[] {Duration.ofSeconds(1)});
    metrics.level("toy.depth", "bytes", "how deep");

    assertThat(MetricsHelp.markdown(metrics))
        .isEqualTo(
            """
            | metric | type | labels | meaning |
            |---|---|---|---|
            | `toy_calls_total` | counter | `call`, `status` | calls \\| answered |
            | `toy_wait_seconds` | histogram |  | time waited |
            | `toy_depth_bytes` | gauge |  | how deep |
            """);
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
  }
}
