package io.containerpatterns.chassis.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.containerpatterns.chassis.Await;
import io.containerpatterns.chassis.ManualTicker;
import io.containerpatterns.chassis.log.Loggers.LoggerLevel;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoggersTest {
  private static final String NAME = "chassis.log.LoggersTest";

  private final ManualTicker ticker = new ManualTicker();
  private final Log log = Log.of(LoggersTest.class);
  private final Loggers loggers =
      LogOutput.open(
              new PrintStream(OutputStream.nullOutputStream()), false, Level.INFO, ticker.clock())
          .loggers();

  @AfterEach
  void fallBack() {
    loggers.set(NAME, null, null);
    loggers.set("chassis", null, null);
  }

  @Test
  void everyLoggerIsListedWithItsLevel() {
    assertThat(loggers.list())
        .contains(
            new LoggerLevel("ROOT", Level.INFO, null), new LoggerLevel(NAME, Level.INFO, null));
  }

  @Test
  void aLevelHoldsUntilItIsUndone() {
    assertThat(loggers.set(NAME, Level.DEBUG, null)).isTrue();
    assertThat(log.isOn(Level.DEBUG)).isTrue();
    assertThat(loggers.list()).contains(new LoggerLevel(NAME, Level.DEBUG, null));

    loggers.set(NAME, null, null);

    assertThat(log.isOn(Level.DEBUG)).isFalse();
  }

  @Test
  void aLevelWithATimeFallsBackByItself() {
    loggers.set(NAME, Level.DEBUG, Duration.ofMillis(30));
    assertThat(loggers.list())
        .contains(new LoggerLevel(NAME, Level.DEBUG, Instant.parse("2026-01-01T00:00:00.030Z")));

    Await.until("info again", () -> !log.isOn(Level.DEBUG));

    assertThat(loggers.list()).contains(new LoggerLevel(NAME, Level.INFO, null));
  }

  @Test
  void aLaterLevelIsNotUndoneByTheEndOfAnEarlierOne() {
    loggers.set(NAME, Level.DEBUG, Duration.ofMillis(20));
    loggers.set(NAME, Level.TRACE, null);
    loggers.set("chassis", Level.ERROR, Duration.ofMillis(40));
    Await.until("the group fell back", () -> Log.of(Await.class).isOn(Level.INFO));

    assertThat(log.isOn(Level.TRACE)).isTrue();
  }

  @Test
  void aGroupOfLoggersHasOneLevel() {
    loggers.set("chassis", Level.ERROR, null);

    assertThat(log.isOn(Level.WARN)).isFalse();
    assertThat(log.isOn(Level.ERROR)).isTrue();
  }

  @Test
  void aForeignLoggerGoesByItsOwnName() {
    Logger foreign = Logger.getLogger("org.example.foreign");

    assertThat(loggers.set("org.example", Level.TRACE, null)).isTrue();

    assertThat(foreign.isLoggable(java.util.logging.Level.FINER)).isTrue();
    loggers.set("org.example", null, null);
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThat(loggers.set("no.such.logger", Level.DEBUG, null)).isFalse();
    assertThat(loggers.exists("no.such.logger")).isFalse();
    assertThat(loggers.exists("ROOT")).isTrue();
  }

  @Test
  void aNewConfiguredLevelLeavesWhatWasSetByHandAlone() {
    loggers.set(NAME, Level.TRACE, null);

    loggers.configure(Level.ERROR);

    assertThat(log.isOn(Level.TRACE)).isTrue();
    assertThat(Log.of(LogTest.class).isOn(Level.WARN)).isFalse();
  }
}
