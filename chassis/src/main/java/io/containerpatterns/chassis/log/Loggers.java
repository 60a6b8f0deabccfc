package io.containerpatterns.chassis.log;

import io.containerpatterns.chassis.Deadline;
import io.containerpatterns.chassis.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The levels of all loggers. A level set by hand can fall back by itself, because a debug level
 * that somebody forgot fills a disk at night.
 */
public final class Loggers {
  /** The name that stands for all loggers together. */
  public static final String ROOT = "ROOT";

  /** The name that stands for all loggers of ours. */
  public static final String OURS = "io.containerpatterns";

  private final InstantSource clock;
  // guarded by this; the strong references also keep java.util.logging from forgetting the level
  private final Map<String, SetByHand> overrides = new HashMap<>();
  private final Logger root = Logger.getLogger("");
  private final Logger ours = Logger.getLogger(OURS);
  private Level configured = Level.INFO;

  /**
   * A logger and its level.
   *
   * @param level what it logs at least
   * @param until when a level set by hand falls back; null when it does not
   */
  public record LoggerLevel(String name, Level level, @Nullable Instant until) {}

  private record SetByHand(Logger logger, @Nullable Instant until, @Nullable Thread fallBack) {}

  Loggers(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * The level of everything that was not set by hand. Foreign code never logs below info by it: it
   * would drown us.
   */
  public synchronized void configure(Level level) {
    configured = level;
    if (!overrides.containsKey(ROOT)) {
      root.setLevel((level.compareTo(Level.INFO) < 0 ? Level.INFO : level).underneath());
    }
    if (!overrides.containsKey(OURS)) {
      ours.setLevel(level.underneath());
    }
  }

  /** Every logger there is, by name; first the one that stands for all. */
  public synchronized List<LoggerLevel> list() {
    List<String> names =
        new ArrayList<>(Collections.list(LogManager.getLogManager().getLoggerNames()));
    names.remove("global");
    List<LoggerLevel> levels = new ArrayList<>();
    for (String name : names) {
      Logger logger = LogManager.getLogManager().getLogger(name);
      if (logger != null) {
        String shown = shown(name);
        SetByHand override = overrides.get(key(name));
        levels.add(
            new LoggerLevel(shown, levelOf(logger), override == null ? null : override.until()));
      }
    }
    levels.sort(Comparator.comparing((LoggerLevel l) -> l.name().equals(ROOT) ? "" : l.name()));
    return List.copyOf(levels);
  }

  private static Level levelOf(Logger logger) {
    for (Logger l = logger; l != null; l = l.getParent()) {
      if (l.getLevel() != null) {
        return Level.of(l.getLevel());
      }
    }
    return Level.INFO;
  }

  /** Whether there is a logger, or a group of loggers, of that name. */
  public boolean exists(String name) {
    String real = real(name);
    if (real.isEmpty()) {
      return true;
    }
    for (String known : Collections.list(LogManager.getLogManager().getLoggerNames())) {
      if (known.equals(real) || known.startsWith(real + ".")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sets the level of a logger and of those below it; null undoes an earlier call.
   *
   * @param lasting how long; null means until the process ends
   * @return false when there is no such logger
   */
  public synchronized boolean set(String name, @Nullable Level level, @Nullable Duration lasting) {
    if (!exists(name)) {
      return false;
    }
    String real = real(name);
    SetByHand earlier = overrides.remove(key(real));
    if (earlier != null && earlier.fallBack() != null) {
      earlier.fallBack().interrupt();
    }
    Logger logger = Logger.getLogger(real);
    if (level == null) {
      fallBack(logger, real);
      return true;
    }
    logger.setLevel(level.underneath());
    if (lasting == null) {
      overrides.put(key(real), new SetByHand(logger, null, null));
    } else {
      Instant until = clock.instant().plus(lasting);
      Thread timer =
          Thread.ofVirtual()
              .name("log-level-falls-back")
              .unstarted(() -> waitThenFallBack(real, lasting));
      overrides.put(key(real), new SetByHand(logger, until, timer));
      timer.start();
    }
    return true;
  }

  private void waitThenFallBack(String real, Duration lasting) {
    Deadline end = Deadline.in(lasting, Ticker.system());
    while (!end.passed()) {
      LockSupport.parkNanos(end.left().toNanos());
      if (Thread.interrupted()) {
        return;
      }
    }
    synchronized (this) {
      SetByHand override = overrides.get(key(real));
      if (override != null && Thread.currentThread().equals(override.fallBack())) {
        overrides.remove(key(real));
        fallBack(override.logger(), real);
      }
    }
  }

  private void fallBack(Logger logger, String real) {
    if (real.isEmpty() || real.equals(OURS)) {
      configure(configured);
    } else {
      logger.setLevel(null);
    }
  }

  private static String key(String real) {
    return real.isEmpty() ? ROOT : real;
  }

  /** Names are shown without the part that all of ours have in common. */
  static String shown(String real) {
    if (real.isEmpty()) {
      return ROOT;
    }
    return real.startsWith(OURS + ".") ? real.substring(OURS.length() + 1) : real;
  }

  private static String real(String shown) {
    if (shown.equals(ROOT) || shown.isEmpty()) {
      return "";
    }
    String own = OURS + "." + shown;
    for (String known : Collections.list(LogManager.getLogManager().getLoggerNames())) {
      if (known.equals(own) || known.startsWith(own + ".")) {
        return own;
      }
    }
    return shown;
  }
}
