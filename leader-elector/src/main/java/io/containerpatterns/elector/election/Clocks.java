package io.containerpatterns.elector.election;

/** The three clocks of this machine that a claim to lead must survive, each in nanoseconds. */
public interface Clocks {
  /** CLOCK_MONOTONIC: never steps, stands still while the machine is suspended. */
  long monotonicNanos();

  /** CLOCK_BOOTTIME: like monotonic, but runs on while the machine is suspended. */
  long bootNanos();

  /** Wall-clock time since the epoch: steps when it is set. */
  long wallNanos();
}
