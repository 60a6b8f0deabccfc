/**
 * The management port, the same in every image: probes, metrics, a look inside, and the verbs of
 * the lifecycle.
 *
 * <pre>
 *   socket -> HttpServer -> Access (loopback, token) -> one class per group of endpoints -> Lifecycle, Metrics, Log, JVM
 *                                                             |
 *                                                             '-> Aside: whatever blocks, on a virtual thread, so many at once
 *   once a second: Heartbeat to every event loop, Token read again; each tenth time Vitals looks for deadlocks
 * </pre>
 *
 * Read {@code ManagementServer} (the list of endpoints), {@code Access}, {@code Aside}, then the
 * group you came for: {@code ProbeEndpoints} with {@code Vitals}, {@code MetricsEndpoint} with
 * {@code NetworkMetrics}, {@code ConfigEndpoints}, {@code ThreadsEndpoint}, {@code
 * ProfileEndpoints} with {@code Recorder} and {@code Contention}, {@code NetworkEndpoint}, {@code
 * HeapEndpoints} with {@code HeapClass}, {@code LoggerEndpoints}, {@code LogEndpoint} with {@code
 * LogFollower}, {@code LifecycleEndpoints}, {@code CheckpointEndpoints}, {@code InfoEndpoints}.
 *
 * <p>Not guaranteed: that a recording or a dump leaves the rest of the process at full speed; both
 * are made only while somebody asks. There is no TLS here: the port is for the pod and its node,
 * and a token crosses the wire as it is.
 */
@NullMarked
package io.containerpatterns.chassis.management;

import org.jspecify.annotations.NullMarked;
