package io.containerpatterns.chassis;

import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.http.Route;
import io.containerpatterns.chassis.log.LogRing;
import io.containerpatterns.chassis.log.Loggers;
import io.containerpatterns.chassis.metrics.Metrics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Everything of one process that its management port shows and steers.
 *
 * @param startedAt when the process began
 * @param configuration the settings in force; {@code configuration().process().management()} is how
 *     the port behaves
 * @param routes what the image shows beside what every image shows
 * @param load how much work the service holds
 * @param environment for what an orchestrator tells about the pod
 */
public record Managed(
    Image<?> image,
    Version version,
    Instant startedAt,
    Configuration<?> configuration,
    Lifecycle lifecycle,
    Probes probes,
    Checkpoints checkpoints,
    List<Route> routes,
    Supplier<Load> load,
    Metrics metrics,
    Network network,
    Loggers loggers,
    LogRing logs,
    Map<String, String> environment,
    Ticker ticker,
    InstantSource clock) {}
