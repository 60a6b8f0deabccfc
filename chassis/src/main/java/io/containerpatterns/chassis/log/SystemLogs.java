package io.containerpatterns.chassis.log;

import java.util.ResourceBundle;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets what is told to a {@link System.Logger} come out with all other lines. The JDK would do the
 * same by itself, but only after it has searched every jar of the class path for somebody who wants
 * to do it: 35 ms of the start. It finds us in the second one.
 */
public final class SystemLogs extends System.LoggerFinder {
  /** For the service loader of the JDK. */
  public SystemLogs() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new SystemLog(Logger.getLogger(name));
  }

  private record SystemLog(Logger logger) implements System.Logger {
    @Override
    public String getName() {
      return logger.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
      return logger.isLoggable(level(level));
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      logger.logrb(level(level), bundle, message, thrown);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object... parameters) {
      logger.logrb(level(level), bundle, format, parameters);
    }

    private static java.util.logging.Level level(Level level) {
      return switch (level) {
        case ALL -> java.util.logging.Level.ALL;
        case TRACE -> java.util.logging.Level.FINER;
        case DEBUG -> java.util.logging.Level.FINE;
        case INFO -> java.util.logging.Level.INFO;
        case WARNING -> java.util.logging.Level.WARNING;
        case ERROR -> java.util.logging.Level.SEVERE;
        case OFF -> java.util.logging.Level.OFF;
      };
    }
  }
}
