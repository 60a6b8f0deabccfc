package io.containerpatterns.logshipper.filter;

import io.containerpatterns.logshipper.event.Event;
import io.containerpatterns.logshipper.event.Severity;

/** Leaves out what is less serious. What does not say how serious it is stays. */
public final class SeverityFloor implements Filter {
  private final Severity least;

  /** From {@code least} on events stay. */
  public SeverityFloor(Severity least) {
    this.least = least;
  }

  @Override
  public boolean pass(Event event) {
    Severity severity = event.severity();
    return severity == Severity.NONE || severity.compareTo(least) >= 0;
  }

  @Override
  public DropReason reason() {
    return DropReason.SEVERITY;
  }
}
