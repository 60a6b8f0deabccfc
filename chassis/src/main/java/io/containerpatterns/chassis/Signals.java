package io.containerpatterns.chassis;

import io.containerpatterns.chassis.log.Log;
import sun.misc.Signal;

/**
 * The signals of this process. The JDK has no other way to handle one than this old class; a
 * shutdown hook would not do, because it cannot change the exit status, which after SIGTERM has to
 * be 0. SIGQUIT stays the JVM's thread dump.
 */
final class Signals {
  private static final Log log = Log.of(Signals.class);

  private Signals() {}

  /** Calls {@code handler} on a thread of its own whenever signal {@code name} arrives. */
  static void on(String name, Runnable handler) {
    try {
      Signal.handle(new Signal(name), signal -> handler.run());
    } catch (IllegalArgumentException e) {
      // Started with -Xrs, or a system without this signal.
      log.warn("signal not handled", "signal", "SIG" + name, "cause", e);
    }
  }
}
