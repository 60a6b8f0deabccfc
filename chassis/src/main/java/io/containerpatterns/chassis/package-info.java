/**
 * What every image is built on: the life of one process, told upwards by probes, metrics and logs,
 * and steered from above by settings, signals, a management port and a watched folder.
 *
 * <pre>
 *   environment, file --> Settings --> Configuration --> Image.assembly --> Service
 *                                            |                                 ^
 *   SIGTERM, SIGINT, SIGHUP --.              | reload                          | start, drain, resume,
 *   management port ----------+--> Lifecycle +---------> Life (one thread) ----' reload, priority, close
 *   DownwardFolder -----------'        |                   |
 *                                      v                   v
 *                            Probes, Metrics, Log      ExitCode
 * </pre>
 *
 * Read in this order: Image, Service, Chassis; Container, Command, Life, Lifecycle, ExitCode;
 * Configuration; Check, Health, Load, Probes, Checkpoints, Managed; DownwardFolder, Annotations,
 * Signals, ReadyWait; Ticker, Deadline, Backoff. Then the packages settings, log, metrics, http,
 * management.
 *
 * <p>Not guaranteed: that a service ends in time when it ignores its deadline. It is interrupted,
 * then the process ends with exit 75 and the work that was in it is lost.
 */
@NullMarked
package io.containerpatterns.chassis;

import org.jspecify.annotations.NullMarked;
