package io.containerpatterns.chassis.log;

import java.util.Locale;

/** How much a record matters, least first. */
public enum Level {
  /** Every step; for a developer. */
  TRACE(java.util.logging.Level.FINER),
  /** One line per batch or connection. */
  DEBUG(java.util.logging.Level.FINE),
  /** State changes that an operator asked for. */
  INFO(java.util.logging.Level.INFO),
  /** Degraded, but going on. */
  WARN(java.util.logging.Level.WARNING),
  /** A promise is broken. */
  ERROR(java.util.logging.Level.SEVERE),
  /** Nothing at all. */
  OFF(java.util.logging.Level.OFF);

  private final java.util.logging.Level underneath;
  private final String word;

  Level(java.util.logging.Level underneath) {
    this.underneath = underneath;
    this.word = name().toLowerCase(Locale.ROOT);
  }

  /** The name in lower case, as settings and JSON have it. */
  public String word() {
    return word;
  }

  java.util.logging.Level underneath() {
    return underneath;
  }

  /** The level of ours that a record of java.util.logging belongs to. */
  static Level of(java.util.logging.Level level) {
    int value = level.intValue();
    if (value >= java.util.logging.Level.OFF.intValue()) {
      return OFF;
    }
    if (value >= java.util.logging.Level.SEVERE.intValue()) {
      return ERROR;
    }
    if (value >= java.util.logging.Level.WARNING.intValue()) {
      return WARN;
    }
    if (value >= java.util.logging.Level.INFO.intValue()) {
      return INFO;
    }
    return value >= java.util.logging.Level.FINE.intValue() ? DEBUG : TRACE;
  }
}
