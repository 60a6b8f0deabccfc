/**
 * One event a line: from our code, Netty and the JDK through java.util.logging to standard output
 * and to a ring in memory.
 *
 * <pre>
 *   Log ----------------.                          .--> TextLine | JsonLine --> stdout
 *   Repeats --> Log ----+--> java.util.logging --> LogOutput
 *   Netty, JDK ---------'      ^ levels            '--> LogRing --> Watcher
 *                           Loggers
 * </pre>
 *
 * Read in this order: Log, Level, LogEvent, LogOutput, TextLine, JsonLine, Escapes; Loggers,
 * LogRing, Repeats. Not guaranteed: that a line is written when standard output is full; whoever
 * logs then waits, as with any process.
 */
@NullMarked
package io.containerpatterns.chassis.log;

import org.jspecify.annotations.NullMarked;
