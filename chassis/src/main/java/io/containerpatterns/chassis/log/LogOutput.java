package io.containerpatterns.chassis.log;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Where all lines of the process come together: ours, Netty's, the JDK's. From here to the stream
 * and to the ring.
 */
public final class LogOutput extends Handler {
  private static final int MESSAGE_MAX = 8_192;

  private final PrintStream stream;
  private final boolean json;
  private final InstantSource clock;
  private final LogRing ring = new LogRing();
  private final Loggers loggers;
  private final AtomicLong numbers = new AtomicLong();

  private LogOutput(PrintStream stream, boolean json, InstantSource clock) {
    this.stream = stream;
    this.json = json;
    this.clock = clock;
    this.loggers = new Loggers(clock);
  }

  /**
   * Routes every line of this process to {@code stream}, in place of wherever lines went before.
   */
  public static LogOutput open(PrintStream stream, boolean json, Level level, InstantSource clock) {
    LogOutput output = new LogOutput(stream, json, clock);
    tellLibraries();
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(output);
    output.loggers.configure(level);
    return output;
  }

  /**
   * The libraries log where we do. Told so, they do not look for another logging library, which
   * loads classes outside the AOT cache and opens every jar of the class path.
   */
  private static void tellLibraries() {
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    io.micrometer.common.util.internal.logging.InternalLoggerFactory.setDefaultFactory(
        io.micrometer.common.util.internal.logging.JdkLoggerFactory.INSTANCE);
  }

  /** The last events. */
  public LogRing ring() {
    return ring;
  }

  /** The levels. */
  public Loggers loggers() {
    return loggers;
  }

  @Override
  public void publish(LogRecord record) {
    Level level = Level.of(record.getLevel());
    LogEvent event =
        new LogEvent(
            numbers.incrementAndGet(),
            clock.instant(),
            level,
            Loggers.shown(String.valueOf(record.getLoggerName())),
            message(record),
            pairs(record));
    ring.add(event);
    // One call, one line: lines of two threads never mix.
    stream.print((json ? event.json() : event.text()) + "\n");
    stream.flush();
  }

  static String message(LogRecord record) {
    if (record instanceof Log.Event) {
      return record.getMessage();
    }
    // Foreign lines fill parameters into their message.
    return Texts.cut(String.valueOf(new SimpleFormatter().formatMessage(record)), MESSAGE_MAX);
  }

  static List<LogEvent.Pair> pairs(LogRecord record) {
    if (record instanceof Log.Event event) {
      return event.pairs();
    }
    Throwable thrown = record.getThrown();
    return thrown == null
        ? List.of()
        : List.of(
            new LogEvent.Pair("cause", Texts.of(thrown)),
            new LogEvent.Pair("stack", Texts.stack(thrown)));
  }

  @Override
  public void flush() {
    stream.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
