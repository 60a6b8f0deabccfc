package io.containerpatterns.chassis.log;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where a class tells what happened: a constant message, then names and values.
 *
 * <pre>
 *   log.warn("batch rejected", "sink", sink, "records", n, "status", 413, "action", "split");
 *   log.error("cannot write", "file", file, "cause", exception);
 * </pre>
 *
 * A Throwable is told by its class and message; at error, or when the logger is at debug, its stack
 * follows on the same line. Underneath is java.util.logging, so that Netty's and the JDK's own
 * lines come out the same way.
 */
public final class Log {
  private static final int LINE_MAX = 16_384;

  private final Logger logger;

  private Log(Logger logger) {
    this.logger = logger;
  }

  /** The log of a class. */
  public static Log of(Class<?> type) {
    return new Log(Logger.getLogger(type.getName()));
  }

  /** A promise is broken. */
  public void error(String message, @Nullable Object... pairs) {
    write(Level.ERROR, message, pairs);
  }

  /** Degraded, but going on; the pairs say what happens next. */
  public void warn(String message, @Nullable Object... pairs) {
    write(Level.WARN, message, pairs);
  }

  /** A state change that an operator asked for. */
  public void info(String message, @Nullable Object... pairs) {
    write(Level.INFO, message, pairs);
  }

  /** One line per batch or connection. */
  public void debug(String message, @Nullable Object... pairs) {
    write(Level.DEBUG, message, pairs);
  }

  /** Every step. */
  public void trace(String message, @Nullable Object... pairs) {
    write(Level.TRACE, message, pairs);
  }

  /** Whether a line of {@code level} would come out; ask before collecting costly pairs. */
  public boolean isOn(Level level) {
    return logger.isLoggable(level.underneath());
  }

  void write(Level level, String message, @Nullable Object... pairs) {
    if (logger.isLoggable(level.underneath())) {
      boolean stacks = level == Level.ERROR || isOn(Level.DEBUG);
      Event event = new Event(level, message, pairs(stacks, pairs));
      event.setLoggerName(logger.getName());
      logger.log(event);
    }
  }

  private static List<LogEvent.Pair> pairs(boolean stacks, @Nullable Object... pairs) {
    List<LogEvent.Pair> list = new ArrayList<>(pairs.length / 2 + 1);
    int room = LINE_MAX;
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      room -= add(list, String.valueOf(pairs[i]), Texts.of(value), room);
      if (stacks && value instanceof Throwable cause) {
        room -= add(list, "stack", Texts.stack(cause), room);
      }
    }
    return list;
  }

  private static int add(List<LogEvent.Pair> list, String key, String value, int room) {
    String cut = Texts.cut(value, Math.max(0, room));
    list.add(new LogEvent.Pair(key, cut));
    return cut.length();
  }

  /** Our pairs on their way through java.util.logging. */
  static final class Event extends LogRecord {
    private static final long serialVersionUID = 1;

    private final transient List<LogEvent.Pair> pairs;

    Event(Level level, String message, List<LogEvent.Pair> pairs) {
      super(level.underneath(), message);
      this.pairs = pairs;
      // Otherwise the first reader walks the stack to find the caller, which nobody shows.
      setSourceClassName(null);
    }

    List<LogEvent.Pair> pairs() {
      return pairs;
    }
  }
}
