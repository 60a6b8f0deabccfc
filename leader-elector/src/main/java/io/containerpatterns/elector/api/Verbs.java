package io.containerpatterns.elector.api;

import io.containerpatterns.chassis.Lifecycle;

/**
 * The verbs of the whole process that this API repeats, because a preStop hook beside us knows only
 * our port.
 */
public interface Verbs {
  /** Takes no new work and steps down everywhere. */
  Lifecycle.Step drain(String reason);

  /** Takes work again. */
  Lifecycle.Step resume(String reason);

  /** Where the process stands. */
  Lifecycle.State state();

  /** The very steps of {@code /lifecycle} on the management port. */
  static Verbs of(Lifecycle lifecycle) {
    return new Verbs() {
      @Override
      public Lifecycle.Step drain(String reason) {
        return lifecycle.drain(reason);
      }

      @Override
      public Lifecycle.Step resume(String reason) {
        return lifecycle.resume(reason);
      }

      @Override
      public Lifecycle.State state() {
        return lifecycle.state();
      }
    };
  }
}
