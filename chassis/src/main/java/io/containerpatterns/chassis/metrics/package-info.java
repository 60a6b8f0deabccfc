/**
 * What a process counts, declared once with its meaning.
 *
 * <pre>
 *   XMetrics --> Metrics --> Family --> Micrometer --> PrometheusText --> scrape
 *                  |  '----> Flow (in = out + failed + dropped + held)
 *                  '-------> MetricsHelp (README)
 * </pre>
 *
 * Read in this order: Metrics, Family, Level, Flow, MetricsHelp, Machine, PrometheusText.
 */
@NullMarked
package io.containerpatterns.chassis.metrics;

import org.jspecify.annotations.NullMarked;
