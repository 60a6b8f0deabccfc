package io.containerpatterns.chassis.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The only class that knows which library turns metrics into Prometheus' text; replacing that
 * library is one file.
 */
final class PrometheusText {
  private final CollectorRegistry collectors = new CollectorRegistry();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, collectors, io.micrometer.core.instrument.Clock.SYSTEM);

  MeterRegistry registry() {
    return registry;
  }

  /** The name that a scrape shows, suffixes included. */
  String nameOf(Metrics.Declared declared) {
    @Nullable String unit = declared.unit().isEmpty() ? null : declared.unit();
    return registry.config().namingConvention().name(declared.name(), declared.type(), unit);
  }

  /** The text format 0.0.4, or OpenMetrics 1.0 for those who accept it. */
  Metrics.Exposition render(@Nullable String accept) {
    String contentType = TextFormat.chooseContentType(accept);
    StringWriter text = new StringWriter(8_192);
    try {
      TextFormat.writeFormat(contentType, text, collectors.metricFamilySamples());
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return new Metrics.Exposition(contentType, text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
