package io.containerpatterns.chassis;

import io.containerpatterns.chassis.Lifecycle.Stop;
import io.containerpatterns.chassis.http.Network;
import io.containerpatterns.chassis.log.Log;
import io.containerpatterns.chassis.log.LogOutput;
import io.containerpatterns.chassis.metrics.Metrics;
import io.containerpatterns.chassis.settings.InvalidSettings;
import io.containerpatterns.chassis.settings.Problem;
import io.containerpatterns.chassis.settings.SettingValue;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The life of one process that serves, from its settings to its exit code.
 *
 * <pre>
 *   assemble -> management port -> start -> READY -> turns ... stop -> drain -> checkpoint -> close -> port closed
 *                                             ^        |
 *                                             '--------'  drain, resume, reload, priority
 * </pre>
 *
 * One thread, the one that calls {@link #live}, makes every call into the service.
 */
final class Life<C> {
  private static final Log log = Log.of(Container.class);

  /** How long closing may take when nothing is left of the grace period. */
  private static final Duration CLOSE = Duration.ofMillis(1_500);

  /** How much later than it may a stop is given up; still before SIGKILL comes. */
  private static final Duration GIVE_UP = Duration.ofMillis(1_900);

  private static final Duration OVERDUE = Duration.ofMillis(250);
  private static final Duration DOWNWARD_POLL = Duration.ofSeconds(10);

  private final Image<C> image;
  private final Configuration<C> configuration;
  private final Host host;
  private final LogOutput output;
  private final ManagementPort.Opening opening;
  private final Instant startedAt;
  private final long startedNanos;
  private final Lifecycle lifecycle;
  private final Metrics metrics;
  private final SelfMetrics self;
  private final Network network;

  Life(
      Image<C> image,
      Configuration<C> configuration,
      Host host,
      LogOutput output,
      ManagementPort.Opening opening) {
    this.image = image;
    this.configuration = configuration;
    this.host = host;
    this.output = output;
    this.opening = opening;
    startedAt = host.clock().instant();
    startedNanos = host.ticker().nanos();
    lifecycle =
        new Lifecycle(
            host.ticker(), host.clock(), () -> configuration.process().terminationGrace());
    metrics = new Metrics(image.noun());
    image.metrics().accept(metrics);
    self = new SelfMetrics(metrics);
    self.follow(lifecycle, configuration);
    network = new Network(host.ticker());
  }

  /**
   * Lives it.
   *
   * @throws InvalidSettings when what a setting points to cannot be used
   * @throws UpstreamMissing when what is required does not answer
   */
  ExitCode live() throws IOException {
    tellSettings();
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
    host.signals().accept("TERM", () -> terminate("SIGTERM"));
    host.signals().accept("INT", () -> terminate("SIGINT"));
    host.signals().accept("HUP", this::reloadAside);
    Service<C> service = assemble();
    Probes probes = new Probes(lifecycle);
    probes.ability(service::checks);
    probes.ability(() -> List.of(configurationCheck()));
    Checkpoints checkpoints = new Checkpoints(service.checkpoint(), host.clock());
    configuration.takenOverBy((next, accepted) -> takeOver(service, next, accepted));
    ManagementPort port = openPort(service, probes, checkpoints);
    try {
      return serve(service, checkpoints);
    } finally {
      port.close();
    }
  }

  private Service<C> assemble() {
    var chassis = new Chassis(host.ticker(), host.clock(), metrics, network, lifecycle);
    return image.assembly().assemble(configuration.own(), chassis);
  }

  private ManagementPort openPort(Service<C> service, Probes probes, Checkpoints checkpoints)
      throws IOException {
    var managed =
        new Managed(
            image,
            Version.current(),
            startedAt,
            configuration,
            lifecycle,
            probes,
            checkpoints,
            service.routes(),
            service::load,
            metrics,
            network,
            output.loggers(),
            output.ring(),
            host.environment(),
            host.ticker(),
            host.clock());
    try {
      ManagementPort port = opening.open(managed);
      log.info("listening", "listener", "management", "address", port.address());
      return port;
    } catch (BindException e) {
      throw cannotListen("MANAGEMENT_LISTEN", e);
    }
  }

  private ExitCode serve(Service<C> service, Checkpoints checkpoints) throws IOException {
    try {
      if (start(service)) {
        work(service);
      }
    } catch (Throwable e) {
      lifecycle.fail(String.valueOf(e.getMessage()));
      lifecycle.stopping();
      giveBack(service, Deadline.in(CLOSE, host.ticker()));
      throw e;
    }
    return end(service, checkpoints);
  }

  /** False when a stop came before the service was ready. */
  private boolean start(Service<C> service) throws IOException {
    var failure = new AtomicReference<IOException>();
    boolean whole =
        lifecycle.call(() -> {
          try {
            service.start();
          } catch (IOException e) {
            failure.set(e);
          }
        });
    IOException e = failure.get();
    if (e instanceof BindException taken) {
      throw cannotListen(image.prefix() + "LISTEN", taken);
    }
    if (e != null) {
      throw e;
    }
    if (!whole || !lifecycle.started()) {
      return false;
    }
    log.info("ready", "afterMs", (host.ticker().nanos() - startedNanos) / 1_000_000);
    return true;
  }

  private void work(Service<C> service) throws IOException {
    Optional<DownwardFolder> downward = followDownwardFolder();
    try {
      boolean going = true;
      while (going) {
        going = turn(service);
      }
    } catch (InterruptedException e) {
      // Nobody but us has this thread, so somebody ended us in a way that we do not know.
      lifecycle.stop("interrupted");
    } finally {
      if (downward.isPresent()) {
        downward.get().close();
      }
    }
  }

  private Optional<DownwardFolder> followDownwardFolder() throws IOException {
    var folder = configuration.process().management().downwardDir();
    return folder.isEmpty()
        ? Optional.empty()
        : Optional.of(
            DownwardFolder.follow(folder.get(), DOWNWARD_POLL, lifecycle, output.loggers()));
  }

  /** Makes one call into the service; false when it is time to end. */
  private boolean turn(Service<C> service) throws InterruptedException {
    switch (lifecycle.next()) {
      case Turn.Stop stop -> {
        return false;
      }
      case Turn.Drain(Deadline deadline) -> {
        log.info("draining", "reason", lifecycle.status().reason(), "within", deadline.left());
        drain(service, deadline);
      }
      case Turn.Resume resume -> {
        service.resume();
        log.info("resumed", "reason", lifecycle.status().reason());
      }
      case Turn.Priority(int priority) -> {
        service.priority(priority);
        log.info("priority changed", "priority", priority);
      }
      case Turn.Run(Turn.Errand errand) -> errand.run();
    }
    return true;
  }

  /** Others still send us work for a while after we became unready; only then is it refused. */
  private boolean drain(Service<C> service, Deadline deadline) {
    Duration delay = configuration.process().management().drainDelay();
    boolean whole =
        lifecycle.call(() -> {
          if (!delay.isZero()) {
            Duration wait = deadline.atMost(delay).left();
            // Counts down for nobody: a wait that a later step can cut short.
            new CountDownLatch(1).await(wait.toNanos(), TimeUnit.NANOSECONDS);
          }
          service.drain(deadline);
        });
    if (deadline.passed()) {
      self.overdue("drain");
      log.warn("drain did not end in time", "held", service.load());
    }
    return whole;
  }

  private ExitCode end(Service<C> service, Checkpoints checkpoints) {
    Stop stop = lifecycle.stopCause().orElseThrow();
    lifecycle.ending();
    log.info("stopping", "reason", stop.reason(), "within", stop.deadline().left());
    Thread watchdog = Thread.ofVirtual().name("stop-watchdog").start(() -> watch(stop.deadline()));
    try {
      if (stop.exit() == ExitCode.OK) {
        drain(service, stop.deadline());
        if (stop.checkpoint() && checkpoints.supported()) {
          saveToBeFetched(checkpoints, stop.deadline());
        }
      }
      lifecycle.stopping();
      // Asked again: the stop may have been hurried meanwhile.
      Stop last = lifecycle.stopCause().orElse(stop);
      Deadline close = Deadline.in(last.deadline().left().plus(CLOSE), host.ticker());
      return exitCode(last, giveBack(service, close));
    } finally {
      watchdog.interrupt();
    }
  }

  private ExitCode exitCode(Stop stop, Optional<String> leftBehind) {
    if (leftBehind.isPresent()) {
      log.error("stopped with work left behind", "left", leftBehind.get());
    } else {
      log.info("stopped", "reason", stop.reason());
    }
    boolean lost = stop.exit() == ExitCode.OK && leftBehind.isPresent();
    return lost ? ExitCode.WORK_LEFT_BEHIND : stop.exit();
  }

  private Optional<String> giveBack(Service<C> service, Deadline deadline) {
    var left = new AtomicReference<Optional<String>>(Optional.of("closing was cut short"));
    lifecycle.callAtLast(() -> left.set(service.close(deadline)));
    return left.get();
  }

  private void saveToBeFetched(Checkpoints checkpoints, Deadline deadline) {
    lifecycle.call(() -> {
      try {
        Checkpoints.Saved saved = checkpoints.save();
        log.info("checkpoint saved", "id", saved.id(), "bytes", saved.bytes().length);
        if (!checkpoints.awaitFetch(deadline.left())) {
          log.warn("checkpoint was not fetched in time", "id", saved.id());
        }
      } catch (IOException e) {
        log.error("checkpoint not saved", "cause", e);
      }
    });
  }

  /**
   * A step that ignores its deadline is interrupted, and in the end left alone: SIGKILL would tell
   * nobody why.
   */
  private void watch(Deadline deadline) {
    try {
      TimeUnit.NANOSECONDS.sleep(deadline.left().plus(OVERDUE).toNanos());
      lifecycle.hurry();
      TimeUnit.NANOSECONDS.sleep(GIVE_UP.minus(OVERDUE).toNanos());
      self.overdue("close");
      log.error("stop did not end in time, gave up", "state", lifecycle.state());
      host.halt().now(ExitCode.WORK_LEFT_BEHIND);
    } catch (InterruptedException e) {
      log.trace("ended in time");
    }
  }

  private Optional<String> takeOver(
      Service<C> service, Configuration.Generation<C> next, Runnable accepted)
      throws InterruptedException {
    var takeover =
        new Takeover(() -> {
          service.reload(next.own());
          output.loggers().configure(next.process().logLevel());
          accepted.run();
        });
    lifecycle.submit(takeover);
    return takeover.await();
  }

  private Check configurationCheck() {
    Optional<Configuration.Reload> last = configuration.lastReload();
    boolean refused = last.isPresent() && !(last.get() instanceof Configuration.Reload.Applied);
    return Check.of(
        "config",
        refused
            ? new Health.Degraded(
                "the last reload was refused, the settings before it are in force")
            : Health.UP);
  }

  private void terminate(String signal) {
    if (lifecycle.stopCause().isPresent()) {
      log.warn("second signal, skipping the waits", "signal", signal);
      lifecycle.hurry();
    } else {
      lifecycle.stop(signal);
    }
  }

  private void reloadAside() {
    Thread.ofVirtual()
        .name("reload")
        .start(() -> {
          try {
            configuration.reload();
          } catch (InterruptedException e) {
            log.debug("reload interrupted");
          }
        });
  }

  private void uncaught(Thread thread, Throwable error) {
    log.error("uncaught error, the process ends", "thread", thread.getName(), "cause", error);
    if (error instanceof VirtualMachineError) {
      // Out of memory or stack: every further step may fail the same way.
      host.halt().now(ExitCode.INTERNAL_ERROR);
    }
    lifecycle.fail("uncaught error in thread " + thread.getName());
  }

  private void tellSettings() {
    log.info(
        "starting",
        "image",
        image.name(),
        "version",
        Version.current(),
        "pid",
        ProcessHandle.current().pid());
    for (SettingValue value : configuration.values()) {
      log.info("setting", value.name(), value.shown(), "origin", value.origin());
    }
  }

  private InvalidSettings cannotListen(String setting, BindException e) {
    String address = "";
    for (SettingValue value : configuration.values()) {
      if (value.name().equals(setting)) {
        address = value.shown();
      }
    }
    String reason = String.valueOf(e.getMessage());
    return new InvalidSettings(
        new Problem(
            setting,
            address,
            "an address that is free and ours; the system says: " + reason,
            "stop what uses it, or choose another"));
  }
}
