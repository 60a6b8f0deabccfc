package io.containerpatterns.chassis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so; its clock began on the first of January 2026. */
public final class ManualTicker implements Ticker {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong();

  /** Lets time pass. */
  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  /** The date that goes with it. */
  public InstantSource clock() {
    return () -> BEGIN.plusNanos(nanos.get());
  }
}
