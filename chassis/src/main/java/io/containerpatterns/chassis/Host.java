package io.containerpatterns.chassis;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The operating system as the process meets it; tests bring their own.
 *
 * @param environment the environment variables
 * @param out standard output, in UTF-8
 * @param err standard error, in UTF-8
 * @param signals calls a handler whenever a signal of that name, such as {@code TERM}, arrives
 * @param halt ends the process at once, when nothing else works any more
 */
record Host(
    Map<String, String> environment,
    PrintStream out,
    PrintStream err,
    BiConsumer<String, Runnable> signals,
    Halt halt,
    Ticker ticker,
    InstantSource clock) {

  /** Ends the process without another word. */
  @FunctionalInterface
  interface Halt {
    void now(ExitCode code);
  }
}
