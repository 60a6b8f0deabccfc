package io.containerpatterns.chassis;

import io.containerpatterns.chassis.Configuration.Reload;
import io.containerpatterns.chassis.Lifecycle.State;
import io.containerpatterns.chassis.metrics.Family;
import io.containerpatterns.chassis.metrics.Level;
import io.containerpatterns.chassis.metrics.Metrics;
import io.micrometer.core.instrument.Counter;

/** What every image counts about itself, beside what it does for others. */
final class SelfMetrics {
  private final Metrics metrics;
  private final Family<Level> version;
  private final Family<Level> states;
  private final Level generation;
  private final Level since;
  private final Level reloadSuccessful;
  private final Family<Counter> reloads;
  private final Family<Counter> overdue;

  SelfMetrics(Metrics metrics) {
    this.metrics = metrics;
    version = metrics.level(name("info"), "", "always 1; the version that runs", "version");
    states =
        metrics.level(
            name("state"), "", "1 for the state of the process, 0 for the others", "state");
    generation =
        metrics.level(name("config.generation"), "", "which settings are in force, from 1").with();
    since =
        metrics
            .level(name("config.since"), "seconds", "when they came into force, since 1970")
            .with();
    reloadSuccessful =
        metrics
            .level(name("config.last.reload.successful"), "", "0 when the last reload was refused")
            .with();
    reloads =
        metrics.counter(
            name("config.reloads"), "reloads asked for, by what became of them", "outcome");
    overdue = metrics.counter(name("overdue"), "steps of a stop that did not end in time", "step");
  }

  private String name(String rest) {
    return metrics.noun() + "." + rest;
  }

  /** Keeps the figures in step with the process from now on. */
  void follow(Lifecycle lifecycle, Configuration<?> configuration) {
    version.with(Version.current().toString()).set(1);
    show(lifecycle.state());
    lifecycle.onChange(status -> show(status.state()));
    show(configuration);
    reloadSuccessful.set(1);
    configuration.onReload(reload -> {
      reloads.with(outcome(reload)).increment();
      reloadSuccessful.set(reload instanceof Reload.Applied ? 1 : 0);
      show(configuration);
    });
  }

  /** A step of a stop took longer than it may. */
  void overdue(String step) {
    overdue.with(step).increment();
  }

  private void show(State now) {
    for (State state : State.values()) {
      states.with(state.name()).set(state == now ? 1 : 0);
    }
  }

  private void show(Configuration<?> configuration) {
    generation.set(configuration.generation());
    since.set(configuration.since().toEpochMilli() / 1e3);
  }

  private static String outcome(Reload reload) {
    return switch (reload) {
      case Reload.Applied applied -> "applied";
      case Reload.Invalid invalid -> "invalid";
      case Reload.RestartNeeded restartNeeded -> "restart_needed";
      case Reload.NotNow notNow -> "not_now";
    };
  }
}
