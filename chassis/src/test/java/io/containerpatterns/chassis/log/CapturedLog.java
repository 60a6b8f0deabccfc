package io.containerpatterns.chassis.log;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What a class logs while it is open, as it would stand on the line after the time; without stacks.
 */
public final class CapturedLog extends Handler implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final java.util.logging.Level before;

  private CapturedLog(Class<?> type) {
    logger = Logger.getLogger(type.getName());
    before = logger.getLevel();
    logger.setLevel(java.util.logging.Level.ALL);
    logger.addHandler(this);
  }

  /** Captures every level of the log of {@code type}. */
  public static CapturedLog of(Class<?> type) {
    return new CapturedLog(type);
  }

  /** The lines so far, such as {@code WARN elector.Renewal: store unreachable attempt=2}. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord record) {
    LogEvent event =
        new LogEvent(
            1,
            Instant.EPOCH,
            Level.of(record.getLevel()),
            Loggers.shown(record.getLoggerName()),
            LogOutput.message(record),
            LogOutput.pairs(record).stream().filter(pair -> !pair.key().equals("stack")).toList());
    lines.add(event.text().substring("1970-01-01T00:00:00.000Z ".length()));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setLevel(before);
  }
}
