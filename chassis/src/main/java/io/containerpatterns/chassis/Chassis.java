package io.containerpatterns.chassis;

import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.metrics.Metrics;
import java.time.InstantSource;

/**
 * What the process gives to the service inside it.
 *
 * @param ticker monotonic time
 * @param clock dates
 * @param metrics where the service counts
 * @param network statistics per listener and upstream, shown at {@code /network}
 * @param lifecycle the state of the process; the service may ask it to drain, resume or stop
 */
public record Chassis(
    Ticker ticker, InstantSource clock, Metrics metrics, Network network, Lifecycle lifecycle) {}
