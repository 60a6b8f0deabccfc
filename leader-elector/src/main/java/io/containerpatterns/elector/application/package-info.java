/**
 * What the elector says to the application beside it and asks of it. Both are bounded: a hook that
 * is not answered is given up when the drain time has passed, a look at its health after half a
 * second.
 *
 * <pre>
 *   election --> HttpHooks ----.                          POST /lead, POST /stop
 *                              +--> Application --> application
 *   Elections.healthy          |                          GET /healthz
 *        ^                     |
 *        '--- HealthGate &lt;-- HealthProbes --> a file
 * </pre>
 *
 * <p>Read: {@link io.containerpatterns.elector.application.Hook} and {@link
 * io.containerpatterns.elector.application.HttpHooks}; {@link
 * io.containerpatterns.elector.application.HealthCheck}, {@link
 * io.containerpatterns.elector.application.HealthGate} and {@link
 * io.containerpatterns.elector.application.HealthProbes}; {@link
 * io.containerpatterns.elector.application.Application}, the calls.
 *
 * <p>Not guaranteed: that the application hears of a change only once, or before the elector
 * answers others.
 */
@NullMarked
package io.containerpatterns.elector.application;

import org.jspecify.annotations.NullMarked;
